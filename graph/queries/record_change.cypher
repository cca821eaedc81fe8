// Takes the next revision and leaves its entry in the log.
// $revision    the number taken
// $recordedAt  microseconds, later than every one before
// $actor       who made the change
// $summary     what it was, in words
// $touched     ids of the customers, subscriptions, agreements and partners whose facts changed
MATCH (store:Store {name: 'vocero'})
SET store.revision = $revision, store.recordedAt = $recordedAt
CREATE (change:Change {revision: $revision, recordedAt: $recordedAt, actor: $actor, summary: $summary, touched: $touched})
RETURN change.revision AS revision
