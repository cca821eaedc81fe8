"""Communications that were sent, kept with the verdict of when they were recorded."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

from graph.checksums import COMMUNICATIONS
from graph.graph import Graph, Transaction
from graph.once import Applied, Asking, findable, once, remembered
from graph.revision import Revision
from graph.store import Revising
from policy.span import NO_LIMIT, Span
from policy.terms import Category, Verdict

LATEST = 253_402_300_799_999_999
"""The last instant that can be written, 9999-12-31T23:59:59.999999Z; no distance from it has more than 18 digits."""
AFTER_ID = "~"
"""Sorts after whatever follows the instant in a sort key."""


class Kept(NamedTuple):
    """
    What is kept of a communication; ids in the graph's form.

    topic:    code of the topic, and its category in the policy that judged
    scope:    None = it was about whatever the customer holds
    at:       when it was sent, microseconds
    """

    communicator: str
    customer: str
    topic: str
    category: Category
    scope: str | None
    at: int
    reference: str
    verdict: Verdict
    permitted: bool
    policy_version: str


class Communication(NamedTuple):
    """A communication with its record; recorded_at in microseconds."""

    id: str
    kept: Kept
    recorded_at: int
    actor: str


class Judged(NamedTuple):
    """Communications with their verdicts, as they are known at a revision."""

    revision: Revision
    kept: Sequence[Kept]


class CommunicationTest(NamedTuple):
    """Which communications: a None asks nothing; since <= at < until, microseconds."""

    verdict: Verdict | None = None
    communicator: str | None = None
    customer: str | None = None
    since: int | None = None
    until: int | None = None


async def record(graph: Graph, judge: Callable[[], Awaitable[Judged]], asking: Asking) -> Applied:
    """
    Keep what the judge gives, with the verdicts as they are known at the newest revision of that moment.

    judge:  gives the verdicts of the newest revision; called again inside the store's lock where that has moved since
    raises: what the judge raises, Conflict for a key that was used for something else, Unavailable
    """
    if earlier := await remembered(graph.read, asking):
        return await findable(graph, earlier)  # not judged again: a scope may have gone meanwhile
    judged = await judge()

    async def make(transaction: Transaction, revising: Revising) -> int:
        still = judged.revision.number == revising.revision - 1
        kept = judged.kept if still else (await judge()).kept
        rows = [_properties(each, index, revising, asking.caller) for index, each in enumerate(kept)]
        await transaction.run("record_communications", communications=rows)
        revising.checksums.add(COMMUNICATIONS, ({name: value for name, value in row.items() if value is not None} for row in rows))
        revising.touched.update(each.customer for each in kept)
        revising.changes_facts = False
        return len(rows)

    return await once(graph, asking, f"recordCommunications: {len(judged.kept)} communications", make)


async def page_of_communications(graph: Graph, test: CommunicationTest, span: Span, revision: int) -> Sequence[tuple[str, Communication]]:
    """
    The communications of one page, newest first, then by id, each with its sort key.

    revision: number; what was recorded later is left out
    raises:   Unavailable
    source:   queries/page_of_communications.cypher
    """
    row = await graph.read("page_of_communications", **_parameters(test, span, revision), counting=False)
    found = [(properties["sort"], _communication(properties)) for properties in row["communications"]]
    return found if span.forward else found[::-1]


async def count_of_communications(graph: Graph, test: CommunicationTest, revision: int) -> int:
    """How many communications there are. Raises Unavailable. Source: queries/page_of_communications.cypher."""
    row = await graph.read("page_of_communications", **_parameters(test, Span(NO_LIMIT), revision), counting=True)
    return int(row["total"])


def _parameters(test: CommunicationTest, span: Span, revision: int) -> dict[str, object]:
    # the bounds of time are places in the order, as a cursor is one
    return {
        "after": max(span.after or "", "" if test.until is None else _key(test.until) + AFTER_ID),
        "before": min(span.before or AFTER_ID, AFTER_ID if test.since is None else _key(test.since) + AFTER_ID),
        "forward": span.forward,
        "limit": span.limit,
        "revision": revision,
        "customer": test.customer,
        "communicator": test.communicator,
        "verdict": test.verdict,
    }


def _key(at: int) -> str:
    """Digits that sort instants from the newest to the oldest."""
    return f"{LATEST - at:018d}"


def _properties(kept: Kept, index: int, revising: Revising, actor: str) -> dict[str, Any]:
    id_ = f"communication:{revising.revision}-{index:04}"  # digits enough for one recording, so that ids keep its order
    properties = kept._asdict()
    properties["policyVersion"] = properties.pop("policy_version")
    return properties | {
        "id": id_,
        "sort": f"{_key(kept.at)} {id_}",
        "recordedAt": revising.recorded_at,
        "revision": revising.revision,
        "actor": actor,
    }


def _communication(properties: dict[str, Any]) -> Communication:
    kept = Kept(
        properties["communicator"],
        properties["customer"],
        properties["topic"],
        Category(properties["category"]),
        properties.get("scope"),
        properties["at"],
        properties["reference"],
        Verdict(properties["verdict"]),
        properties["permitted"],
        properties["policyVersion"],
    )
    return Communication(properties["id"], kept, properties["recordedAt"], properties["actor"])
