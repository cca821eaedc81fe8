// The ids of the next customers, in their order: one row in any case.
// $after  id that they come after
// $limit  how many at most
// ids     list of ids
CALL () {
  MATCH (customer:Customer) WHERE customer.id > $after
  RETURN customer.id AS id ORDER BY customer.id LIMIT $limit
}
RETURN collect(id) AS ids
