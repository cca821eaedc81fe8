// Keeps a new API key, and counts that.
// $properties  {id, name, hash, role, node, createdAt, createdBy, expiresAt}: SHA-256 in hexadecimal, instants in microseconds;
//              node null for roles that are bound to none, expiresAt null for a key that does not expire
// created      how many were created
CREATE (key:Key)
SET key = $properties
WITH key
MATCH (store:Store {name: 'vocero'})
SET store.keys = coalesce(store.keys, 0) + 1
RETURN count(key) AS created
