// One page of the customers that a partner ever saw, in the order of their sort key as it was when it saw them last: one row in any case.
// $partner         partner id
// $recordedAt      microseconds: what was recorded later is left out
// $after, $before  sort keys that the page lies between
// $forward         true: the first of them; false: the last of them, in descending order
// $limit           how many at most
// customers        list of [customer id, sort key], in the page's order
MATCH (partner:Partner {id: $partner})
CALL (partner) {
  MATCH (partner)-[r:BILLS|RESELLS|SUPPORTS]->(:Subscription)<-[h:HOLDS]-(customer:Customer)
  WHERE r.recordedAt <= $recordedAt AND h.recordedAt <= $recordedAt
  WITH customer, r, h,
       reduce(earliest = $recordedAt, end IN [r.supersededAt, h.supersededAt] | CASE WHEN end < earliest THEN end ELSE earliest END) AS superseded,
       reduce(earliest = $recordedAt, end IN [r.validTo, h.validTo] | CASE WHEN end < earliest THEN end ELSE earliest END) AS validTo
  WHERE (r.validFrom < h.validTo OR h.validTo IS NULL) AND (h.validFrom < r.validTo OR r.validTo IS NULL)
    AND (r.recordedAt < h.supersededAt OR h.supersededAt IS NULL OR h.supersededAt > $recordedAt)
    AND (h.recordedAt < r.supersededAt OR r.supersededAt IS NULL OR r.supersededAt > $recordedAt)
  WITH customer, superseded, validTo, CASE WHEN r.recordedAt < h.recordedAt THEN h.recordedAt ELSE r.recordedAt END AS recordedAt
  RETURN customer, superseded, CASE WHEN validTo < recordedAt THEN recordedAt ELSE validTo END AS ended
  UNION ALL
  MATCH (partner)-[r:RESELLER_FOR|ADMINISTERS]->(customer:Customer)
  WHERE r.recordedAt <= $recordedAt
  WITH customer, CASE WHEN r.supersededAt < $recordedAt THEN r.supersededAt ELSE $recordedAt END AS superseded, r.recordedAt AS recordedAt,
       CASE WHEN r.validTo < $recordedAt THEN r.validTo ELSE $recordedAt END AS validTo
  RETURN customer, superseded, CASE WHEN validTo < recordedAt THEN recordedAt ELSE validTo END AS ended
}
WITH customer, max(CASE WHEN ended < superseded THEN ended ELSE superseded END) AS seenUntil
WITH customer, CASE WHEN customer.recordedAt <= seenUntil THEN customer.sort ELSE head(COLLECT {  // as policy/seen.py has it
  MATCH (customer)-[:WAS]->(version)
  RETURN version.sort ORDER BY version.recordedAt <= seenUntil < version.supersededAt DESC, version.recordedAt LIMIT 1
} + [customer.sort]) END AS sort
WHERE $after < sort < $before
WITH customer, sort
ORDER BY CASE WHEN $forward THEN sort END, CASE WHEN NOT $forward THEN sort END DESC
LIMIT $limit
RETURN collect([customer.id, sort]) AS customers
