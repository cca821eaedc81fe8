// What the index keeps of each customer: one row in any case, unknown ids are absent from it.
// $customers  list of customer ids, 1 to 1000
// revision    the store's revision before the facts were read
// recordedAt  when it was taken, microseconds
// customers   list of [properties, versions, held, agreements, partners]; versions: the properties of each superseded version
//             held: for each subscription that it ever held [properties, versions, records of HOLDS, records at it, governed]
//             agreements: for each to which it was ever party [properties, versions, records of PARTY_TO, records of operators' PARTY_TO]
//             partners: records of RESELLER_FOR and ADMINISTERS; governed: [properties, versions, record of GOVERNS] of each agreement
//             a record is [type, from id, kind, validFrom, validTo, recordedAt, supersededAt, source]; of HOLDS and PARTY_TO without the first three
MATCH (store:Store)
WITH store.revision AS revision, store.recordedAt AS recordedAt
CALL () {
  UNWIND $customers AS id
  MATCH (customer:Customer {id: id})
  RETURN collect([
    properties(customer),
    COLLECT { MATCH (customer)-[:WAS]->(version) RETURN properties(version) },
    COLLECT {
      MATCH (customer)-[h:HOLDS]->(subscription)
      WITH subscription, collect([h.validFrom, h.validTo, h.recordedAt, h.supersededAt, h.source]) AS held
      RETURN [
        properties(subscription),
        COLLECT { MATCH (subscription)-[:WAS]->(version) RETURN properties(version) },
        held,
        COLLECT {
          MATCH (subscription)<-[r:BILLS|RESELLS|SUPPORTS]-(start)
          RETURN [type(r), start.id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]
        },
        COLLECT {
          MATCH (subscription)<-[r:GOVERNS]-(agreement)
          RETURN [properties(agreement), COLLECT { MATCH (agreement)-[:WAS]->(version) RETURN properties(version) },
                  [type(r), agreement.id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]]
        }
      ]
    },
    COLLECT {
      MATCH (customer)-[h:PARTY_TO]->(agreement)
      WITH agreement, collect([h.validFrom, h.validTo, h.recordedAt, h.supersededAt, h.source]) AS held
      RETURN [
        properties(agreement),
        COLLECT { MATCH (agreement)-[:WAS]->(version) RETURN properties(version) },
        held,
        COLLECT {
          MATCH (agreement)<-[r:PARTY_TO]-(operator:Operator)
          RETURN [type(r), operator.id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]
        }
      ]
    },
    COLLECT {
      MATCH (customer)<-[r:RESELLER_FOR|ADMINISTERS]-(start)
      RETURN [type(r), start.id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]
    }
  ]) AS customers
}
RETURN revision, recordedAt, customers
