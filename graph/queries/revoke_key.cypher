// Revokes an API key, and counts that; what is kept of it stays.
// $id      what identifies the key
// $at      microseconds
// $by      who revokes it
// revoked  how many there were of this id
MATCH (key:Key {id: $id})
SET key.revokedAt = $at, key.revokedBy = $by
WITH key
MATCH (store:Store {name: 'vocero'})
SET store.keys = coalesce(store.keys, 0) + 1
RETURN count(key) AS revoked
