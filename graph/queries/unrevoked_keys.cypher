// Which of some API keys are not revoked: one row in any case.
// $ids  list of what identifies keys
// ids   those of them that are there, and not revoked
UNWIND $ids AS id
MATCH (key:Key {id: id})
WHERE key.revokedAt IS NULL
RETURN collect(key.id) AS ids
