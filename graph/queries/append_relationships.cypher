// Adds records of the relationships of one type.
// $type        relationship type
// $startLabel  label of the nodes they come from
// $endLabel    label of the nodes they go to
// $rows        list of {start, end, properties}
// appended     how many
UNWIND $rows AS row
MATCH (start:$($startLabel) {id: row.start})
MATCH (end:$($endLabel) {id: row.end})
CREATE (start)-[r:$($type)]->(end)
SET r = row.properties
RETURN count(r) AS appended
