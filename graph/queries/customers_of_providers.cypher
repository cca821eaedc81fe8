// The customers that accepted two partners, of which one ever provided for the other, both among these, by id: one row in any case.
// $partners   list of partner ids
// customers   list of customer ids, each once
UNWIND $partners AS id
MATCH (provider:Partner {id: id})-[:PROVIDES_FOR]->(reseller:Partner)
WHERE reseller.id IN $partners
WITH DISTINCT provider, reseller
MATCH (provider)-[:RESELLER_FOR]->(customer:Customer)
WHERE EXISTS { MATCH (reseller)-[:RESELLER_FOR]->(customer) }
WITH DISTINCT customer ORDER BY customer.id
RETURN collect(customer.id) AS customers
