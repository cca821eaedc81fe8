// The next customers to whom a partner ever had a tie, in the order of their sort key: whom it might be permitted to contact.
// $communicator  partner id
// $after         sort key that they come after; null = from the first
// $limit         how many at most
// contacts       list of [customer id, sort key]
MATCH (partner:Partner {id: $communicator})
CALL (partner) {
  MATCH (partner)-[:BILLS|RESELLS|SUPPORTS]->(:Subscription)<-[:HOLDS]-(customer:Customer)
  RETURN customer
  UNION
  MATCH (partner)-[:RESELLER_FOR|ADMINISTERS]->(customer:Customer)
  RETURN customer
}
WITH customer
WHERE customer.sort > coalesce($after, '')
WITH customer ORDER BY customer.sort LIMIT $limit
RETURN collect([customer.id, customer.sort]) AS contacts
