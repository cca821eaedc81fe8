// The store's own record: one row in any case.
// format      version of the schema that last opened the store; null when none did
// revision    the newest revision
// recordedAt  when it was taken, microseconds
// keys        how often API keys were made or revoked
OPTIONAL MATCH (store:Store {name: 'vocero'})
RETURN store.format AS format, store.revision AS revision, store.recordedAt AS recordedAt, coalesce(store.keys, 0) AS keys
