// Takes away what stores of format 5 and before kept of names for their own searches: some nodes at a time, one row in any case.
// $limit  how many nodes at most
// changed how many there were
CALL () {
  MATCH (node:Customer|CustomerVersion|Partner|PartnerVersion|Agreement|AgreementVersion)
  WHERE node.sort IS NOT NULL OR node.typeFolded IS NOT NULL
  WITH node LIMIT $limit
  REMOVE node.sort, node.words, node.countryFolded, node.domainFolded, node.typeFolded
  RETURN count(node) AS changed
}
RETURN changed
