// Takes the note of a finished load away.
// $digest   SHA-256 of what was loaded
// finished  how many notes there were
MATCH (load:UnfinishedLoad {digest: $digest})
DELETE load
RETURN count(load) AS finished
