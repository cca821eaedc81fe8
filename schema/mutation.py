"""The changes of the API: every field only translates."""

import strawberry

from resolvers.apply import apply
from resolvers.record_communications import record_communications
from resolvers.token import token_of
from schema.changes import Change
from schema.communication import SentCommunication
from schema.context import Info
from schema.scalars import Revision


@strawberry.type
class ApplyPayload:
    """What came of the changes."""

    revision: Revision
    applied: int
    replayed: bool


@strawberry.type
class RecordCommunicationsPayload:
    """What came of the communications."""

    revision: Revision
    recorded: int
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
        made = await apply(context.graph, context.policy, changes, caller=context.caller.name, key=idempotency_key)
        return ApplyPayload(
            revision=Revision(token_of(context.graph, made.revision, context.caller)), applied=made.applied, replayed=made.replayed
        )

    @strawberry.mutation(
        description="Keeps communications that were sent, each with the verdict at its instant as it is known now. "
        "All of them or none; every fault is an error of its own with extensions.index. "
        "The same idempotencyKey of the same caller within 30 days returns the first answer; with anything else it is CONFLICT."
    )
    async def record_communications(
        self, info: Info, entries: list[SentCommunication], idempotency_key: str
    ) -> RecordCommunicationsPayload:
        """One transaction, one revision."""
        context, sent = info.context, [each.sent() for each in entries]
        made = await record_communications(context.index, context.policy, sent, caller=context.caller.name, key=idempotency_key)
        return RecordCommunicationsPayload(
            revision=Revision(token_of(context.graph, made.revision, context.caller)), recorded=made.applied, replayed=made.replayed
        )
