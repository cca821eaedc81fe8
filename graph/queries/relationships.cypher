// Relationships by what their ids say: one row in any case, unknown ones are absent from it.
// $wanted        list of {type, kind, start, end, validFrom, recordedAt}, 1 to 1000
// revision       the store's revision before they were read
// recordedAt     when it was taken, microseconds
// relationships  list of [type, from id, to id, kind, validFrom, validTo, recordedAt, supersededAt, source]
MATCH (store:Store)
WITH store.revision AS revision, store.recordedAt AS recordedAt
CALL () {
  UNWIND $wanted AS wanted
  CALL (wanted) {
    MATCH (end:Customer {id: wanted.end}) RETURN end
    UNION ALL
    MATCH (end:Partner {id: wanted.end}) RETURN end
    UNION ALL
    MATCH (end:Subscription {id: wanted.end}) RETURN end
    UNION ALL
    MATCH (end:Agreement {id: wanted.end}) RETURN end
  }
  MATCH (start)-[r]->(end)
  WHERE type(r) = wanted.type AND start.id = wanted.start AND r.validFrom = wanted.validFrom AND r.recordedAt = wanted.recordedAt
    AND (r.kind = wanted.kind OR (r.kind IS NULL AND wanted.kind IS NULL))
  RETURN collect([type(r), start.id, end.id, r.kind, r.validFrom, r.validTo, r.recordedAt, r.supersededAt, r.source]) AS relationships
}
RETURN revision, recordedAt, relationships
