// All that was ever recorded at each subscription: one row in any case.
// $subscriptions  list of subscription ids, 1 to 1000
// revision        the store's revision before the facts were read
// recordedAt      when it was taken, microseconds
// relationships   list of [type, from id, to id, kind, validFrom, validTo, recordedAt, supersededAt, source]
// nodes           list of [id, properties, list of the properties of superseded versions], each node once
MATCH (store:Store)
WITH store.revision AS revision, store.recordedAt AS recordedAt
CALL () {
  UNWIND $subscriptions AS id
  MATCH (subscription:Subscription {id: id})<-[r]-(start)
  RETURN collect([type(r), start.id, id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]) AS relationships,
         collect(start) + collect(subscription) AS ends
}
WITH revision, recordedAt, relationships, COLLECT {
  UNWIND ends AS node
  WITH DISTINCT node
  RETURN [node.id, properties(node), COLLECT { MATCH (node)-[:WAS]->(version) RETURN properties(version) }]
} AS nodes
RETURN revision, recordedAt, relationships, nodes
