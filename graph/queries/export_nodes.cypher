// The next nodes of one kind, by id, with what ends at each.
// $label  Customer, Partner, Subscription or Agreement
// $after  id that they come after
// $limit  how many at most
// nodes   list of [id, properties, list of the properties of superseded versions, relationships]; a relationship is
//         [type, from id, to id, kind, validFrom, validTo, recordedAt, supersededAt, source]
CALL () {  // a label that is named gives the order out of its index; a dynamic one is read and sorted whole for each page
  WITH true AS chosen WHERE $label = 'Customer'
  MATCH (node:Customer) WHERE node.id > $after
  RETURN node ORDER BY node.id LIMIT $limit
  UNION ALL
  WITH true AS chosen WHERE $label = 'Partner'
  MATCH (node:Partner) WHERE node.id > $after
  RETURN node ORDER BY node.id LIMIT $limit
  UNION ALL
  WITH true AS chosen WHERE $label = 'Subscription'
  MATCH (node:Subscription) WHERE node.id > $after
  RETURN node ORDER BY node.id LIMIT $limit
  UNION ALL
  WITH true AS chosen WHERE $label = 'Agreement'
  MATCH (node:Agreement) WHERE node.id > $after
  RETURN node ORDER BY node.id LIMIT $limit
}
RETURN collect([node.id, properties(node), COLLECT { MATCH (node)-[:WAS]->(version) RETURN properties(version) }, COLLECT {
  MATCH (node)<-[r]-(start)
  RETURN [type(r), start.id, node.id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]
}]) AS nodes
