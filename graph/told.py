"""What was told of relationships, and the records that it comes to. A group is all relationships of a type that end at one node."""

from collections.abc import Iterable, Mapping

from graph.graph import Transaction
from graph.ids import kind_of
from graph.labels import LABELS
from graph.records import group_of
from policy.boundary import boundary
from policy.facts import Relationship
from policy.ledger import EXCLUSIVE, Ledger
from policy.terms import AdminKind, Boundary, Happened, RelationshipType
from policy.told import Told, intervals

Group = tuple[RelationshipType, str]


def seeds(ledger: Ledger, group: Group) -> frozenset[Told]:
    """What the records themselves tell, where they came from elsewhere."""
    seeds = set()
    for record in ledger.believed_to(*group):
        seeds.add(Told(record.start, record.kind, Happened.BEGAN, 0, record.valid_from))
        if record.valid_to is not None:
            seeds.add(Told(record.start, record.kind, Happened.ENDED, 0, record.valid_to))
    return frozenset(seeds)


def reconcile(ledger: Ledger, group: Group, told: Iterable[Told], rule: Boundary, *, source: str) -> None:
    """Make the ledger believe what all of it comes to. Raises Conflict."""
    type_, end = group
    wanted = intervals(told, lambda completed: boundary(completed, rule), exclusive=type_ in EXCLUSIVE)
    spans = {(each.start, each.kind, each.valid_from, each.valid_to) for each in wanted}
    for record in ledger.believed_to(type_, end):
        span = (record.start, record.kind, record.valid_from, record.valid_to)
        if span in spans:
            spans.discard(span)
        else:
            ledger.supersede(record)
    for each in wanted:
        if (each.start, each.kind, each.valid_from, each.valid_to) in spans:
            ledger.add(Relationship(type_, each.start, end, each.kind, each.valid_from, each.valid_to, ledger.recorded_at, None, source))


async def told_of(transaction: Transaction, groups: Iterable[Group]) -> dict[Group, frozenset[Told]]:
    """What was told of each group; those of which nothing was told are absent. Source: queries/told_of.cypher."""
    by_name = {group_of(*group): group for group in groups}
    rows = (await transaction.run("told_of", groups=list(by_name)))["told"]
    return {by_name[name]: frozenset(map(_read, texts)) for name, texts in rows}


async def by_consumption(transaction: Transaction, groups: Iterable[Group]) -> set[str]:
    """The subscriptions among the ends that are billed by consumption."""
    subscriptions = sorted({end for _, end in groups if kind_of(end) == "subscription"})
    nodes = (await transaction.run("known_nodes", label=LABELS["subscription"], ids=subscriptions))["nodes"]
    return {node["id"] for node in nodes if node.get("consumption")}


async def keep(transaction: Transaction, told: Mapping[Group, Iterable[Told]]) -> None:
    """Remember all that was told of these groups. Source: queries/keep_told.cypher."""
    if told:
        texts = [{"group": group_of(*group), "told": sorted(map(_written, each))} for group, each in told.items()]
        await transaction.run("keep_told", groups=texts)


def _written(told: Told) -> str:
    return "|".join((told.what, told.start or "", told.kind or "", str(told.rank), str(told.at), told.of))


def _read(text: str) -> Told:
    what, start, kind, rank, at, of = text.split("|", 5)
    return Told(start or None, AdminKind(kind) if kind else None, Happened(what), int(rank), int(at), of)
