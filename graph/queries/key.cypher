// One API key, also one that is revoked or expired: one row in any case.
// $id  what identifies the key, which is no secret
// key  its properties, instants in microseconds; null where there is none
OPTIONAL MATCH (key:Key {id: $id})
RETURN properties(key) AS key
