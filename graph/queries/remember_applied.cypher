// Remembers what an apply came to, so that the same one asked again gets the same answer.
// $caller      who asked
// $key         the idempotency key
// $digest      of the request, with its version before it (graph/request_digest.py)
// $revision    number of the revision
// $recordedAt  when that was taken, microseconds
// $applied     how many changes changed something
// $at          microseconds
// remembered   how many are remembered under the key
MERGE (applied:Applied {caller: $caller, key: $key})
SET applied.digest = $digest, applied.revision = $revision, applied.recordedAt = $recordedAt, applied.applied = $applied, applied.at = $at
RETURN count(applied) AS remembered
