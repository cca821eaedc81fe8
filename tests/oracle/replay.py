"""A history applied to the service and to the oracle side by side, and what the service then says of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from tests.oracle.acceptance import World
from tests.oracle.book import Row, moment
from tests.oracle.changes import Change, applied
from tests.oracle.documents import FACTS, PERMISSIONS
from tests.oracle.facts import compare_customer, compare_matrix
from tests.oracle.findings import Findings
from tests.oracle.questions import Inquiry, compare_bulk, compare_fields, compare_lists, compare_single
from tests.oracle.random_books import Instant
from tests.oracle.random_histories import Apply
from tests.oracle.reverse import compare_filters, compare_reverse
from tests.oracle.service import Service
from tests.oracle.table import CATEGORY_OF
from tests.oracle.view import View

APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision applied replayed } }"
NEWEST = """query ($customer: ID!) { permission(communicator: "operator:microsoft", customer: $customer, topic: "invoice",
  consistency: {full: true}) { revision asOf { knownAt } } }"""
NODES = """query ($ids: [ID!]!) { nodes(ids: $ids, consistency: {full: true}) { id
  ... on Customer { name domain country cloud } ... on Partner { name country mpnIds }
  ... on ProductSubscription { offer status history { type kind from { id } validFrom validTo recordedAt supersededAt } }
  ... on Agreement { type channel } } }"""
MATRICES = """query ($ids: [ID!]!, $asOf: AsOf, $at: Revision!) { topics { code } nodes(ids: $ids, consistency: {atLeast: $at}) { id
  ... on Customer { permissionMatrix(asOf: $asOf) { topics { code } communicators { id } verdicts } } } }"""

ANSWERS = (compare_bulk, compare_single, compare_lists, compare_fields, compare_reverse)


async def newest(service: Service, world: World) -> tuple[str, datetime]:
    """The revision that the store is at, and when it was recorded; a customer of the world is asked about."""
    answer = (await service.query(NEWEST, customer=next(iter(world.customers))))["permission"]
    recorded_at = moment(answer["asOf"]["knownAt"])
    assert recorded_at is not None
    return answer["revision"], recorded_at


@dataclass
class Replay:
    """A history while it is applied: the world so far, when its revisions were recorded, and what each key was answered."""

    service: Service
    told: str
    world: World
    revision: str
    recorded: list[datetime]
    answered: dict[int, tuple[list[Change], dict[str, Any]]] = field(default_factory=dict)
    run: str = field(default_factory=lambda: uuid4().hex)

    async def take(self, apply: Apply) -> None:
        """One apply: its answer, the revision after it, and, where there is a new one, what everybody may say now."""
        findings = Findings(self.told, Instant(None, None))
        body = await self.service.execute(APPLY, changes=apply.changes, key=f"{self.run}-{apply.key}")
        revision, recorded_at = await newest(self.service, self.world)
        question = f"apply under key {apply.key}: {apply.changes}"
        before = self.world
        if apply.key in self.answered:
            changes, answer = self.answered[apply.key]
            expected: object = answer | {"replayed": True} if changes == apply.changes else {(None, "CONFLICT")}
        else:
            outcome = applied(self.world, apply.changes, recorded_at)
            self.world, expected = outcome.world, outcome.faults
            if not outcome.faults:
                answer = {"revision": revision, "applied": outcome.applied, "replayed": False}
                self.answered[apply.key], expected = (apply.changes, answer), answer
        findings.same(question, expected, answer_or_faults(body))
        if self.world is before:
            findings.same(f"{question}: the revision after it", (self.revision, self.recorded[-1]), (revision, recorded_at))
        else:
            later = recorded_at > self.recorded[-1] and revision != self.revision
            findings.holds(f"{question}: a later revision", truth=later, got=(revision, recorded_at))
            self.recorded.append(recorded_at)
            self.revision = revision
            if not findings.differences:  # else all that follows from it would differ too
                await self.compare_now(findings)
        findings.report()

    async def compare_now(self, findings: Findings) -> None:
        """The matrix of every customer, at the revision that was just made."""
        at = Instant(datetime.now(UTC), None)
        inquiry = Inquiry(self.service, self.world, at, findings)
        customers = list(self.world.customers)
        data = await self.service.query(MATRICES, ids=customers, asOf=inquiry.as_of, at=self.revision)
        for customer, node in zip(customers, data["nodes"], strict=True):
            compare_matrix(inquiry, customer, node["permissionMatrix"], [topic["code"] for topic in data["topics"]])

    async def compare_nodes(self) -> None:
        """What each node is now, and the whole chain of records at each subscription."""
        findings = Findings(self.told, Instant(None, None))
        rows = {node: row for nodes in kinds(self.world) for node, row in nodes.items()}
        data = await self.service.query(NODES, ids=list(rows))
        for (node, row), found in zip(rows.items(), data["nodes"], strict=True):
            history = found.pop("history", [])
            findings.same(f"{node}: what it is", shown(self.world, node, row), found)
            chain = [
                (tie.type, tie.kind, tie.source, tie.valid_from, tie.valid_to, tie.recorded_at, tie.superseded_at)
                for tie in self.world.ties
                if tie.target == node and node in self.world.subscriptions
            ]
            told = [record_of(each) for each in history]
            findings.same(f"{node}: history, what is missing", set(), set(chain) - set(told))
            findings.same(f"{node}: history, what is too much", set(), set(told) - set(chain))
            findings.same(f"{node}: history, each record once", len(chain), len(told))
        findings.report()

    async def compare_at(self, instant: Instant, topics: dict[str, str], page_size: int, *, filters: bool) -> None:
        """Every direction at that instant, and filters, which take their time, where asked for."""
        findings = Findings(self.told, instant)
        inquiry = Inquiry(self.service, self.world, instant, findings, topics, page_size)
        for compare in (*ANSWERS, compare_filters) if filters else ANSWERS:
            await compare(inquiry)
        await compare_unknown_partners(inquiry)
        await compare_facts_of_then(inquiry)
        findings.report()


async def compare_unknown_partners(inquiry: Inquiry) -> None:
    """A partner that was put later is NOT_FOUND, as if it were none."""
    unknown = [partner for partner in inquiry.world.partners if partner not in inquiry.view.world.partners]
    if not unknown:
        return
    customer = next(iter(inquiry.world.customers))
    questions = [{"communicator": partner, "customer": customer, "topic": inquiry.topics["BILLING"]} for partner in unknown]
    body = await inquiry.service.execute(PERMISSIONS, questions=questions, asOf=inquiry.as_of)
    inquiry.findings.same(f"permissions of {unknown}", [None] * len(unknown), body["data"]["permissions"])
    inquiry.findings.none_missing(f"permissions of {unknown}", {("permissions", place) for place in range(len(unknown))}, body)


async def compare_facts_of_then(inquiry: Inquiry) -> None:
    """The fields of each customer that was known then, beside its name and cloud of now."""
    customers, now = inquiry.view.customers(), View(inquiry.world, inquiry.view.valid_at)
    data = await inquiry.service.query(FACTS, customers=customers, asOf=inquiry.as_of)
    inquiry.findings.same("topics", CATEGORY_OF, {topic["code"]: topic["category"] for topic in data["topics"]})
    for customer, node in zip(customers, data["nodes"], strict=True):
        given = node["name"], node["cloud"]
        inquiry.findings.same(f"{customer}: its name and cloud now", (now.world.name(customer), now.cloud(customer)), given)
        then = {"name": inquiry.view.world.name(customer), "cloud": inquiry.view.cloud(customer)}
        compare_customer(inquiry, customer, node | then)
        compare_matrix(inquiry, customer, node["permissionMatrix"], list(CATEGORY_OF))


def answer_or_faults(body: dict[str, Any]) -> object:
    """What apply answered; (index, code) of each error where it was refused."""
    if body.get("errors"):
        return {(error["extensions"].get("index"), error["extensions"]["code"]) for error in body["errors"]}
    return body["data"]["apply"]


def record_of(found: dict[str, Any]) -> tuple[object, ...]:
    """A Relationship as the chain of a subscription has it."""
    times = [moment(found[name] or "") for name in ("validFrom", "validTo", "recordedAt", "supersededAt")]
    return (found["type"], found["kind"] or "", found["from"]["id"], *times)


def kinds(world: World) -> tuple[dict[str, Row], ...]:
    return world.customers, world.partners, world.subscriptions, world.agreements


def shown(world: World, node: str, row: Row) -> dict[str, object]:
    """A node as the document asks for it."""
    if node in world.subscriptions:
        return {"id": node, "offer": row["offer"], "status": row["status"]}
    if node in world.agreements:
        return {"id": node, "type": row["type"], "channel": row["channel"]}
    fields: dict[str, object] = {"id": node, "name": world.name(node), "country": row["country"] or None}
    if node in world.partners:
        return fields | {"mpnIds": row["mpn_ids"].split()}
    return fields | {"domain": row["domain"] or None, "cloud": row["cloud"]}
