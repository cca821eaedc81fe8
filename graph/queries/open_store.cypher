// Sets the store up, or leaves it as it is: the counter of revisions, and the two operators, which stand in no book.
// $format     version of this schema
// $now        microseconds
// $seal       the key under which its tokens are sealed, unless it has one; hexadecimal
// $operators  list of [id, name] of the operators
// seal       the key that it has
// checksums  text of what it holds, by kind; null in a store that was written before it kept any
MERGE (store:Store {name: 'vocero'})
ON CREATE SET store.revision = 0, store.recordedAt = $now
SET store.format = $format, store.seal = coalesce(store.seal, $seal),
    store.checksums = CASE WHEN store.checksums IS NULL AND store.revision = 0 THEN '{}' ELSE store.checksums END
WITH store
UNWIND $operators AS operator
MERGE (n:Operator {id: operator[0]})
ON CREATE SET n.name = operator[1], n.recordedAt = 0
RETURN DISTINCT store.seal AS seal, store.checksums AS checksums
