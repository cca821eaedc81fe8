// The number of nodes of one label that can be read: not the database's own count, which stays the same when its files are spoilt.
// $label  a label
// count   how many there are of which it can be read when they were recorded
MATCH (node:$($label))
WHERE node.recordedAt IS NOT NULL
RETURN count(node) AS count
