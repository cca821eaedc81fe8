// Nodes of one kind as they are now: one row in any case, unknown ids are absent from it.
// $label  Customer, Partner, Subscription or Agreement
// $ids    list of node ids
// nodes   list of the properties of each
UNWIND $ids AS id
MATCH (node:$($label) {id: id})
RETURN collect(properties(node)) AS nodes
