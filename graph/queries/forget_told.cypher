// Forgets what was told of groups of relationships, whose records say something else now.
// $groups    list of TYPE|id of the node that they end at
// forgotten  how many
UNWIND $groups AS group
MATCH (told:Told {group: group})
DELETE told
RETURN count(told) AS forgotten
