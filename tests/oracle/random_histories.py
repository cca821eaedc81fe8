"""Hypothesis strategies: a small book, the changes that are then applied to it, and the instants at which they are worth asking about."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations
from typing import Any

from hypothesis import strategies as st

from tests.oracle.acceptance import CHANNELS, CLOUDS, ENDS, KINDS, OPERATORS, Tie, World, accept
from tests.oracle.book import Book, row_of
from tests.oracle.changes import Change, applied, known_from
from tests.oracle.random_books import INSTANTS, MICROSECOND, NOW, Instant, ends, shouted
from tests.oracle.table import TOPICS

MIDNIGHT = datetime(2024, 7, 2, tzinfo=UTC)  # when a transfer of a licence takes effect that was completed at some time of 1 July
TIMES = sorted([*INSTANTS, MIDNIGHT])
FUTURE = [TIMES[-1], datetime(2097, 1, 1, 15, tzinfo=UTC)]
SPANS = [(start, None) for start in TIMES] * 2 + list(combinations(TIMES, 2))
KEYS = {"customer": ["a1", "b2", "c3"], "partner": ["a1", "b2", "c3", "d4"], "subscription": ["a1", "b2", "c3"], "agreement": ["a1", "b2"]}
IDS = {kind: [f"{kind}:{key}" for key in keys] for kind, keys in KEYS.items()} | {"operator": list(OPERATORS)}
NAMES = {key: [f"{key} Contoso", f"{key.upper()} Zoë", f'{key} Smith, "Jo" & Sons'] for key in KEYS["partner"]}
"""The names that a node of that key has in turn: whatever they are, the order of nodes by name is one, for the page does not say whether a
list as known at some instant is in the order of the names of then or, as they are shown, of now."""
TYPES = [*ENDS, "HOLDS", "BILLS", "BILLS", "BILLS", "RESELLS", "RESELLS", "SUPPORTS", "ADMINISTERS"]
MEMBERS: dict[str, dict[str, list[Any]]] = {  # input -> member -> what it is given; a name is one of NAMES or null
    "putCustomer": {"name": [], "domain": ["one.example", None], "country": ["ES", None], "cloud": [*CLOUDS, "PUBLIC", None]},
    "putPartner": {"name": [], "country": ["ES", "MX", None], "mpnIds": [["61"], ["61", "62"], [], None]},
    "putSubscription": {
        "offer": ["Azure plan", "Visio", None],
        "status": ["active", "suspended", "expired", "disabled", "deleted", "deleted", None],
        "consumption": [True, False, None],
    },
    "putAgreement": {"type": ["EA", "MPSA", None], "channel": [*CHANNELS]},
}
NOBODY = {"customer": "customer:nobody", "partner": "partner:nobody", "subscription": "subscription:nothing", "agreement": "agreement:none"}
FAULTY: list[Change] = [  # each is refused whatever the world holds
    {"putCustomer": {"key": "two words", "name": "Two"}},
    {"putPartner": {"key": ""}},
    {"putAgreement": {"key": "z9", "type": "EA"}},
    {"putAgreement": {"key": "a1", "channel": None}},
]


@dataclass(frozen=True)
class Apply:
    """One call of apply; the key is a number, which the test makes its own."""

    changes: list[Change]
    key: int


@dataclass(frozen=True)
class Pick:
    """When to ask, before the instants are known: a place among the ends of validities, and one among the revisions and its neighbours."""

    valid: int
    known: int
    shift: int

    def instant(self, world: World, recorded: list[datetime]) -> Instant:
        """The instant meant, in that world, whose revisions were recorded then."""
        times = ends([time for tie in world.ties for time in (tie.valid_from, tie.valid_to)]) or TIMES
        known = recorded[self.known % len(recorded)] + self.shift * MICROSECOND if self.known >= 0 else None
        return Instant(times[self.valid % len(times)] if self.valid >= 0 else None, known)


@dataclass(frozen=True)
class History:
    """A book, what is applied to it, and how the outcome is asked about."""

    book: Book
    applies: list[Apply]
    picks: list[Pick]
    topics: dict[str, str]
    page_size: int

    def __str__(self) -> str:
        """What a failure shows: the rows of the book, then the changes of each apply."""
        lines = [f"{file}: {','.join(row.values())}" for file, rows in self.book.files().items() for row in rows]
        lines += [f"apply under key {each.key}:" + "".join(f"\n    {change}" for change in each.changes) for each in self.applies]
        return "\n".join(lines)


@st.composite
def said(draw: st.DrawFn, time: datetime) -> str:
    """A time as a client may say it: with Z, with another offset, with more digits than are kept."""
    form = draw(st.integers(0, 7))
    if form == 1:
        return time.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat()
    text = time.isoformat(timespec="microseconds").removesuffix("+00:00")
    return f"{text}789Z" if form == 2 else f"{text}Z"


@st.composite
def starting_books(draw: st.DrawFn) -> Book:
    """Two customers, three partners, two subscriptions and an agreement; most of what a subscription needs is there."""
    book = Book()
    for key in KEYS["customer"][:2]:
        name, cloud = draw(st.sampled_from(NAMES[key])), draw(st.sampled_from(["PUBLIC", "PUBLIC", *CLOUDS]))
        book.customers.append(row_of("customers", key=key, name=name, domain=f"{key}.example", country="ES", cloud=cloud))
    for key in KEYS["partner"][:3]:
        book.partners.append(row_of("partners", key=key, name=draw(st.sampled_from(NAMES[key])), country="ES", mpn_ids="61 62"))
    for key in KEYS["subscription"][:2]:
        consumption = draw(st.sampled_from(["true", "false"]))
        book.subscriptions.append(row_of("subscriptions", key=key, offer="Azure plan", status="active", consumption=consumption))
        for type_of_tie, sources in (("HOLDS", IDS["customer"][:2]), ("BILLS", IDS["partner"][:3]), ("RESELLS", IDS["partner"][:3])):
            if draw(st.integers(0, 3)) != 1:
                given = {"from_": draw(st.sampled_from(sources)), "to": f"subscription:{key}", "valid_from": TIMES[0].isoformat()}
                book.relationships.append(row_of("relationships", type=type_of_tie, **given))
    book.agreements.append(row_of("agreements", key="a1", type="EA", channel=draw(st.sampled_from(CHANNELS))))
    return book


@st.composite
def puts(draw: st.DrawFn) -> Change:
    member = draw(st.sampled_from(["putSubscription", *MEMBERS]))
    key = draw(st.sampled_from(KEYS[member.removeprefix("put").lower()]))
    wanted = draw(st.lists(st.sampled_from(list(MEMBERS[member])), max_size=3, unique=True))
    given = {name: draw(st.sampled_from(MEMBERS[member][name] or [*NAMES[key], None])) for name in wanted}
    return {member: {"key": key.upper() if draw(st.integers(0, 4)) == 1 else key, **given}}


@st.composite
def relationships(draw: st.DrawFn) -> dict[str, Any]:
    """Type, ends and kind of a relationship that is right by itself."""
    type_of_tie = draw(st.sampled_from(TYPES))
    from_kinds, to_kind = ENDS[type_of_tie]
    source = draw(st.sampled_from([node for kind in from_kinds for node in IDS[kind]]))
    target = draw(st.sampled_from([node for node in IDS[to_kind] if node != source]))
    kind = {"kind": draw(st.sampled_from(KINDS))} if type_of_tie == "ADMINISTERS" else {}
    return {"type": type_of_tie, "from": shouted(source) if draw(st.integers(0, 9)) == 1 else source, "to": target, **kind}


@st.composite
def starts(draw: st.DrawFn, of: dict[str, Any] | None = None) -> Change:
    given = draw(relationships()) if of is None else of
    valid_from, valid_to = draw(st.sampled_from(SPANS))
    until = {} if valid_to is None and draw(st.booleans()) else {"validTo": valid_to and draw(said(valid_to))}
    return {"start": {**given, "validFrom": draw(said(valid_from)), **until}}


@st.composite
def about_one(draw: st.DrawFn, world: World) -> tuple[dict[str, Any], Tie | None]:
    """A relationship that is believed, most of the time, as the inputs name it."""
    believed = [tie for tie in world.ties if tie.superseded_at is None]
    if not believed or draw(st.integers(0, 9)) == 1:
        return draw(relationships()), None
    tie = draw(st.sampled_from(believed))
    return {"type": tie.type, "from": tie.source, "to": tie.target} | ({"kind": tie.kind} if tie.kind else {}), tie


@st.composite
def endings(draw: st.DrawFn, world: World) -> Change:
    given, _ = draw(about_one(world))
    return {"end": {**given, "validTo": draw(said(draw(st.sampled_from(TIMES[1:] + FUTURE))))}}


@st.composite
def retractions(draw: st.DrawFn, world: World) -> list[Change]:
    """A retraction, often with what should have been recorded instead."""
    given, tie = draw(about_one(world))
    begun = tie.valid_from if tie and draw(st.integers(0, 9)) != 1 else draw(st.sampled_from(TIMES))
    retraction = {"retract": {**given, "validFrom": draw(said(begun))}}
    return [retraction] + ([draw(starts(given))] if draw(st.booleans()) else [])


@st.composite
def transfers(draw: st.DrawFn) -> Change:
    subscriptions = draw(st.lists(st.sampled_from(IDS["subscription"]), min_size=1, max_size=2, unique=True))
    to = draw(st.sampled_from([*IDS["partner"], *IDS["partner"], "operator:microsoft"]))
    given: dict[str, Any] = {"subscriptions": subscriptions, "to": to, "completedAt": draw(said(draw(st.sampled_from(TIMES[1:]))))}
    if draw(st.booleans()):
        given["reseller"] = draw(st.sampled_from([partner for partner in IDS["partner"] if partner != to] + [None]))
    return {"transferBilling": given}


@st.composite
def faulty(draw: st.DrawFn) -> Change:
    """A change with one fault of its own."""
    if draw(st.booleans()):
        return draw(st.sampled_from(FAULTY))
    given: dict[str, Any] = draw(starts())["start"]
    from_kinds, to_kind = ENDS[given["type"]]
    faults: list[dict[str, Any]] = [
        {"from": NOBODY[from_kinds[0]]},
        {"to": NOBODY[to_kind]},
        {"from": "nonsense"},
        {"from": "agreement:a1" if "agreement" not in from_kinds else "customer:a1"},
        {"kind": None if given["type"] == "ADMINISTERS" else "DAP"},
        {"validTo": given["validFrom"]},
        {"validTo": "2001-01-01T00:00:00Z"},
    ]
    return {"start": given | draw(st.sampled_from(faults))}


@st.composite
def some_changes(draw: st.DrawFn, world: World) -> list[Change]:
    """One change, or two that belong together."""
    form = draw(st.integers(0, 19))
    if form < 5:
        return [draw(puts())]
    if form < 10:
        return [draw(starts())]
    if form < 13:
        return [draw(endings(world))]
    if form < 16:
        return draw(retractions(world))
    return [draw(transfers())] if form < 19 else [draw(faulty())]


@st.composite
def applies(draw: st.DrawFn, world: World, at: datetime) -> list[Change]:
    """One to five changes; what would be refused is mostly left out, so that most applies are made."""
    changes: list[Change] = []
    size = draw(st.integers(1, 5))
    stubborn = draw(st.integers(0, 3)) == 1
    for _ in range(3 * size):
        more = [*changes, *draw(some_changes(world))]
        if len(more) <= size and (stubborn or not applied(world, more, at).faults):
            changes = more
    return changes or [draw(puts())]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A book, three to eight applies of which some repeat an earlier one, and two instants."""
    book = draw(starting_books())
    world = known_from(accept(book, NOW)[0], NOW)
    made: list[Apply] = []
    for number in range(draw(st.integers(3, 8))):
        at = NOW + (number + 1) * MICROSECOND
        repeats = draw(st.integers(0, 5)) if made else 0
        earlier = draw(st.sampled_from(made)) if repeats in {1, 2, 3} else None
        if earlier and repeats == 1:
            made.append(earlier)
            continue
        changes = earlier.changes if earlier and repeats == 2 else draw(applies(world, at))
        made.append(Apply(changes, earlier.key if earlier and repeats == 3 and draw(st.booleans()) else number))
        if made[-1].key == number:
            world = applied(world, changes, at).world
    picks = st.builds(Pick, st.integers(-2, 40), st.integers(-3, 10), st.integers(-1, 1))
    return History(
        book,
        made,
        draw(st.lists(picks, min_size=2, max_size=2, unique=True)),
        {category: draw(st.sampled_from(topics.split())) for category, topics in TOPICS.items()},
        draw(st.sampled_from([2, 50])),
    )
