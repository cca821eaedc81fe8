// The first revision that was recorded ahead of the clock: one row in any case.
// $now        microseconds
// recordedAt  when that says that it was recorded, microseconds; null where none is ahead
CALL () {
  MATCH (change:Change) WHERE change.recordedAt > $now
  RETURN change.recordedAt AS at ORDER BY change.recordedAt LIMIT 1
}
RETURN min(at) AS recordedAt
