// For whom each partner provides at one instant: one row in any case, unknown ids are absent from it.
// $partners    list of partner ids, 1 to 1000
// $validAt     microseconds; a relationship holds while validFrom <= $validAt < validTo (null = open)
// $knownAt     microseconds; a record counts while recordedAt <= $knownAt < supersededAt (null = open)
// partners     list of [partner id, reseller ids]
// nodes        list of [id, properties, list of the properties of superseded versions], of the resellers
CALL () {
  UNWIND $partners AS id
  MATCH (partner:Partner {id: id})
  WITH partner, COLLECT {
    MATCH (partner)-[p:PROVIDES_FOR]->(reseller)
    WHERE p.validFrom <= $validAt AND ($validAt < p.validTo OR p.validTo IS NULL)
      AND p.recordedAt <= $knownAt AND ($knownAt < p.supersededAt OR p.supersededAt IS NULL)
    RETURN reseller
  } AS resellers
  RETURN collect([partner.id, [n IN resellers | n.id]]) AS partners, collect(resellers) AS groups
}
CALL (groups) {  // not in a COLLECT, whose rows would be told apart by the whole list too
  UNWIND groups AS ends
  UNWIND ends AS node
  WITH DISTINCT node
  RETURN collect([node.id, properties(node), COLLECT { MATCH (node)-[:WAS]->(version) RETURN properties(version) }]) AS nodes
}
RETURN partners, nodes
