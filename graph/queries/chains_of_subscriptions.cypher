// All that was ever recorded at each subscription: one row in any case, unknown ids are absent from it.
// $subscriptions  list of subscription ids, 1 to 1000
// revision        the store's revision before the facts were read
// recordedAt      when it was taken, microseconds
// subscriptions   list of [subscription id, list of relationships]; a relationship is
//                 [type, from id, to id, kind, validFrom, validTo, recordedAt, supersededAt, source]
// nodes           list of [id, properties, list of the properties of superseded versions], each node once
// revisionAfter   the store's revision after they were read; another one means: read again
MATCH (store:Store)
WITH store.revision AS revision, store.recordedAt AS recordedAt
CALL () {
  UNWIND $subscriptions AS id
  MATCH (subscription:Subscription {id: id})
  WITH subscription, COLLECT { MATCH (subscription)<-[r]-() RETURN r } AS relationships
  RETURN collect([subscription.id, [r IN relationships |
           [type(r), startNode(r).id, endNode(r).id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]]]) AS subscriptions,
         collect([r IN relationships | startNode(r)] + [subscription]) AS groups
}
WITH revision, recordedAt, subscriptions, COLLECT {
  UNWIND groups AS ends
  UNWIND ends AS node
  WITH DISTINCT node
  RETURN [node.id, properties(node), COLLECT { MATCH (node)-[:WAS]->(version) RETURN properties(version) }]
} AS nodes
CALL () {
  MATCH (store:Store)
  RETURN store.revision AS revisionAfter
}
RETURN revision, recordedAt, subscriptions, nodes, revisionAfter
