// The customers that were ever party to each agreement, and when: one row in any case.
// $agreements    list of agreement ids, 1 to 1000
// $partner       id of a partner: only customers to which it ever had a tie, and of agreements that were made through a partner only those
//                that ever governed something that it had to do with; null = all
// revision       the store's revision before they were read
// recordedAt     when it was taken, microseconds
// relationships  list of [type, from id, to id, kind, validFrom, validTo, recordedAt, supersededAt, source]
// nodes          list of [id, properties, list of the properties of superseded versions], each node once
MATCH (store:Store)
WITH store.revision AS revision, store.recordedAt AS recordedAt
CALL () {
  UNWIND $agreements AS id
  MATCH (agreement:Agreement {id: id})<-[r:PARTY_TO]-(customer:Customer)
  WHERE $partner IS NULL OR (agreement.channel = 'DIRECT' OR EXISTS {
    MATCH (agreement)-[:WAS]->(version) WHERE version.channel = 'DIRECT'
  } OR EXISTS {
    MATCH (agreement)-[:GOVERNS]->()<-[:BILLS|RESELLS|SUPPORTS]-(partner) WHERE partner.id = $partner
  }) AND (EXISTS {
    MATCH (customer)<-[:RESELLER_FOR|ADMINISTERS]-(partner) WHERE partner.id = $partner  // by id, not out of its index: it may have a hundred thousand
  } OR EXISTS {
    MATCH (customer)-[:HOLDS]->()<-[:BILLS|RESELLS|SUPPORTS]-(partner) WHERE partner.id = $partner
  })
  RETURN collect([type(r), customer.id, id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]) AS relationships,
         collect(customer) AS customers
}
CALL (customers) {  // not in a COLLECT, whose rows would be told apart by the whole list too
  UNWIND customers AS node
  WITH DISTINCT node
  RETURN collect([node.id, properties(node), COLLECT { MATCH (node)-[:WAS]->(version) RETURN properties(version) }]) AS nodes
}
RETURN revision, recordedAt, relationships, nodes
