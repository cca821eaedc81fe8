// Which relationships that are believed now start from or end at some partners: one row in any case.
// $partners  list of partner ids
// groups     list of [relationship type, id of the node that it ends at]
UNWIND $partners AS id
MATCH (partner:Partner {id: id})
CALL (partner) {
  MATCH (partner)-[r:BILLS|RESELLS|SUPPORTS|PROVIDES_FOR|RESELLER_FOR|ADMINISTERS]->(end)
  WHERE r.supersededAt IS NULL
  RETURN type(r) AS type, end.id AS end
  UNION
  MATCH (partner)<-[r:PROVIDES_FOR]-()
  WHERE r.supersededAt IS NULL
  RETURN type(r) AS type, partner.id AS end
}
RETURN collect(DISTINCT [type, end]) AS groups
