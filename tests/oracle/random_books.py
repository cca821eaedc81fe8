"""Hypothesis strategies: small dense books whose boundaries coincide, and the instants at which they are worth asking about."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations

from hypothesis import assume
from hypothesis import strategies as st

from tests.oracle.acceptance import CHANNELS, CLOUDS, ENDS, KINDS, OPERATORS, Rejection, World, accept
from tests.oracle.book import Book, Row, moment, row_of
from tests.oracle.table import TOPICS

INSTANTS = [
    datetime(2024, 1, 1, tzinfo=UTC),
    datetime(2024, 7, 1, tzinfo=UTC),
    datetime(2024, 7, 1, 12, 30, 45, 123456, tzinfo=UTC),
    datetime(2025, 1, 1, tzinfo=UTC),
    datetime(2026, 6, 1, 8, tzinfo=UTC),
    datetime(2096, 6, 1, tzinfo=UTC),  # to come: validity may, a record may not
]
RECORDED = [INSTANTS[0], INSTANTS[1], datetime(2025, 3, 1, 10, 0, 0, 500000, tzinfo=UTC)]
Span = tuple[datetime, datetime | None]
SPANS: list[Span] = [(start, None) for start in INSTANTS] + list(combinations(INSTANTS, 2))
RECORDS: list[Span] = [(start, None) for start in RECORDED] * 2 + list(combinations(RECORDED, 2))
LONG: list[Span] = [(INSTANTS[0], None)] * 8  # most of what matters is live most of the time

KEYS = ["a1", "b2", "c3", "d4", "e5", "f6"]  # the same for every kind of node: only the kind tells them apart
NAMES = ["Contoso", "contoso", "Zoë", "Zoe", "ÁVILA", "Avila", 'Smith, "Jo" & Sons', "Microsoft", "21Vianet", "Ñandú", ""]
TYPES = [*ENDS, "HOLDS", "HOLDS", "HOLDS", "BILLS", "BILLS", "BILLS", "RESELLS", "RESELLS", "PARTY_TO", "PROVIDES_FOR"]
MICROSECOND = timedelta(microseconds=1)
NOW = datetime.now(UTC)  # one for the run: a case drawn again is the same case

FAULTS: list[Row] = [  # each spoils a relationship that was right
    {"from": "partner:nobody"},
    {"to": "subscription:nothing"},
    {"from": "nonsense"},
    {"type": "OWNS"},
    {"type": "GOVERNS"},
    {"kind": "GDAP"},
    {"kind": "ROOT"},
    {"valid_from": ""},
    {"valid_from": "soon"},
    {"valid_from": "2024-02-30T00:00:00Z"},
    {"valid_from": "2025-01-01T00:00:00Z", "valid_to": "2025-01-01T01:00:00+01:00"},
    {"valid_from": "2025-01-01T00:00:00Z", "valid_to": "2024-01-01T00:00:00Z"},
    {"superseded_at": "2025-01-01T00:00:00Z"},
]
FAULTY_RECORDS: list[Row] = [  # the same in a book that restores history
    {"recorded_at": "2096-01-01T00:00:00Z"},
    {"recorded_at": "2025-01-01T00:00:00Z", "superseded_at": "2025-01-01T00:00:00Z"},
    {"recorded_at": "2025-01-01T00:00:00Z", "superseded_at": "2096-01-01T00:00:00Z"},
]
FAULTY_NODES = [
    ("customers", row_of("customers", key="z9", cloud="MARS")),
    ("customers", row_of("customers", name="Nameless key")),
    ("subscriptions", row_of("subscriptions", key="z9", status="active", consumption="maybe")),
    ("agreements", row_of("agreements", key="z9", type="EA", channel="SIDEWAYS")),
]


@dataclass(frozen=True)
class Instant:
    """The asOf of a question; None where it is left out."""

    valid_at: datetime | None
    known_at: datetime | None


@st.composite
def written(draw: st.DrawFn, time: datetime | None) -> str:
    """A time as a file may have it: with Z, without a zone, with another offset."""
    if time is None:
        return ""
    form = draw(st.integers(0, 5))
    if form == 0:
        return time.replace(tzinfo=None).isoformat()
    if form == 1:
        return time.astimezone(timezone(timedelta(hours=-5, minutes=-30))).isoformat()
    return time.isoformat().replace("+00:00", "Z")


def shouted(node: str) -> str:
    """The id with its key in capitals, which is the same id."""
    kind, _, key = node.partition(":")
    return f"{kind}:{key.upper()}"


@st.composite
def nodes(draw: st.DrawFn) -> Book:
    """A book without relationships."""
    book = Book()
    named = st.sampled_from(NAMES)
    for key in KEYS[: draw(st.sampled_from([2, 1, 3, 4, 5]))]:
        cloud = draw(st.sampled_from(["", "PUBLIC", "PUBLIC", "PUBLIC", *CLOUDS]))
        book.customers.append(row_of("customers", key=key, name=draw(named), domain=f"{key}.example", country="ES", cloud=cloud))
    for key in KEYS[: draw(st.sampled_from([3, 1, 2, 4, 5]))]:
        book.partners.append(row_of("partners", key=key.upper(), name=draw(named), country="ES", mpn_ids=f"{ord(key[0])} {ord(key[0])}00"))
    for key in KEYS[: draw(st.sampled_from([3, 0, 1, 2, 4, 5, 6]))]:
        status = draw(st.sampled_from(["active", "active", "active", "suspended", "expired", "disabled", "deleted", "deleted", ""]))
        consumption = draw(st.sampled_from(["", "true", "false"]))
        book.subscriptions.append(row_of("subscriptions", key=key, offer="Azure plan", status=status, consumption=consumption))
    for key in KEYS[: draw(st.sampled_from([1, 0, 2, 3]))]:
        book.agreements.append(row_of("agreements", key=key, type="EA", channel=draw(st.sampled_from([*CHANNELS, "DIRECT"]))))
    return book


@st.composite
def relationships(draw: st.DrawFn, ids: dict[str, list[str]], *, restores: bool) -> Row:
    """A relationship between nodes of the book, right by itself most of the time."""
    possible = [each for each in TYPES if ids[ENDS[each][1]] and any(ids[kind] for kind in ENDS[each][0])]
    type_of_tie = draw(st.sampled_from(possible))
    from_kinds, to_kind = ENDS[type_of_tie]
    source = draw(st.sampled_from([node for kind in from_kinds for node in ids[kind]]))
    target = draw(st.sampled_from([node for node in ids[to_kind] if node != source] or ["partner:nobody"]))
    kind = draw(st.sampled_from(KINDS)) if type_of_tie == "ADMINISTERS" else ""
    row = draw(ties((type_of_tie, source, target, kind), SPANS + LONG, restores=restores))
    if draw(st.integers(0, 19)) == 0:
        row |= draw(st.sampled_from(FAULTS + FAULTY_RECORDS if restores else FAULTS))
    return row


@st.composite
def ties(draw: st.DrawFn, tie: tuple[str, str, str, str], spans: list[Span], *, restores: bool) -> Row:
    """That relationship (type, from, to, kind) over one of those spans."""
    type_of_tie, source, target, kind = tie
    valid = draw(st.sampled_from(spans))
    recorded = draw(st.sampled_from(RECORDS)) if restores and draw(st.integers(0, 3)) != 1 else (None, None)
    return row_of(
        "relationships",
        type=type_of_tie,
        from_=shouted(source) if draw(st.integers(0, 9)) == 0 else source,
        to=target,
        kind=kind,
        valid_from=draw(written(valid[0])),
        valid_to=draw(written(valid[1])),
        recorded_at=draw(written(recorded[0])),
        superseded_at=draw(written(recorded[1])),
    )


@st.composite
def backbones(draw: st.DrawFn, ids: dict[str, list[str]], *, restores: bool) -> list[Row]:
    """Most subscriptions held, billed, transferred once and resold, so that chance has something to bite on."""
    rows = []
    cut = draw(st.sampled_from(INSTANTS[1:-1]))
    partners = st.sampled_from(ids["partner"])
    for subscription in ids["subscription"]:
        holder = draw(st.sampled_from(ids["customer"]))
        before, after, beside = (draw(partners) for _ in range(3))
        wanted: list[tuple[str, str, list[Span]]] = [
            ("HOLDS", holder, LONG),
            ("BILLS", before, [(INSTANTS[0], cut), (INSTANTS[0], None)]),
            ("BILLS", after, [(cut, None)]),
            ("RESELLS", beside, [(INSTANTS[0], None), (cut, None), (INSTANTS[0], cut)]),
            ("SUPPORTS", beside, LONG),
        ]
        for type_of_tie, source, spans in wanted:
            if draw(st.integers(0, 5)) != 1:
                rows.append(draw(ties((type_of_tie, source, subscription, ""), spans, restores=restores)))
        if before != beside and draw(st.booleans()):
            rows.append(draw(ties(("PROVIDES_FOR", before, beside, ""), SPANS + LONG, restores=restores)))
    for agreement in ids["agreement"]:
        if draw(st.booleans()):
            party = draw(st.sampled_from(ids["customer"]))
            rows.append(draw(ties(("PARTY_TO", party, agreement, ""), LONG, restores=restores)))
    return rows


@st.composite
def books(draw: st.DrawFn) -> Book:
    """A small dense book; some restore history, some have rows that cannot be taken, some say a thing twice."""
    book = draw(nodes())
    ids = {"operator": list(OPERATORS)} | {
        file.removesuffix("s"): [f"{file.removesuffix('s')}:{row['key'].lower()}" for row in rows] for file, rows in book.files().items()
    }
    restores = draw(st.integers(0, 2)) == 1
    if draw(st.integers(0, 7)) != 1:
        book.relationships += draw(backbones(ids, restores=restores))
    size = draw(st.sampled_from([8, 0, 2, 15, 30]))
    book.relationships += draw(st.lists(relationships(ids, restores=restores), min_size=size, max_size=size))
    for file, rows in book.files().items():
        if rows and draw(st.integers(0, 4)) == 1:
            rows.append(dict(draw(st.sampled_from(rows))))
        rows.extend(row for of, row in FAULTY_NODES if of == file and draw(st.integers(0, 9)) == 1)
    return book


def ends(times: list[datetime | None]) -> list[datetime]:
    """Each given instant and its neighbours, a microsecond before and after."""
    return sorted({time + each for time in times if time is not None for each in (-MICROSECOND, MICROSECOND * 0, MICROSECOND)})


@st.composite
def instants(draw: st.DrawFn, world: World) -> Instant:
    """When to ask: at the very ends of what the world holds, or now; as known at the very ends of its records, or now."""
    valid = ends([time for tie in world.ties for time in (tie.valid_from, tie.valid_to)]) or INSTANTS
    records = [time for tie in world.ties for time in (tie.recorded_at, tie.superseded_at) if time in RECORDED]
    known = [time for time in ends([*records]) if time >= min(records)] or RECORDED[:1]  # before the first record nobody says what is known
    return Instant(
        draw(st.sampled_from(valid)) if draw(st.integers(0, 7)) != 1 else None,
        draw(st.sampled_from(known)) if draw(st.integers(0, 2 if records else 9)) == 1 else None,
    )


def restores_beyond_doubt(book: Book, world: World) -> bool:
    """Whether the rows that were taken say the same as all rows about the book restoring history."""
    says = any(row["recorded_at"] for row in book.relationships)
    return says == any(tie.recorded_at in RECORDED for tie in world.ties)


def records_beyond_doubt(book: Book) -> Book:
    """The book without rows that repeat an earlier one under another record: the page does not say whether those are identical."""
    seen: dict[tuple[str, ...], tuple[str, str]] = {}
    kept = []
    for row in book.relationships:
        tie = (row["type"], row["from"].lower(), row["to"].lower(), row["kind"], instant_of(row["valid_from"]), instant_of(row["valid_to"]))
        record = (instant_of(row["recorded_at"]), instant_of(row["superseded_at"]))
        if seen.setdefault(tie, record) == record:
            kept.append(row)
    return replace(book, relationships=kept)


def instant_of(cell: str) -> str:
    """The same text for the same instant; what is no time stands for itself."""
    try:
        return str(moment(cell))
    except ValueError:
        return cell


@dataclass(frozen=True)
class Case:
    """A book, what must become of it, and how it is to be asked about."""

    book: Book
    world: World
    rejections: list[Rejection]
    instants: list[Instant]
    topics: dict[str, str]
    page_size: int

    def __str__(self) -> str:
        """The book as its files hold it: what a failure shows."""
        lines = [f"{file}: {','.join(row.values())}" for file, rows in self.book.files().items() for row in rows]
        return "\n".join(lines)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A book about which the policy leaves no doubt, two or three instants, a topic for each category and the size of a page."""
    book = records_beyond_doubt(draw(books()))
    world, rejections = accept(book, NOW)
    assume(restores_beyond_doubt(book, world))
    return Case(
        book,
        world,
        rejections,
        draw(st.lists(instants(world), min_size=2, max_size=3, unique=True)),
        {category: draw(st.sampled_from(topics.split())) for category, topics in TOPICS.items()},
        draw(st.sampled_from([1, 2, 3, 4, 50, 100]) | st.integers(1, 100)),
    )
