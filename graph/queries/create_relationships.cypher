// Creates the relationships of one type that nothing stored stands against; the others come back with what does.
// $type        relationship type
// $startLabel  label of the nodes they come from
// $endLabel    label of the nodes they go to
// $exclusive   true where the end node takes one live relationship of this type from anybody (BILLS, HOLDS)
// $rows        list of {row, start, end, kind, validFrom, validTo, recordedAt, supersededAt, always, late, properties}; row counts them,
//              validTo and supersededAt are far in the future when open; always = true: any of the same ends counts, whatever its
//              validity; late = true: it comes back in any case
// refused      list of [row, start is known, end is known, clashes]; a clash is [from id, validFrom, validTo, recordedAt, supersededAt]
UNWIND $rows AS row
OPTIONAL MATCH (start:$($startLabel) {id: row.start})
OPTIONAL MATCH (end:$($endLabel) {id: row.end})
WITH row, start, end, COLLECT {
  MATCH (end)<-[r:$($type)]-(other)
  WHERE (other = start OR $exclusive)
    AND (r.kind = row.kind OR (r.kind IS NULL AND row.kind IS NULL))
    AND ((row.always AND other = start) OR (r.validFrom < row.validTo AND row.validFrom < coalesce(r.validTo, 9223372036854775807)))
    AND r.recordedAt < row.supersededAt AND row.recordedAt < coalesce(r.supersededAt, 9223372036854775807)
  RETURN [other.id, r.validFrom, r.validTo, r.recordedAt, r.supersededAt]
} AS clashes
CALL (row, start, end, clashes) {
  WITH row, start, end, clashes
  WHERE start IS NOT NULL AND end IS NOT NULL AND clashes = [] AND NOT row.late
  CREATE (start)-[r:$($type)]->(end)
  SET r = row.properties
  RETURN count(r) AS created
}
WITH row, start, end, clashes, created
WHERE created = 0
RETURN collect([row.row, start IS NOT NULL, end IS NOT NULL, clashes]) AS refused
