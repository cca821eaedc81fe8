// Puts superseded versions beside nodes of one kind; a version that is there already stays as it is.
// $label         Customer, Partner, Subscription or Agreement
// $versionLabel  the label of its superseded versions
// $versions      list of properties, id, recordedAt and supersededAt among them
// restored       ids of the nodes that have a version more
UNWIND $versions AS properties
MATCH (node:$($label) {id: properties.id})
WHERE NOT EXISTS { (node)-[:WAS]->(known) WHERE known.recordedAt = properties.recordedAt }
CREATE (node)-[:WAS]->(version:$($versionLabel))
SET version = properties
SET node.recordedAt = CASE WHEN node.recordedAt < properties.supersededAt THEN properties.supersededAt ELSE node.recordedAt END
RETURN collect(node.id) AS restored
