// One page of the customers that a filter takes, in the order of their sort key: one row in any case.
// $after, $before  sort keys that the page lies between
// $forward         true: the first of them; false: the last of them, in descending order
// $limit           how many at most
// $knownAt         microseconds; the filter looks at what was known then, and takes customers known then
// $validAt         microseconds, for the relationships that the filter looks at
// $filter          which customers, as one map, so that one plan serves all filters:
//                  among: which are looked at: all, found (by words: a full-text query over folded names and domains)
//                  or tied (ever, to one of partners: ids)
//                  tests: all have to be passed, each a list of steps in postfix order; a step is {op} and, by its op,
//                  text {of: name, domain, country or agreementType; eq, in, contains, startsWith, folded, each null = any}
//                  cloud {is}, channel {is}, BILLS {by}, RESELLS {by}, partnerCount {eq, gt, gte, lt, lte, each null = any}
//                  and {of}, or {of}: that many results before it, as one; not: the result before it
//                  around: whether a test looks at relationships
// $counting        true: only count them
// customers        list of [id, properties, list of the properties of superseded versions], in the page's order; empty when counting
// total            how many they are, $limit at most
CALL () {
  WITH true AS chosen WHERE $filter.among = 'all' AND $forward  // one row at most, which an UNWIND would not promise: the index gives the order
  MATCH (customer:Customer) WHERE $after < customer.sort < $before
  RETURN customer ORDER BY customer.sort
  UNION ALL
  WITH true AS chosen WHERE $filter.among = 'all' AND NOT $forward
  MATCH (customer:Customer) WHERE $after < customer.sort < $before
  RETURN customer ORDER BY customer.sort DESC
  UNION ALL
  UNWIND CASE WHEN $filter.among = 'found' THEN [$filter.words] ELSE [] END AS words
  CALL db.index.fulltext.queryNodes('customer_words', words) YIELD node
  WITH node
  WHERE node.recordedAt <= $knownAt AND coalesce($knownAt < node.supersededAt, true)
  MATCH (customer:Customer {id: node.id})
  WITH DISTINCT customer
  WHERE $after < customer.sort < $before
  RETURN customer ORDER BY CASE WHEN $forward THEN customer.sort END, CASE WHEN NOT $forward THEN customer.sort END DESC
  UNION ALL
  UNWIND CASE WHEN $filter.among = 'tied' THEN $filter.partners ELSE [] END AS id
  MATCH (partner:Partner {id: id})
  CALL (partner) {
    MATCH (partner)-[:BILLS|RESELLS|SUPPORTS]->(:Subscription)<-[:HOLDS]-(customer:Customer)
    RETURN customer
    UNION
    MATCH (partner)-[:RESELLER_FOR|ADMINISTERS]->(customer:Customer)
    RETURN customer
  }
  WITH DISTINCT customer
  WHERE $after < customer.sort < $before
  RETURN customer ORDER BY CASE WHEN $forward THEN customer.sort END, CASE WHEN NOT $forward THEN customer.sort END DESC
}
WITH customer, CASE WHEN customer.recordedAt <= $knownAt THEN customer ELSE head(COLLECT {
  MATCH (customer)-[:WAS]->(version) WHERE version.recordedAt <= $knownAt AND $knownAt < version.supersededAt RETURN version
}) END AS known
WHERE known IS NOT NULL
WITH customer, known,
  CASE WHEN $filter.around THEN COLLECT {  // of each subscription that it holds: [type, from id] of whoever bills or resells it
    MATCH (customer)-[h:HOLDS]->(s:Subscription)
    WHERE h.validFrom <= $validAt AND coalesce($validAt < h.validTo, true)
      AND h.recordedAt <= $knownAt AND coalesce($knownAt < h.supersededAt, true)
      AND CASE WHEN s.recordedAt <= $knownAt THEN s.status
               ELSE head(COLLECT { MATCH (s)-[:WAS]->(v) WHERE v.recordedAt <= $knownAt AND $knownAt < v.supersededAt RETURN v.status }) END <> 'deleted'
    OPTIONAL MATCH (s)<-[r:BILLS|RESELLS]-(who)
    WHERE r.validFrom <= $validAt AND coalesce($validAt < r.validTo, true)
      AND r.recordedAt <= $knownAt AND coalesce($knownAt < r.supersededAt, true)
    WITH s, collect(CASE WHEN r IS NOT NULL THEN [type(r), who.id] END) AS ties
    RETURN ties
  } END AS held,
  CASE WHEN $filter.around THEN COLLECT {
    MATCH (customer)<-[r:RESELLER_FOR]-(reseller)
    WHERE r.validFrom <= $validAt AND coalesce($validAt < r.validTo, true)
      AND r.recordedAt <= $knownAt AND coalesce($knownAt < r.supersededAt, true)
    RETURN reseller.id
  } END AS resellers,
  CASE WHEN $filter.around THEN COLLECT {
    MATCH (customer)-[r:PARTY_TO]->(a:Agreement)
    WHERE r.validFrom <= $validAt AND coalesce($validAt < r.validTo, true)
      AND r.recordedAt <= $knownAt AND coalesce($knownAt < r.supersededAt, true)
    RETURN CASE WHEN a.recordedAt <= $knownAt THEN coalesce(a.typeFolded, toLower(a.type)) ELSE head(COLLECT {
      MATCH (a)-[:WAS]->(v) WHERE v.recordedAt <= $knownAt AND $knownAt < v.supersededAt RETURN coalesce(v.typeFolded, toLower(v.type))
    }) END
  } END AS agreements
