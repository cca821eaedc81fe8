// The customers that were ever party to each agreement, and when: one row in any case.
// $agreements    list of agreement ids, 1 to 1000
// revision       the store's revision before they were read
// recordedAt     when it was taken, microseconds
// relationships  list of [type, from id, to id, kind, validFrom, validTo, recordedAt, supersededAt, source]
// nodes          list of [id, properties, list of the properties of superseded versions], each node once
MATCH (store:Store)
WITH store.revision AS revision, store.recordedAt AS recordedAt
CALL () {
  UNWIND $agreements AS id
  MATCH (:Agreement {id: id})<-[r:PARTY_TO]-(customer:Customer)
  RETURN collect([type(r), customer.id, id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]) AS relationships,
         collect(customer) AS customers
}
WITH revision, recordedAt, relationships, COLLECT {
  UNWIND customers AS node
  WITH DISTINCT node
  RETURN [node.id, properties(node), COLLECT { MATCH (node)-[:WAS]->(version) RETURN properties(version) }]
} AS nodes
RETURN revision, recordedAt, relationships, nodes
