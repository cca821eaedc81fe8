"""The changes of the API: every field only translates."""

import strawberry

from resolvers.apply import apply
from resolvers.freshness import token_of
from schema.changes import Change
from schema.context import Info
from schema.scalars import Revision

ANYBODY = "anonymous"
"""Who asks, as long as there is no authentication."""


@strawberry.type
class ApplyPayload:
    """What came of the changes."""

    revision: Revision
    applied: int
    replayed: bool


@strawberry.type
class Mutation:
    """What can be changed."""

    @strawberry.mutation(
        description="All of the changes or none; every fault is an error of its own with extensions.index. "
        "The same idempotencyKey of the same caller within 30 days returns the first answer; with other changes it is CONFLICT. "
        "Changes that change nothing take no revision."
    )
    async def apply(self, info: Info, changes: list[Change], idempotency_key: str) -> ApplyPayload:
        """One transaction, one revision."""
        context = info.context
        made = await apply(context.graph, context.policy, [each.change() for each in changes], caller=ANYBODY, key=idempotency_key)
        return ApplyPayload(revision=Revision(token_of(made.revision.number)), applied=made.applied, replayed=made.replayed)
