// Nodes by id, whatever their kind: one row in any case, unknown ids are absent from it.
// $ids           list of ids of customers, partners, operators, subscriptions and agreements, 1 to 1000
// revision       the store's revision before they were read
// recordedAt     when it was taken, microseconds
// nodes          list of [id, properties, list of the properties of superseded versions], each node once
MATCH (store:Store)
WITH store.revision AS revision, store.recordedAt AS recordedAt
CALL () {
  UNWIND $ids AS id
  CALL (id) {
    MATCH (node:Customer {id: id}) RETURN node
    UNION ALL
    MATCH (node:Partner {id: id}) RETURN node
    UNION ALL
    MATCH (node:Operator {id: id}) RETURN node
    UNION ALL
    MATCH (node:Subscription {id: id}) RETURN node
    UNION ALL
    MATCH (node:Agreement {id: id}) RETURN node
  }
  WITH DISTINCT node
  RETURN collect([node.id, properties(node), COLLECT { MATCH (node)-[:WAS]->(version) RETURN properties(version) }]) AS nodes
}
RETURN revision, recordedAt, nodes
