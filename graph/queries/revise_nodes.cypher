// Gives nodes of one kind new properties and keeps the superseded version beside each.
// $label         Customer, Partner, Subscription or Agreement
// $versionLabel  the label of its superseded versions
// $nodes         list of properties, all of them, id and recordedAt among them
// revised        how many
UNWIND $nodes AS properties
MATCH (node:$($label) {id: properties.id})
CREATE (node)-[:WAS]->(version:$($versionLabel))
SET version = properties(node), version.supersededAt = properties.recordedAt
SET node = properties
RETURN count(node) AS revised
