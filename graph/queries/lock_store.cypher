// The newest revision, held until the transaction ends: every write takes this lock first, so revisions are a total order.
// revision    the newest revision
// recordedAt  when it was taken, microseconds
// checksums   text of what the store holds, by kind
MATCH (store:Store {name: 'vocero'})
SET store.locked = true
RETURN store.revision AS revision, store.recordedAt AS recordedAt, store.checksums AS checksums
