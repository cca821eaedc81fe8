// The checksums that the store keeps: one row in any case.
// revision    the newest revision
// recordedAt  when it was taken, microseconds
// checksums   text of {kind: [count, sum of hashes]}; null in a store that was not opened since format 5
OPTIONAL MATCH (store:Store {name: 'vocero'})
RETURN store.revision AS revision, store.recordedAt AS recordedAt, store.checksums AS checksums
