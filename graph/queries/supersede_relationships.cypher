// Ends the belief in records of the relationships of one type; nothing else of them changes.
// $type          relationship type
// $endLabel      label of the nodes they go to
// $rows          list of {start, end, kind, validFrom, recordedAt}
// $supersededAt  microseconds
// superseded     how many
UNWIND $rows AS row
MATCH (end:$($endLabel) {id: row.end})<-[r]-(start)  // a type that is a parameter is looked up among all of its relationships, and wrongly
WHERE type(r) = $type AND start.id = row.start AND r.validFrom = row.validFrom AND r.recordedAt = row.recordedAt
  AND (r.kind = row.kind OR (r.kind IS NULL AND row.kind IS NULL))
SET r.supersededAt = $supersededAt
RETURN count(r) AS superseded
