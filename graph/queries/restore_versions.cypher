// Puts superseded versions beside nodes of one kind where nothing known stands against; the others come back with what does.
// $label         Customer, Partner, Subscription or Agreement
// $versionLabel  the label of its superseded versions
// $rows          list of {row, late, properties}; row counts them, late = true: it is not taken, id, recordedAt and supersededAt are
//                among the properties
// $baseline      recordedAt of the newest revision before the load; what a node has been since then or longer is known
// restored       list of [row, properties that its node had before] of the versions that were taken
// refused        list of [row, node is known, clashes]; a clash is the properties of a version whose record overlaps, without
//                supersededAt where it is the node itself
UNWIND $rows AS row
OPTIONAL MATCH (node:$($label) {id: row.properties.id})
WITH row, node, COLLECT {
  MATCH (node)-[:WAS]->(known)
  WHERE known.recordedAt < row.properties.supersededAt AND row.properties.recordedAt < known.supersededAt
  RETURN properties(known)
} + CASE WHEN 0 < node.recordedAt <= $baseline AND node.recordedAt < row.properties.supersededAt THEN [properties(node)] ELSE [] END AS clashes
WITH row, node, clashes, properties(node) AS before
CALL (row, node, clashes) {
  WITH row, node, clashes
  WHERE node IS NOT NULL AND clashes = [] AND NOT row.late
  CREATE (node)-[:WAS]->(version:$($versionLabel))
  SET version = row.properties
  SET node.recordedAt = CASE WHEN node.recordedAt < version.supersededAt THEN version.supersededAt ELSE node.recordedAt END
  RETURN count(version) AS created
}
RETURN collect(CASE WHEN created > 0 THEN [row.row, before] END) AS restored,
       collect(CASE WHEN created = 0 THEN [row.row, node IS NOT NULL, clashes] END) AS refused
