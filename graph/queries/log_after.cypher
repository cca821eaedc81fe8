// The next entries of the log as far as a check needs them, the oldest first: one row in any case.
// $after   number of the revision that they come after
// $until   number of the last revision that is looked at
// $limit   how many at most
// changes  list of [revision, recordedAt, actor, what it touched, checksums after it of the kinds that it changed; null before format 5]
CALL () {
  MATCH (change:Change) WHERE $after < change.revision <= $until
  RETURN change ORDER BY change.revision LIMIT $limit
}
RETURN collect([change.revision, change.recordedAt, change.actor, change.touched, change.checksums]) AS changes
