// Nodes by id with what ends at each, whatever their kind but customers: one row in any case, unknown ids are absent from it.
// $ids           list of ids of partners, operators, subscriptions and agreements, 1 to 1000
// revision       the store's revision before they were read
// recordedAt     when it was taken, microseconds
// nodes          list of [id, properties, list of the properties of superseded versions, relationships], each node once; a relationship is
//                [type, from id, to id, kind, validFrom, validTo, recordedAt, supersededAt, source]; of a subscription or agreement that a
//                customer ever had there are none, and of an operator neither
MATCH (store:Store)
WITH store.revision AS revision, store.recordedAt AS recordedAt
CALL () {
  UNWIND $ids AS id
  CALL (id) {
    MATCH (node:Partner {id: id})
    RETURN node, COLLECT {
      MATCH (node)<-[r:PROVIDES_FOR]-(start)
      RETURN [type(r), start.id, id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]
    } AS relationships
    UNION ALL
    MATCH (node:Operator {id: id})
    RETURN node, [] AS relationships
    UNION ALL
    MATCH (node:Subscription {id: id})
    RETURN node, CASE WHEN EXISTS { (node)<-[:HOLDS]-() } THEN [] ELSE COLLECT {
      MATCH (node)<-[r]-(start)
      RETURN [type(r), start.id, id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]
    } END AS relationships
    UNION ALL
    MATCH (node:Agreement {id: id})
    RETURN node, CASE WHEN EXISTS { (node)<-[:PARTY_TO]-(:Customer) } THEN [] ELSE COLLECT {
      MATCH (node)<-[r]-(start)
      RETURN [type(r), start.id, id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]
    } END AS relationships
  }
  RETURN collect([node.id, properties(node), COLLECT { MATCH (node)-[:WAS]->(version) RETURN properties(version) }, relationships]) AS nodes
}
RETURN revision, recordedAt, nodes
