// What was told of groups of relationships: one row in any case, groups of which nothing was told are absent from it.
// $groups  list of TYPE|id of the node that they end at
// told     list of [group, list of what was told, each as text]
UNWIND $groups AS group
MATCH (told:Told {group: group})
RETURN collect([told.group, told.told]) AS told
