// What an earlier apply of the same caller under the same key came to: one row in any case.
// $caller     who asked
// $key        the idempotency key
// $since      microseconds; an earlier one is forgotten
// digest      of its request, with its version before it; null when there was none
// revision    number of the revision that it took, or that stood when it changed nothing
// recordedAt  when that was taken, microseconds
// applied     how many changes changed something
OPTIONAL MATCH (applied:Applied {caller: $caller, key: $key})
WHERE applied.at >= $since
RETURN applied.digest AS digest, applied.revision AS revision, applied.recordedAt AS recordedAt, applied.applied AS applied
