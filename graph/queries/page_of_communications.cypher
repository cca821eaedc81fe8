// One page of the communications that a filter takes, in the order of their sort key: one row in any case.
// $after, $before  sort keys that the page lies between
// $forward         true: the first of them; false: the last of them, in descending order
// $limit           how many at most
// $revision        number of a revision; what was recorded later is left out
// $customer        id of the customer; null = any
// $communicator    id of the communicator; null = any
// $verdict         the verdict that was kept; null = any
// $counting        true: only count them
// communications   list of the properties of each, in the page's order; empty when counting
// total            how many they are, $limit at most
// Without the hints a planner whose statistics lag behind walks over a whole index, or sorts.
CALL () {
  WITH true AS chosen WHERE $customer IS NOT NULL AND $forward  // of the eight one is asked: the index that fits the filter gives the order
  MATCH (communication:Communication {customer: $customer}) USING INDEX SEEK communication:Communication(customer, sort)
  WHERE $after < communication.sort < $before
  RETURN communication ORDER BY communication.customer, communication.sort
  UNION ALL
  WITH true AS chosen WHERE $customer IS NOT NULL AND NOT $forward
  MATCH (communication:Communication {customer: $customer}) USING INDEX SEEK communication:Communication(customer, sort)
  WHERE $after < communication.sort < $before
  RETURN communication ORDER BY communication.customer DESC, communication.sort DESC
  UNION ALL
  WITH true AS chosen WHERE $customer IS NULL AND $verdict IS NOT NULL AND $forward
  MATCH (communication:Communication {verdict: $verdict}) USING INDEX SEEK communication:Communication(verdict, sort)
  WHERE $after < communication.sort < $before
  RETURN communication ORDER BY communication.verdict, communication.sort
  UNION ALL
  WITH true AS chosen WHERE $customer IS NULL AND $verdict IS NOT NULL AND NOT $forward
  MATCH (communication:Communication {verdict: $verdict}) USING INDEX SEEK communication:Communication(verdict, sort)
  WHERE $after < communication.sort < $before
  RETURN communication ORDER BY communication.verdict DESC, communication.sort DESC
  UNION ALL
  WITH true AS chosen WHERE $customer IS NULL AND $verdict IS NULL AND $communicator IS NOT NULL AND $forward
  MATCH (communication:Communication {communicator: $communicator}) USING INDEX SEEK communication:Communication(communicator, sort)
  WHERE $after < communication.sort < $before
  RETURN communication ORDER BY communication.communicator, communication.sort
  UNION ALL
  WITH true AS chosen WHERE $customer IS NULL AND $verdict IS NULL AND $communicator IS NOT NULL AND NOT $forward
  MATCH (communication:Communication {communicator: $communicator}) USING INDEX SEEK communication:Communication(communicator, sort)
  WHERE $after < communication.sort < $before
  RETURN communication ORDER BY communication.communicator DESC, communication.sort DESC
  UNION ALL
  WITH true AS chosen WHERE $customer IS NULL AND $verdict IS NULL AND $communicator IS NULL AND $forward
  MATCH (communication:Communication) USING INDEX SEEK communication:Communication(sort)
  WHERE $after < communication.sort < $before
  RETURN communication ORDER BY communication.sort
  UNION ALL
  WITH true AS chosen WHERE $customer IS NULL AND $verdict IS NULL AND $communicator IS NULL AND NOT $forward
  MATCH (communication:Communication) USING INDEX SEEK communication:Communication(sort)
  WHERE $after < communication.sort < $before
  RETURN communication ORDER BY communication.sort DESC
}
WITH communication
WHERE communication.revision <= $revision
  AND ($verdict IS NULL OR communication.verdict = $verdict)
  AND ($communicator IS NULL OR communication.communicator = $communicator)
WITH communication LIMIT $limit
RETURN collect(CASE WHEN $counting THEN null ELSE properties(communication) END) AS communications,
       count(communication) AS total
