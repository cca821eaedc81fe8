// All API keys, also the revoked and the expired: one row in any case.
// keys  list of the properties of each, instants in microseconds
MATCH (key:Key)
WHERE key.name > ''
RETURN collect(properties(key)) AS keys
