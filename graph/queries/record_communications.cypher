// Keeps communications that were sent, each with the verdict that was given of it.
// $communications  list of {id, sort, communicator, customer, topic, category, scope, at, reference, verdict, permitted, policyVersion,
//                  recordedAt, revision, actor}; instants in microseconds, scope null where none was named
// recorded         how many were kept
UNWIND $communications AS properties
CREATE (communication:Communication)
SET communication = properties
RETURN count(communication) AS recorded
