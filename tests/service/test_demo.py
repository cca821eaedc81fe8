from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from graph.rows import Located, NodeRow, RelationshipRow
from intake.book import read_book
from policy.collation.folding import folded
from policy.decide import decide, permitted_communicators
from policy.facts import History, Relationship, Version
from policy.instant import MICROSECOND, instant_of
from policy.policy_file import shipped_policy
from policy.situation import OPERATOR_OF, Situation, situation
from policy.standing import candidates, standings
from policy.terms import AdminKind, Category, Channel, RelationshipType, Standing, Verdict
from service.demo import write_demo

NOW = instant_of(datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC))
TODAY = instant_of(datetime(2026, 3, 14, tzinfo=UTC))
DAY = timedelta(days=1) // MICROSECOND
HOUR = DAY // 24
MINUTE = HOUR // 60
POLICY = shipped_policy()
E, P, X, N = Verdict.EXPECTED, Verdict.PERMITTED, Verdict.PROHIBITED, Verdict.NOT_STATED


class World:
    """A book as it is read back, with the history of each customer."""

    def __init__(self, folder: Path) -> None:
        self.rejected = [row for row in read_book(folder) if not isinstance(row, Located)]
        rows = [located.row for located in read_book(folder) if isinstance(located, Located)]
        self.nodes = [row for row in rows if isinstance(row, NodeRow)]
        self.ties = [row for row in rows if isinstance(row, RelationshipRow)]
        self._versions = {node.id: (Version(0, None, node.properties),) for node in self.nodes}
        self._versions.update({operator: (Version(0, None, {"name": operator.partition(":")[2]}),) for operator in OPERATOR_OF.values()})

    def ids(self, kind: str) -> list[str]:
        return [node.id for node in self.nodes if node.id.startswith(f"{kind}:")]

    def histories(self) -> Iterator[History]:
        around = defaultdict(list)
        for tie in self.ties:
            around[tie.start].append(tie)
            around[tie.end].append(tie)
        for customer in self.ids("customer"):
            own = {tie.end for tie in around[customer] if tie.start == customer}
            near = {*around[customer], *(tie for each in own for tie in around[each] if tie.end == each)}
            above = {tie for tie in self.ties if tie.type is RelationshipType.PROVIDES_FOR}
            yield History(customer, tuple(known(tie) for tie in near | above), self._versions)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, NOW)
    return folder


@pytest.fixture(scope="module")
def world(folder: Path) -> World:
    return World(folder)


@pytest.fixture(scope="module")
def histories(world: World) -> dict[str, History]:
    return {history.customer.removeprefix("customer:"): history for history in world.histories()}


def known(tie: RelationshipRow) -> Relationship:
    assert tie.valid_from is not None
    return Relationship(tie.type, tie.start, tie.end, tie.kind, tie.valid_from, tie.valid_to, 0, None, tie.source)


def seen(history: History, valid_at: int = NOW) -> Situation:
    at = situation(history, valid_at, NOW, POLICY.rules)
    assert at is not None
    return at


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def spoken(at: Situation, category: Category) -> list[tuple[str, Verdict]]:
    return [(each.communicator, each.verdict) for each in permitted_communicators(at, category, POLICY)]


def test_it_is_as_large_as_it_is_said_to_be(world: World) -> None:
    assert 280 <= len(world.ids("customer")) <= 320
    assert 12 <= len(world.ids("partner")) <= 20
    assert 800 <= len(world.ids("subscription")) <= 1000


def test_every_row_of_it_is_taken(world: World) -> None:
    """What the reader takes may still be refused by the graph: for an unknown end, or for another relationship that stands against it."""
    ids = {*(node.id for node in world.nodes), *OPERATOR_OF.values()}
    spans = defaultdict(list)
    for tie in world.ties:
        exclusive = tie.type in {RelationshipType.BILLS, RelationshipType.HOLDS}
        spans[tie.type, "" if exclusive else tie.start, tie.end, tie.kind].append((tie.valid_from or 0, tie.valid_to or 2**63))

    assert not world.rejected
    assert {end for tie in world.ties for end in (tie.start, tie.end)} <= ids
    for held in spans.values():
        for (_, until), (since, _) in pairwise(sorted(held)):
            assert until <= since


def test_no_two_nodes_have_one_id_and_no_two_companies_one_name(world: World) -> None:
    companies = [node for node in world.nodes if node.id.startswith(("customer:", "partner:"))]

    assert len({node.id for node in world.nodes}) == len(world.nodes)
    assert len({folded(str(node.properties["name"])) for node in companies}) == len(companies)


def test_every_customer_has_a_readable_key_a_reserved_domain_and_a_country(world: World) -> None:
    for customer in world.nodes:
        if customer.id.startswith("customer:"):
            key = customer.id.removeprefix("customer:")
            country = str(customer.properties["country"])
            assert key.isascii()
            assert key.replace("-", "").isalnum()
            assert customer.properties["domain"] == f"{key}.example"
            assert len(country) == 2
            assert country.isupper()


def test_it_is_the_same_all_day_long(folder: Path, tmp_path: Path) -> None:
    write_demo(tmp_path / "midnight", TODAY)
    write_demo(tmp_path / "tomorrow", TODAY + DAY)

    assert contents(tmp_path / "midnight") == contents(folder)
    assert contents(tmp_path / "tomorrow") != contents(folder)


def test_every_standing_is_somebody_s(histories: dict[str, History]) -> None:
    found = {
        standing
        for history in histories.values()
        for at in [seen(history)]
        for who in candidates(at)
        for scope in at.scopes + at.closing_scopes(who)
        for standing in standings(at, who, scope)
    }

    assert found == set(Standing)


