// Every record of the relationships that end at some nodes of one kind: one row in any case.
// $label         label of the nodes
// $ends          list of their ids
// $types         list of relationship types
// relationships  list of [type, from id, to id, kind, validFrom, validTo, recordedAt, supersededAt, source]
UNWIND $ends AS id
MATCH (end:$($label) {id: id})<-[r]-(start)
WHERE type(r) IN $types
RETURN collect([type(r), start.id, id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]) AS relationships
