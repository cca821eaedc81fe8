// The number of relationships of one type that can be read, likewise.
// $type  relationship type
// count  how many there are of which it can be read when they were recorded
MATCH ()-[r:$($type)]->()
WHERE r.recordedAt IS NOT NULL
RETURN count(r) AS count
