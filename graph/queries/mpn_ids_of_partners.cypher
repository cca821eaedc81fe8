// The MPN ids of every partner that has some: one row in any case.
// partners  list of [partner id, list of its MPN ids]
MATCH (partner:Partner)
WHERE size(partner.mpnIds) > 0
RETURN collect([partner.id, partner.mpnIds]) AS partners
