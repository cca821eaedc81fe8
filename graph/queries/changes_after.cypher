// The next entries of the log, the oldest first: one row in any case.
// $after   number of the revision that they come after
// $limit   how many at most
// changes  list of [revision, recordedAt, actor, summary, what the clock said then]; instants in microseconds
MATCH (change:Change)
WHERE change.revision > $after
WITH change ORDER BY change.revision LIMIT $limit
RETURN collect([change.revision, change.recordedAt, change.actor, change.summary, coalesce(change.clock, change.recordedAt)]) AS changes
