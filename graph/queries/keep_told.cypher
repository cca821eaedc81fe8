// Keeps what was told of groups of relationships, all of it.
// $groups  list of {group, told}; group is TYPE|id of the node that they end at, told a list of texts
// kept     how many
UNWIND $groups AS row
MERGE (told:Told {group: row.group})
SET told.told = row.told
RETURN count(told) AS kept