WHERE all(test IN $filter.tests WHERE head(reduce(results = [], step IN test | CASE step.op
  WHEN 'and' THEN [all(result IN results[..step.of] WHERE result)] + results[step.of..]
  WHEN 'or' THEN [any(result IN results[..step.of] WHERE result)] + results[step.of..]
  WHEN 'not' THEN [NOT head(results)] + tail(results)
  WHEN 'cloud' THEN [known.cloud = step.is] + results
  WHEN 'channel' THEN [any(ties IN held WHERE step.is = CASE head([tie IN ties WHERE tie[0] = 'BILLS' | split(tie[1], ':')[0]])
    WHEN 'partner' THEN 'CSP'
    WHEN 'operator' THEN 'DIRECT'
    ELSE 'UNBILLED' END)] + results
  WHEN 'text' THEN [any(text IN CASE step.of
      WHEN 'name' THEN [split(known.sort, '\u0001')[0]]
      WHEN 'domain' THEN [coalesce(known.domainFolded, toLower(known.domain))]
      WHEN 'country' THEN [known.countryFolded]
      ELSE agreements END
    WHERE text IS NOT NULL AND coalesce(text = step.eq, true) AND coalesce(text IN step.in, true)
      AND coalesce(text CONTAINS step.contains, true) AND coalesce(text STARTS WITH step.startsWith, true))] + results
  WHEN 'partnerCount' THEN [all(count IN [size(reduce(partners = resellers, tie IN reduce(all = [], ties IN held | all + ties) |
      CASE WHEN tie[1] IN partners OR tie[1] STARTS WITH 'operator:' THEN partners ELSE partners + tie[1] END))]
    WHERE coalesce(count = step.eq, true) AND coalesce(count > step.gt, true) AND coalesce(count >= step.gte, true)
      AND coalesce(count < step.lt, true) AND coalesce(count <= step.lte, true))] + results
  ELSE [any(ties IN held WHERE [step.op, step.by] IN ties)] + results
END)))
WITH customer LIMIT $limit
RETURN collect(CASE WHEN $counting THEN null ELSE [
         customer.id, properties(customer), COLLECT { MATCH (customer)-[:WAS]->(version) RETURN properties(version) }
       ] END) AS customers,
       count(customer) AS total
