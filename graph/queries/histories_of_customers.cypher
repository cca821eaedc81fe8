// All that was ever recorded around each customer, on both time axes: one row in any case, unknown ids are absent from it.
// $customers     list of customer ids, 1 to 1000
// $partner       id of a partner: only customers to which it ever had a tie, any other is as unknown; null = all
// revision       the store's revision before the facts were read
// recordedAt     when it was taken, microseconds
// customers      list of [customer id, list of relationships]; a relationship is
//                [type, from id, to id, kind, validFrom, validTo, recordedAt, supersededAt, source]
// nodes          list of [id, properties, list of the properties of superseded versions], each node once; both operators always
MATCH (store:Store)
WITH store.revision AS revision, store.recordedAt AS recordedAt
CALL () {
  UNWIND $customers AS id
  MATCH (customer:Customer {id: id})
  WHERE $partner IS NULL OR EXISTS {
    MATCH (customer)<-[:RESELLER_FOR|ADMINISTERS]-(partner) WHERE partner.id = $partner  // by id, not out of its index: it may have a hundred thousand
  } OR EXISTS {
    MATCH (customer)-[:HOLDS]->()<-[:BILLS|RESELLS|SUPPORTS]-(partner) WHERE partner.id = $partner
  }
  WITH customer, COLLECT {
    MATCH (customer)-[r:HOLDS|PARTY_TO]->()
    RETURN r
    UNION ALL
    MATCH (customer)<-[r:RESELLER_FOR|ADMINISTERS]-()
    RETURN r
    UNION ALL
    MATCH (customer)-[:HOLDS]->(subscription)
    WITH DISTINCT subscription
    MATCH (subscription)<-[r:BILLS|RESELLS|SUPPORTS|GOVERNS]-()
    RETURN r
    UNION ALL
    MATCH (customer)-[:PARTY_TO]->(agreement)
    WITH DISTINCT agreement
    MATCH (agreement)<-[r:PARTY_TO]-(:Operator)
    RETURN r
  } AS near
  WITH customer, near, [r IN near WHERE type(r) IN ['BILLS', 'RESELLS', 'RESELLER_FOR'] | startNode(r)] AS tied
  WITH customer, near, tied, COLLECT {
    UNWIND tied AS partner
    WITH DISTINCT partner
    MATCH (partner)<-[r:PROVIDES_FOR]-(provider)
    WHERE provider IN tied
    RETURN r
  } AS above
  WITH customer, near + above AS relationships
  RETURN collect([customer.id, [r IN relationships |
           [type(r), startNode(r).id, endNode(r).id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]]]) AS customers,
         collect([customer] + [r IN relationships | startNode(r)] + [r IN relationships | endNode(r)]) AS groups
}
CALL (groups) {  // not in a COLLECT, whose rows would be told apart by the whole list too
  UNWIND groups + [COLLECT { MATCH (operator:Operator) RETURN operator }] AS ends
  UNWIND ends AS node
  WITH DISTINCT node
  RETURN collect([node.id, properties(node), COLLECT { MATCH (node)-[:WAS]->(version) RETURN properties(version) }]) AS nodes
}
RETURN revision, recordedAt, customers, nodes
