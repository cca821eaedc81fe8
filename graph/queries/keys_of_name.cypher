// All keys that ever had a name: one row in any case.
// $name  a name
// keys   list of the properties of each, instants in microseconds
MATCH (key:Key {name: $name})
RETURN collect(properties(key)) AS keys
