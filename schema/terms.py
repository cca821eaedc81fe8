"""The closed sets of names of the policy, as enums of the API."""

import strawberry

from policy.terms import AdminKind, AgreementChannel, Category, Channel, Cloud, Language, PartnerRole, RelationshipType, Standing, Verdict

for term in (AdminKind, AgreementChannel, Channel, Cloud, Language, RelationshipType, Standing, Verdict):
    strawberry.enum(term)
strawberry.enum(Category, name="TopicCategory")
strawberry.enum(
    PartnerRole,
    description=(
        "From live relationships: DIRECT_BILL bills a subscription that nobody else resells; INDIRECT_PROVIDER provides for a partner "
        "or bills what another resells; INDIRECT_RESELLER resells what another bills or has a provider."
    ),
)

__all__ = [
    "AdminKind",
    "AgreementChannel",
    "Category",
    "Channel",
    "Cloud",
    "Language",
    "PartnerRole",
    "RelationshipType",
    "Standing",
    "Verdict",
]
