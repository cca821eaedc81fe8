"""Communications that were sent, kept with the verdict on each."""

from collections.abc import Sequence

from graph.apply import Faults
from graph.communications import Judged, Kept, record
from graph.index.local_index import LocalIndex
from graph.once import Applied, Asking
from graph.request_digest import Json
from graph.time_slices import call
from policy.apply import Fault
from policy.caller import ANYBODY
from policy.errors import BadInput, VoceroError
from policy.instant import now, written
from policy.policy import Policy
from policy.values.text import text
from resolvers.audit import Sent, judged
from resolvers.freshness import Freshness
from resolvers.operation import Operation
from resolvers.permission import Answer, scope_of

MOST_ENTRIES = 5000


async def record_communications(index: LocalIndex, policy: Policy, sent: Sequence[Sent], *, caller: str, key: str) -> Applied:
    """
    Keep all of the communications or none, once, however often it is asked for under the same key.

    raises: Faults, Conflict, BadInput, Unavailable
    """
    if len(sent) > MOST_ENTRIES:
        raise BadInput(f"{len(sent)} communications at once; record {MOST_ENTRIES} at most")
    asking = await Asking.of(caller, key, {"kind": "recordCommunications", "entries": [entry_of(communication) for communication in sent]})

    async def judge() -> Judged:
        return await call(judge_now)

    def judge_now() -> Judged:
        operation = Operation(index, policy, now(), Freshness(full=True), ANYBODY)
        found = [_checked(each, answer) for each, answer in zip(sent, judged(operation, sent), strict=True)]
        if faults := [Fault(index, error) for index, error in enumerate(found) if isinstance(error, VoceroError)]:
            raise Faults(faults)
        kept = [_kept(each, answer, policy) for each, answer in zip(sent, found, strict=True) if isinstance(answer, Answer)]
        return Judged(operation.revision(), kept)

    return await record(index.graph, judge, asking)


def entry_of(sent: Sent) -> Json:
    """The communication as it was sent, in the names of the API."""
    question = sent.question
    entry = {"communicator": question.communicator, "customer": question.customer, "topic": question.topic}
    if question.scope is not None:
        entry["scope"] = question.scope
    return entry | {"at": written(sent.at), "reference": sent.reference}


def _checked(sent: Sent, answer: Answer | VoceroError) -> Answer | VoceroError:
    if isinstance(answer, VoceroError):
        return answer
    try:
        text("reference", sent.reference, least=0)
    except BadInput as error:
        return error
    return answer


def _kept(sent: Sent, answer: Answer, policy: Policy) -> Kept:
    decision = answer.decision
    return Kept(
        communicator=decision.communicator,
        customer=decision.customer,
        topic=answer.topic.code,
        category=answer.topic.category,
        scope=scope_of(sent.question.scope),
        at=sent.at,
        reference=text("reference", sent.reference, least=0),
        verdict=decision.verdict,
        permitted=decision.permitted,
        policy_version=policy.version,
    )
