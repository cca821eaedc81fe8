// Blanks a customer and all its superseded versions, each that is not blank already: one row in any case.
// $customer  its id
// $blank     properties that every version of it is left with; null takes one away
// known      is there such a customer
// erased     list of [is it the newest, its properties before] of the versions that were not blank
OPTIONAL MATCH (customer:Customer {id: $customer})
OPTIONAL MATCH (customer)-[:WAS]->(version:CustomerVersion)
WITH customer, collect(version) AS superseded
WITH customer, [each IN [customer] + superseded
                WHERE each IS NOT NULL AND (each.name IS NOT NULL OR each.domain IS NOT NULL OR each.erased IS NULL)] AS telling
WITH customer, telling, [each IN telling | [each = customer, properties(each)]] AS erased
FOREACH (each IN telling | SET each += $blank)
RETURN customer IS NOT NULL AS known, erased
