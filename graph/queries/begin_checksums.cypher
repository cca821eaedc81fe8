// Keeps the first checksums of a store that has none, unless it has moved on since they were taken.
// $revision   number of the revision that they are of
// $checksums  text of {kind: [count, sum of hashes]}
// begun       does the store have checksums now
MATCH (store:Store {name: 'vocero'})
SET store.locked = true
SET store.checksums = CASE WHEN store.checksums IS NULL AND store.revision = $revision THEN $checksums ELSE store.checksums END
RETURN store.checksums IS NOT NULL AS begun
