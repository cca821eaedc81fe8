// Creates nodes of one kind.
// $label    Customer, Partner, Subscription or Agreement
// $nodes    list of properties, id and recordedAt among them
// created   how many
UNWIND $nodes AS properties
CREATE (node:$($label))
SET node = properties
RETURN count(node) AS created
