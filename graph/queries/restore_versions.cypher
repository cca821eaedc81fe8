// Puts superseded versions beside nodes of one kind; a version that is there already stays as it is.
// $label         Customer, Partner, Subscription or Agreement
// $versionLabel  the label of its superseded versions
// $rows          list of {row, late, properties}; row counts them, late = true: it is not taken, id, recordedAt and supersededAt are
//                among the properties
// restored       ids of the nodes that have a version more
// refused        list of [row, node is known] of those that were not taken and are not there
UNWIND $rows AS row
OPTIONAL MATCH (node:$($label) {id: row.properties.id})
WITH row, node, EXISTS { MATCH (node)-[:WAS]->(known) WHERE known.recordedAt = row.properties.recordedAt } AS known
CALL (row, node, known) {
  WITH row, node, known
  WHERE node IS NOT NULL AND NOT known AND NOT row.late
  CREATE (node)-[:WAS]->(version:$($versionLabel))
  SET version = row.properties
  SET node.recordedAt = CASE WHEN node.recordedAt < version.supersededAt THEN version.supersededAt ELSE node.recordedAt END
  RETURN count(version) AS created
}
RETURN collect(CASE WHEN created > 0 THEN node.id END) AS restored,
       collect(CASE WHEN created = 0 AND NOT known THEN [row.row, node IS NOT NULL] END) AS refused
