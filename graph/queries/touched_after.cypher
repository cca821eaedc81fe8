// What the next revisions touched, the oldest first: one row in any case.
// $after     number of the revision that they come after
// $limit     how many at most
// $most      how many nodes are listed of one revision at most
// revisions  list of [revision, recordedAt, ids of the nodes whose facts changed, whether it was an erasure]; null for the ids where they are more
MATCH (change:Change)
WHERE change.revision > $after
WITH change ORDER BY change.revision LIMIT $limit
RETURN collect([change.revision, change.recordedAt,
  CASE WHEN change.facts = false THEN [] WHEN size(change.touched) <= $most THEN change.touched END, coalesce(change.erasure, false)]) AS revisions
