// Every record of the relationships that end at some nodes of one kind: one row in any case.
// $label         label of the nodes
// $ends          list of their ids
// $types         list of relationship types
// relationships  list of the records of each known node; a record is
//                [type, from id, to id, kind, validFrom, validTo, recordedAt, supersededAt, source]
UNWIND $ends AS id
MATCH (end:$($label) {id: id})
RETURN collect(COLLECT {
  MATCH (end)<-[r]-(start)
  WHERE type(r) IN $types
  RETURN [type(r), start.id, id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]
}) AS relationships
