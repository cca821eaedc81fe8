// What a revision touched: one row in any case.
// $revision  its number
// touched    ids of the customers, subscriptions, agreements and partners whose facts changed; empty for a revision that there is not
OPTIONAL MATCH (change:Change {revision: $revision})
RETURN coalesce(change.touched, []) AS touched
