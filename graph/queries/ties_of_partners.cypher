// What each partner is to others, at one instant: one row in any case, unknown ids are absent from it.
// $partners    list of partner ids, 1 to 1000
// $validAt     microseconds; a relationship holds while validFrom <= $validAt < validTo (null = open)
// $knownAt     microseconds; a record counts while recordedAt <= $knownAt < supersededAt (null = open)
// $asSeen      true: what others do to a subscription is left out that was recorded after the partner's own relationship with it had ended
// revision     the store's revision
// recordedAt   when it was taken, microseconds
// partners     list of [partner id, bills alone, bills what another resells, resells what another bills, provider ids, reseller ids];
//              the three are booleans; subscriptions whose status is deleted don't count
// nodes        list of [id, properties, list of the properties of superseded versions], of the providers and resellers
MATCH (store:Store)
WITH store.revision AS revision, store.recordedAt AS recordedAt
CALL () {
  UNWIND $partners AS id
  MATCH (partner:Partner {id: id})
  WITH partner,
       EXISTS {
         MATCH (partner)-[b:BILLS]->(s:Subscription)
         WHERE b.validFrom <= $validAt AND ($validAt < b.validTo OR b.validTo IS NULL)
           AND b.recordedAt <= $knownAt AND ($knownAt < b.supersededAt OR b.supersededAt IS NULL)
         WITH partner, s, CASE WHEN NOT $asSeen OR b.validTo IS NULL OR b.validTo >= $knownAt THEN $knownAt
                               WHEN b.validTo < b.recordedAt THEN b.recordedAt ELSE b.validTo END AS known
         WHERE CASE WHEN s.recordedAt <= known THEN s.status
                    ELSE head(COLLECT { MATCH (s)-[:WAS]->(v) WHERE v.recordedAt <= known AND known < v.supersededAt RETURN v.status }) END <> 'deleted'
           AND NOT EXISTS {
             MATCH (s)<-[r:RESELLS]-(other)
             WHERE other <> partner
               AND r.validFrom <= $validAt AND ($validAt < r.validTo OR r.validTo IS NULL)
               AND r.recordedAt <= known AND (known < r.supersededAt OR r.supersededAt IS NULL)
           }
         RETURN s
       } AS billsAlone,
       EXISTS {
         MATCH (partner)-[b:BILLS]->(s:Subscription)
         WHERE b.validFrom <= $validAt AND ($validAt < b.validTo OR b.validTo IS NULL)
           AND b.recordedAt <= $knownAt AND ($knownAt < b.supersededAt OR b.supersededAt IS NULL)
         WITH partner, s, CASE WHEN NOT $asSeen OR b.validTo IS NULL OR b.validTo >= $knownAt THEN $knownAt
                               WHEN b.validTo < b.recordedAt THEN b.recordedAt ELSE b.validTo END AS known
         WHERE CASE WHEN s.recordedAt <= known THEN s.status
                    ELSE head(COLLECT { MATCH (s)-[:WAS]->(v) WHERE v.recordedAt <= known AND known < v.supersededAt RETURN v.status }) END <> 'deleted'
           AND EXISTS {
             MATCH (s)<-[r:RESELLS]-(other)
             WHERE other <> partner
               AND r.validFrom <= $validAt AND ($validAt < r.validTo OR r.validTo IS NULL)
               AND r.recordedAt <= known AND (known < r.supersededAt OR r.supersededAt IS NULL)
           }
         RETURN s
       } AS billsResold,
       EXISTS {
         MATCH (partner)-[r:RESELLS]->(s:Subscription)
         WHERE r.validFrom <= $validAt AND ($validAt < r.validTo OR r.validTo IS NULL)
           AND r.recordedAt <= $knownAt AND ($knownAt < r.supersededAt OR r.supersededAt IS NULL)
         WITH partner, s, CASE WHEN NOT $asSeen OR r.validTo IS NULL OR r.validTo >= $knownAt THEN $knownAt
                               WHEN r.validTo < r.recordedAt THEN r.recordedAt ELSE r.validTo END AS known
         WHERE CASE WHEN s.recordedAt <= known THEN s.status
                    ELSE head(COLLECT { MATCH (s)-[:WAS]->(v) WHERE v.recordedAt <= known AND known < v.supersededAt RETURN v.status }) END <> 'deleted'
           AND EXISTS {
             MATCH (s)<-[b:BILLS]-(other)
             WHERE other <> partner
               AND b.validFrom <= $validAt AND ($validAt < b.validTo OR b.validTo IS NULL)
               AND b.recordedAt <= known AND (known < b.supersededAt OR b.supersededAt IS NULL) AND NOT other:Operator
           }
         RETURN s
       } AS resellsBilled,
       COLLECT {
         MATCH (partner)<-[p:PROVIDES_FOR]-(provider)
         WHERE p.validFrom <= $validAt AND ($validAt < p.validTo OR p.validTo IS NULL)
           AND p.recordedAt <= $knownAt AND ($knownAt < p.supersededAt OR p.supersededAt IS NULL)
         RETURN provider
       } AS providers,
       COLLECT {
         MATCH (partner)-[p:PROVIDES_FOR]->(reseller)
         WHERE p.validFrom <= $validAt AND ($validAt < p.validTo OR p.validTo IS NULL)
           AND p.recordedAt <= $knownAt AND ($knownAt < p.supersededAt OR p.supersededAt IS NULL)
         RETURN reseller
       } AS resellers
  RETURN collect([partner.id, billsAlone, billsResold, resellsBilled, [n IN providers | n.id], [n IN resellers | n.id]]) AS partners,
         collect(providers + resellers) AS groups
}
CALL (groups) {  // not in a COLLECT, whose rows would be told apart by the whole list too
  UNWIND groups AS ends
  UNWIND ends AS node
  WITH DISTINCT node
  RETURN collect([node.id, properties(node), COLLECT { MATCH (node)-[:WAS]->(version) RETURN properties(version) }]) AS nodes
}
RETURN revision, recordedAt, partners, nodes
