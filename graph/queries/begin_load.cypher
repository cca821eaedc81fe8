// Notes that a load has begun, so that one which is killed can go on where it was; a load that goes on finds the note of its first run.
// $digest   SHA-256 of what is loaded
// $now      microseconds
// baseline  recordedAt of the newest revision before the first run; the year 1, before every instant, in a store without one
// whole     whether all that it brings is in the store, which the importer made of it
MATCH (store:Store {name: 'vocero'})
MERGE (load:UnfinishedLoad {digest: $digest})
ON CREATE SET load.startedAt = $now, load.baseline = CASE store.revision WHEN 0 THEN -62135596800000000 ELSE store.recordedAt END
RETURN load.baseline AS baseline, coalesce(load.whole, false) AS whole
