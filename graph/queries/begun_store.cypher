// What tells whether anything was ever written to a store: one row in any case.
// format  version of the schema that last opened it; null when none did
// seal    the key under which its tokens are sealed; null when none opened it
// keyChanges  how often keys were made or revoked
// others  how many nodes it holds beside itself, the operators and API keys
CALL () { MATCH (node) RETURN count(node) AS nodes }
CALL () { MATCH (store:Store) RETURN count(store) AS stores }
CALL () { MATCH (operator:Operator) RETURN count(operator) AS operators }
CALL () { MATCH (key:Key) RETURN count(key) AS keys }
OPTIONAL MATCH (store:Store {name: 'vocero'})
RETURN store.format AS format, store.seal AS seal, coalesce(store.keys, 0) AS keyChanges, nodes - stores - operators - keys AS others
