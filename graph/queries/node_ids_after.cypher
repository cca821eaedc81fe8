// The ids of the next nodes that have a row of their own, in their order: one row in any case.
// $label  Customer, Partner, Subscription or Agreement; of the last two those that no customer ever had
// $after  id that they come after
// $limit  how many at most
// ids     list of ids
CALL () {  // a label that is named gives the order out of its index
  WITH true AS chosen WHERE $label = 'Customer'
  MATCH (node:Customer) WHERE node.id > $after
  RETURN node.id AS id ORDER BY node.id LIMIT $limit
  UNION ALL
  WITH true AS chosen WHERE $label = 'Partner'
  MATCH (node:Partner) WHERE node.id > $after
  RETURN node.id AS id ORDER BY node.id LIMIT $limit
  UNION ALL
  WITH true AS chosen WHERE $label = 'Subscription'
  MATCH (node:Subscription) WHERE node.id > $after AND NOT EXISTS { (node)<-[:HOLDS]-() }
  RETURN node.id AS id ORDER BY node.id LIMIT $limit
  UNION ALL
  WITH true AS chosen WHERE $label = 'Agreement'
  MATCH (node:Agreement) WHERE node.id > $after AND NOT EXISTS { (node)<-[:PARTY_TO]-(:Customer) }
  RETURN node.id AS id ORDER BY node.id LIMIT $limit
}
RETURN collect(id) AS ids
