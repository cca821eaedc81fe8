// Keeps a new API key.
// $properties  {id, name, hash, role, node, createdAt, createdBy, expiresAt}: SHA-256 in hexadecimal, instants in microseconds;
//              node null for roles that are bound to none, expiresAt null for a key that does not expire
// created      how many were created
CREATE (key:Key)
SET key = $properties
RETURN count(key) AS created
