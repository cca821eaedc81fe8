// All that was ever recorded at each subscription: one row in any case.
// $subscriptions  list of subscription ids, 1 to 1000
// $partner        id of a partner: only subscriptions to which it ever had a tie, and those that an operator ever billed of customers
//                 to which it had; any other is as unknown; null = all
// revision        the store's revision before the facts were read
// recordedAt      when it was taken, microseconds
// relationships   list of [type, from id, to id, kind, validFrom, validTo, recordedAt, supersededAt, source]
// nodes           list of [id, properties, list of the properties of superseded versions], each node once
MATCH (store:Store)
WITH store.revision AS revision, store.recordedAt AS recordedAt
CALL () {
  UNWIND $subscriptions AS id
  MATCH (subscription:Subscription {id: id})<-[r]-(start)
  WHERE $partner IS NULL OR EXISTS {
    MATCH (subscription)<-[:BILLS|RESELLS|SUPPORTS]-(partner) WHERE partner.id = $partner  // by id, not out of its index, as it may have very many
  } OR EXISTS { MATCH (subscription)<-[:BILLS]-(:Operator) } AND (EXISTS {
    MATCH (subscription)<-[:HOLDS]-()<-[:RESELLER_FOR|ADMINISTERS]-(partner) WHERE partner.id = $partner
  } OR EXISTS {
    MATCH (subscription)<-[:HOLDS]-()-[:HOLDS]->()<-[:BILLS|RESELLS|SUPPORTS]-(partner) WHERE partner.id = $partner
  })
  RETURN collect([type(r), start.id, id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]) AS relationships,
         collect(start) + collect(subscription) AS ends
}
CALL (ends) {  // not in a COLLECT, whose rows would be told apart by the whole list too
  UNWIND ends AS node
  WITH DISTINCT node
  RETURN collect([node.id, properties(node), COLLECT { MATCH (node)-[:WAS]->(version) RETURN properties(version) }]) AS nodes
}
RETURN revision, recordedAt, relationships, nodes
