// Keeps what begins or ends later than it was recorded, so that a watch sees it when it comes.
// $dues  list of {at, touched}; at in microseconds, touched the ids of the nodes whose facts change then
// kept   how many
UNWIND $dues AS row
CREATE (due:Due)
SET due = row
RETURN count(due) AS kept
