// All that was ever recorded of who provides for each partner: one row in any case.
// $partners       list of partner ids, 1 to 1000
// revision        the store's revision before the facts were read
// recordedAt      when it was taken, microseconds
// relationships   list of [type, from id, to id, kind, validFrom, validTo, recordedAt, supersededAt, source]
// nodes           list of [id, properties, list of the properties of superseded versions], of the providers, each node once
MATCH (store:Store)
WITH store.revision AS revision, store.recordedAt AS recordedAt
CALL () {
  UNWIND $partners AS id
  MATCH (:Partner {id: id})<-[r:PROVIDES_FOR]-(provider)
  RETURN collect([type(r), provider.id, id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]) AS relationships,
         collect(provider) AS ends
}
CALL (ends) {  // not in a COLLECT, whose rows would be told apart by the whole list too
  UNWIND ends AS node
  WITH DISTINCT node
  RETURN collect([node.id, properties(node), COLLECT { MATCH (node)-[:WAS]->(version) RETURN properties(version) }]) AS nodes
}
RETURN revision, recordedAt, relationships, nodes
