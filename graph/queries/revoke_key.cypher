// Revokes an API key; what is kept of it stays.
// $id      what identifies the key
// $at      microseconds
// $by      who revokes it
// revoked  how many there were of this id
MATCH (key:Key {id: $id})
SET key.revokedAt = $at, key.revokedBy = $by
RETURN count(key) AS revoked
