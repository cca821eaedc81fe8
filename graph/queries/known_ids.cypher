// Which nodes of one kind there are: one row in any case.
// $label  Customer, Partner, Operator, Subscription or Agreement
// $ids    list of node ids
// known   those of them that are known
UNWIND $ids AS id
MATCH (node:$($label) {id: id})
RETURN collect(node.id) AS known
