// The next instant at which something begins or ends that was recorded before it came: one row in any case.
// $after   microseconds, that it comes after
// at       that instant; null when there is none
// touched  list of lists of the ids of the nodes whose facts change then
CALL () {
  MATCH (due:Due)
  WHERE due.at > $after
  RETURN due.at AS next ORDER BY due.at LIMIT 1
}
MATCH (due:Due {at: next})
RETURN min(next) AS at, collect(due.touched) AS touched
