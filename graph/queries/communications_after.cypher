// The next communications, by id: one row in any case.
// $after          id that they come after
// $limit          how many at most
// communications  list of the properties of each
CALL () {
  MATCH (communication:Communication) WHERE communication.id > $after
  RETURN communication ORDER BY communication.id LIMIT $limit
}
RETURN collect(properties(communication)) AS communications
