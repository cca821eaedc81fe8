// The next customers that ever were in one of an operator's clouds, in the order of their sort key.
// $clouds   list of clouds
// $after    sort key that they come after; null = from the first
// $limit    how many at most
// contacts  list of [customer id, sort key]
MATCH (customer:Customer)
WHERE customer.sort > coalesce($after, '')
  AND (customer.cloud IN $clouds OR EXISTS { MATCH (customer)-[:WAS]->(version) WHERE version.cloud IN $clouds })
WITH customer ORDER BY customer.sort LIMIT $limit
RETURN collect([customer.id, customer.sort]) AS contacts
