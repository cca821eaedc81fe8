// One page of the partners in the order of their sort key: one row in any case.
// $after, $before  sort keys that the page lies between
// $forward         true: the first of them; false: the last of them, in descending order
// $limit           how many at most
// $knownAt         microseconds; the search looks at the names known then, and takes partners known then
// $words           a full-text query over folded names; null = no search
// $counting        true: only count them
// partners         list of [id, properties, list of the properties of superseded versions], in the page's order; empty when counting
// total            how many they are, $limit at most
CALL () {
  WITH true AS chosen WHERE $words IS NULL AND $forward  // one row at most, which an UNWIND would not promise: the index gives the order
  MATCH (partner:Partner) WHERE $after < partner.sort < $before
  RETURN partner ORDER BY partner.sort
  UNION ALL
  WITH true AS chosen WHERE $words IS NULL AND NOT $forward
  MATCH (partner:Partner) WHERE $after < partner.sort < $before
  RETURN partner ORDER BY partner.sort DESC
  UNION ALL
  UNWIND CASE WHEN $words IS NULL THEN [] ELSE [$words] END AS words
  CALL db.index.fulltext.queryNodes('partner_words', words) YIELD node
  WITH node
  WHERE node.recordedAt <= $knownAt AND ($knownAt < node.supersededAt OR node.supersededAt IS NULL)
  MATCH (partner:Partner {id: node.id})
  WITH DISTINCT partner
  WHERE $after < partner.sort < $before
  RETURN partner ORDER BY CASE WHEN $forward THEN partner.sort END, CASE WHEN NOT $forward THEN partner.sort END DESC
}
WITH partner, CASE WHEN partner.recordedAt <= $knownAt THEN partner ELSE head(COLLECT {
  MATCH (partner)-[:WAS]->(version) WHERE version.recordedAt <= $knownAt AND $knownAt < version.supersededAt RETURN version
}) END AS known
WITH partner, known
WHERE known IS NOT NULL
WITH partner LIMIT $limit
RETURN collect(CASE WHEN $counting THEN null ELSE [
         partner.id, properties(partner), COLLECT { MATCH (partner)-[:WAS]->(version) RETURN properties(version) }
       ] END) AS partners,
       count(partner) AS total
