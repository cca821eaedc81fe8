// The customers that the nodes of an entry in the log stand for, by id: one row in any case.
// $customers      list of customer ids; each stands for itself
// $subscriptions  list of subscription ids; each stands for whoever ever held it
// $agreements     list of agreement ids; each stands for the customers that were ever party to it
// $partners       list of partner ids; each stands for the customers to whom it ever had a tie
// $recordedAt     microseconds: ties that were recorded later are left out
// $after          id that they come after; null = from the first
// $limit          how many at most
// $counting       true: only count them
// customers       list of customer ids, each once; empty when counting
// total           how many they are, $limit at most
CALL () {
  UNWIND $customers AS id
  MATCH (customer:Customer {id: id})
  RETURN customer
  UNION
  UNWIND $subscriptions AS id
  MATCH (subscription:Subscription {id: id})<-[h:HOLDS]-(customer)
  WHERE h.recordedAt <= $recordedAt
  RETURN customer
  UNION
  UNWIND $agreements AS id
  MATCH (agreement:Agreement {id: id})<-[p:PARTY_TO]-(customer)
  WHERE p.recordedAt <= $recordedAt AND NOT customer:Operator
  RETURN customer
  UNION
  UNWIND $partners AS id
  MATCH (partner:Partner {id: id})-[r:BILLS|RESELLS|SUPPORTS]->(subscription)<-[h:HOLDS]-(customer)
  WHERE r.recordedAt <= $recordedAt AND h.recordedAt <= $recordedAt
  RETURN customer
  UNION
  UNWIND $partners AS id
  MATCH (partner:Partner {id: id})-[r:RESELLER_FOR|ADMINISTERS]->(customer)
  WHERE r.recordedAt <= $recordedAt
  RETURN customer
}
WITH customer
WHERE customer.id > coalesce($after, '')
WITH customer ORDER BY customer.id LIMIT $limit
RETURN collect(CASE WHEN $counting THEN null ELSE customer.id END) AS customers,
       count(customer) AS total
