// Takes the next revision and leaves its entry in the log.
// $revision    the number taken
// $recordedAt  microseconds, later than every one before
// $clock       what the clock says, microseconds; null where that is $recordedAt too
// $actor       who made the change
// $summary     what it was, in words
// $touched     ids of the customers, subscriptions, agreements and partners whose facts changed
// $checksums   text of the checksums of all kinds
// $changed     text of those that this revision changed
// $erasure     true: it took away what was recorded before; null where it did not
// $facts       false: what it touched has the same facts as before; null where it has others
MATCH (store:Store {name: 'vocero'})
SET store.revision = $revision, store.recordedAt = $recordedAt, store.checksums = $checksums
CREATE (change:Change {
  revision: $revision, recordedAt: $recordedAt, clock: $clock, actor: $actor, summary: $summary, touched: $touched, checksums: $changed, facts: $facts, erasure: $erasure
})
RETURN change.revision AS revision