def test_every_kind_of_access_is_live_somewhere(world: World) -> None:
    assert {tie.kind for tie in world.ties if tie.kind and (tie.valid_to or NOW) >= NOW} == set(AdminKind)


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        (Category.SUBSCRIPTION, [("partner:fabrikam", E), ("partner:northwind", P)]),
        (
            Category.OPERATIONAL,
            [("partner:fabrikam", E), ("operator:microsoft", P), ("partner:northwind", P), ("partner:trey-research", P)],
        ),
    ],
)
def test_contoso_hears_from_its_reseller(histories: dict[str, History], category: Category, expected: list[tuple[str, Verdict]]) -> None:
    assert spoken(seen(histories["contoso"]), category) == expected


def test_an_administrator_of_contoso_says_nothing_about_a_renewal_and_microsoft_must_not(histories: dict[str, History]) -> None:
    at = seen(histories["contoso"])

    assert decide(at, "operator:microsoft", Category.SUBSCRIPTION, POLICY).verdict is X
    assert decide(at, "partner:trey-research", Category.SUBSCRIPTION, POLICY).verdict is N


@pytest.mark.parametrize(
    ("customer", "offer", "boundary"),
    [
        ("adventure-works", "m365-premium", TODAY - 41 * DAY),
        ("adventure-works", "azure", TODAY - 42 * DAY + 15 * HOUR + 20 * MINUTE),
        ("tailspin-toys", "m365-e5", TODAY + 30 * DAY),
        ("tailspin-toys", "azure", TODAY + 29 * DAY + 16 * HOUR),
    ],
)
def test_at_the_boundary_of_a_transfer_all_is_of_the_new_partners(
    histories: dict[str, History], customer: str, offer: str, boundary: int
) -> None:
    """BILLS, RESELLS and SUPPORTS end there; one of Azure is the instant of completion, one of licences the start of a day."""
    subscription = f"subscription:{customer}-{offer}"
    moving = (RelationshipType.BILLS, RelationshipType.RESELLS, RelationshipType.SUPPORTS)
    before, after = ({*_to(seen(histories[customer], at), moving, subscription)} for at in (boundary - 1, boundary))

    assert {(RelationshipType.BILLS, "partner:litware"), (RelationshipType.BILLS, "partner:northwind")} <= before | after
    assert before
    assert after
    assert not before & after


def _to(at: Situation, types: tuple[RelationshipType, ...], end: str) -> list[tuple[RelationshipType, str]]:
    return [(type_, tie.start) for type_ in types for tie in at.to(type_, end)]


def test_microsoft_s_answer_is_mixed_where_csp_stands_beside_an_enterprise_agreement(histories: dict[str, History]) -> None:
    decision = decide(seen(histories["woodgrove-bank"]), "operator:microsoft", Category.SUBSCRIPTION, POLICY)

    assert decision.verdict is Verdict.MIXED
    assert "agreement:woodgrove-bank-ea" in decision.permitted_in
    assert "subscription:woodgrove-bank-power-bi" not in decision.permitted_in


@pytest.mark.parametrize(
    ("customer", "who", "verdict"),
    [
        ("city-power-light", "partner:litware", E),
        ("lamna-shanghai", "partner:lanyun", Verdict.NOT_COVERED),
        ("lamna-shanghai", "operator:21vianet", Verdict.NOT_COVERED),
        ("humongous-insurance", "operator:microsoft", Verdict.NOT_COVERED),
        ("wingtip-toys", "partner:litware", E),
        ("wingtip-toys", "partner:proseware", E),
        ("fourth-coffee", "partner:proseware", Verdict.UNKNOWN),
        ("southridge-video", "operator:microsoft", Verdict.UNKNOWN),
        ("southridge-video", "partner:northwind", N),
        ("alpine-ski-house", "partner:hellblau-it", E),
        ("best-for-you", "partner:southern-sky", E),
        ("margies-travel", "partner:adatum", E),
        ("margies-travel", "partner:vigia", N),
        ("wide-world-importers", "operator:microsoft", X),
        ("bellows-college", "operator:microsoft", E),
        ("baldwin-museum", "operator:microsoft", E),
        ("lucerne-publishing", "partner:atelier-nuage", E),
        ("lucerne-publishing", "partner:hellblau-it", E),
        ("fincher-architects", "partner:northwind", E),
        ("munsons-pickles", "partner:litware", E),
        ("consolidated-messenger", "partner:adatum", E),
        ("consolidated-messenger", "partner:wolkenreich", N),
    ],
)
def test_a_story_tells_who_may_speak_about_a_subscription(histories: dict[str, History], customer: str, who: str, verdict: Verdict) -> None:
    assert decide(seen(histories[customer]), who, Category.SUBSCRIPTION, POLICY).verdict is verdict


def test_a_customer_may_have_nothing_but_a_relationship_or_nothing_at_all(world: World) -> None:
    def types(customer: str) -> list[RelationshipType]:
        return [tie.type for tie in world.ties if f"customer:{customer}" in {tie.start, tie.end}]

    assert types("alpine-ski-house") == [RelationshipType.RESELLER_FOR] * 2
    assert types("graphic-design-institute") == []


def test_a_deleted_subscription_is_hidden(histories: dict[str, History]) -> None:
    assert seen(histories["blue-yonder"]).scopes == ("subscription:blue-yonder-m365-f3",)


def test_a_reseller_of_what_microsoft_bills_gets_nothing_from_it(histories: dict[str, History]) -> None:
    at = seen(histories["coho-vineyard"])
    subscription = "subscription:coho-vineyard-m365-standard"

    assert at.channel(subscription) is Channel.DIRECT
    assert at.resellers(subscription) == ("partner:proseware",)
    assert "partner:proseware" not in candidates(at)
