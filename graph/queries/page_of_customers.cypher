// One page of the customers that a filter takes, in the order of their sort key: one row in any case.
// $after, $before  sort keys that the page lies between
// $forward         true: the first of them; false: the last of them, in descending order
// $limit           how many at most
// $knownAt         microseconds; the filter looks at the properties known then, and takes customers known then
// $validAt         microseconds, for the relationships that the filter looks at
// $words           a full-text query over folded names and domains; null = no search
// $clouds          list of clouds; null = any
// $name, $country  {eq, in, contains, startsWith}, folded, each null = any; name's compare with the folded name
// $billedBy        id of a communicator that bills one of the customer's subscriptions; null = any
// $counting        true: only count them
// customers        list of [id, properties, list of the properties of superseded versions], in the page's order; empty when counting
// total            how many they are, $limit at most
CALL () {
  WITH true AS chosen WHERE $words IS NULL AND $forward  // one row at most, which an UNWIND would not promise: the index gives the order
  MATCH (customer:Customer) WHERE $after < customer.sort < $before
  RETURN customer ORDER BY customer.sort
  UNION ALL
  WITH true AS chosen WHERE $words IS NULL AND NOT $forward
  MATCH (customer:Customer) WHERE $after < customer.sort < $before
  RETURN customer ORDER BY customer.sort DESC
  UNION ALL
  UNWIND CASE WHEN $words IS NULL THEN [] ELSE [$words] END AS words
  CALL db.index.fulltext.queryNodes('customer_words', words) YIELD node
  WITH node
  WHERE node.recordedAt <= $knownAt AND ($knownAt < node.supersededAt OR node.supersededAt IS NULL)
  MATCH (customer:Customer {id: node.id})
  WITH DISTINCT customer
  WHERE $after < customer.sort < $before
  RETURN customer ORDER BY CASE WHEN $forward THEN customer.sort END, CASE WHEN NOT $forward THEN customer.sort END DESC
}
WITH customer, CASE WHEN customer.recordedAt <= $knownAt THEN customer ELSE head(COLLECT {
  MATCH (customer)-[:WAS]->(version) WHERE version.recordedAt <= $knownAt AND $knownAt < version.supersededAt RETURN version
}) END AS known
WITH customer, known, split(known.sort, '\u0001')[0] AS name
WHERE known IS NOT NULL
  AND ($clouds IS NULL OR known.cloud IN $clouds)
  AND ($name.eq IS NULL OR name = $name.eq)
  AND ($name.in IS NULL OR name IN $name.in)
  AND ($name.contains IS NULL OR name CONTAINS $name.contains)
  AND ($name.startsWith IS NULL OR name STARTS WITH $name.startsWith)
  AND ($country.eq IS NULL OR known.countryFolded = $country.eq)
  AND ($country.in IS NULL OR known.countryFolded IN $country.in)
  AND ($country.contains IS NULL OR known.countryFolded CONTAINS $country.contains)
  AND ($country.startsWith IS NULL OR known.countryFolded STARTS WITH $country.startsWith)
  AND ($billedBy IS NULL OR EXISTS {
    MATCH (customer)-[h:HOLDS]->(s:Subscription)<-[b:BILLS]-(biller {id: $billedBy})
    WHERE h.validFrom <= $validAt AND ($validAt < h.validTo OR h.validTo IS NULL)
      AND h.recordedAt <= $knownAt AND ($knownAt < h.supersededAt OR h.supersededAt IS NULL)
      AND b.validFrom <= $validAt AND ($validAt < b.validTo OR b.validTo IS NULL)
      AND b.recordedAt <= $knownAt AND ($knownAt < b.supersededAt OR b.supersededAt IS NULL)
      AND CASE WHEN s.recordedAt <= $knownAt THEN s.status
               ELSE head(COLLECT { MATCH (s)-[:WAS]->(v) WHERE v.recordedAt <= $knownAt AND $knownAt < v.supersededAt RETURN v.status }) END <> 'deleted'
  })
WITH customer LIMIT $limit
RETURN collect(CASE WHEN $counting THEN null ELSE [
         customer.id, properties(customer), COLLECT { MATCH (customer)-[:WAS]->(version) RETURN properties(version) }
       ] END) AS customers,
       count(customer) AS total
