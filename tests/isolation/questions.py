"""Questions by chance: every field of the schema that a bound caller may ask, nested, with ids, names and cursors of both worlds."""

from datetime import datetime
from random import Random
from typing import Any

import orjson

from policy.collation.order import sort_key
from resolvers.paging import cursor_at, list_id_of
from tests.isolation.random_worlds import VIEWER
from tests.isolation.world import World

EDGE = "id type kind from { id __typename } to { id __typename } validFrom validTo recordedAt supersededAt source"
NAMED = "id ... on Partner { name country mpnIds } ... on Operator { name }"
SCOPE = "... on ProductSubscription { id offer status } ... on Agreement { id type channel } ... on Customer { id name cloud }"
RULING = f"verdict standing statements {{ code }} interpretation {{ name }} scope {{ {SCOPE} }} path {{ {EDGE} }}"
PERMISSION = f"""verdict permitted explanation es: explanation(language: ES) asOf {{ validAt knownAt }} revision policyVersion
  topic {{ code }}
  communicator {{ {NAMED} }} customer {{ id name domain country cloud }} permittedIn {{ {SCOPE} }} rulings {{ {RULING} }}"""
PAGE = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
PARTNER = f"""id name country mpnIds roles(asOf: %A) providers(asOf: %A) {{ id name roles }} resellers(asOf: %A) {{ id name country }}
  contactable(topic: %T, asOf: %A, first: %N) {{ {PAGE} edges {{ cursor node {{ id name }} permission {{ verdict explanation }} }} }}"""
SUBSCRIPTION = f"""id offer status channel(asOf: %A) billedBy(asOf: %A) {{ {NAMED} }} resellers(asOf: %A) {{ id name }}
  customer(asOf: %A) {{ id name domain }} history {{ {EDGE} }}"""
AGREEMENT = "id type channel customers(asOf: %A) { id name }"
MATRIX = "topics { code } communicators { id name } verdicts revision"
CUSTOMER_PARTS = [
    f"subscriptions(asOf: %A) {{ {SUBSCRIPTION} }}",
    f"agreements(asOf: %A) {{ {AGREEMENT} }}",
    f"partners(asOf: %A) {{ {PARTNER} }}",
    f"permittedCommunicators(topic: %T, asOf: %A) {{ {PERMISSION} }}",
    f"scoped: permittedCommunicators(topic: %T, scope: %S, asOf: %A) {{ {PERMISSION} }}",
    f"permissionMatrix(asOf: %A) {{ {MATRIX} }}",
    f"ownership(asOf: %A) {{ {EDGE} }}",
    f"relationships(asOf: %A) {{ {EDGE} }}",
    f"relationships(types: [BILLS, RESELLS, PROVIDES_FOR], asOf: %A) {{ {EDGE} }}",
    f"events {{ at kind relationship {{ {EDGE} }} }}",
    f"events(knownAt: %B) {{ at kind relationship {{ {EDGE} }} }}",
]
ANY_NODE = f"""id __typename ... on Customer {{ name domain country cloud %C }}
  ... on Partner {{ {PARTNER} }} ... on Agreement {{ {AGREEMENT} }}
  ... on ProductSubscription {{ {SUBSCRIPTION} }} ... on Topic {{ code }} ... on Relationship {{ {EDGE} }}
  ... on Operator {{ name contactable(topic: %T, asOf: %A, first: %N) {{ {PAGE} edges {{ cursor permission {{ {PERMISSION} }} }} }} }}"""
ROOTS = [
    f"node(id: %I) {{ {ANY_NODE} }}",
    f"nodes(ids: [%I, %I, %I, %I]) {{ {ANY_NODE} }}",
    "customer(id: %K) { id name domain country cloud %C }",
    "customer(id: %K) { id name %C %C }",
    f"partner(id: %P) {{ {PARTNER} }}",
    f"customers(filter: %F, search: %W, asOf: %A, %G) {{ {PAGE} edges {{ cursor node {{ id name country %C }} }} }}",
    f"customers(filter: %F, asOf: %A, %G) {{ {PAGE} edges {{ cursor node {{ id name domain }} }} }}",
    f"customers(asOf: %A, %G) {{ {PAGE} edges {{ cursor node {{ id name }} }} }}",
    f"partners(asOf: %A, %G) {{ {PAGE} edges {{ cursor node {{ id name }} }} }}",
    f"partners(search: %W, asOf: %A, %G) {{ {PAGE} edges {{ cursor node {{ {PARTNER} }} }} }}",
    f"permission(communicator: %V, customer: %K, topic: %T, asOf: %A) {{ {PERMISSION} }}",
    f"permission(communicator: %P, customer: %K, topic: %T, scope: %S, asOf: %A) {{ {PERMISSION} }}",
    f"permissions(questions: [%Q, %Q, %Q, %Q], asOf: %A) {{ {PERMISSION} }}",
    f"permittedCommunicators(customer: %K, topic: %T, asOf: %A) {{ {PERMISSION} }}",
    f"permittedCommunicators(customer: %K, topic: %T, scope: %S, asOf: %A) {{ {PERMISSION} }}",
    "customerStatistics(by: [%D], filter: %F, asOf: %A) { country cloud channel biller { id name } partnerCount customers }",
    "customerStatistics(by: [VERDICT], topic: %T, asOf: %A) { communicator { id name } verdict customers }",
    f"""findings(asOf: %A, first: %N, after: %L) {{ {PAGE} edges {{ cursor node {{
      kind text es: text(language: ES) whatToDo customer {{ id name }} about {{ id __typename }} relationships {{ {EDGE} }} }} }} }}""",
    "findingCounts(asOf: %A) { kind customers findings }",
    f"""outreach(topic: %T, filter: %F, asOf: %A) {{ total uncovered(first: %N) {{ {PAGE} edges {{ cursor reason node {{ id name }} }} }}
      groups {{ customerCount communicator {{ {NAMED} }} customers(first: %N) {{ {PAGE} edges {{ cursor node {{ id name }} }} }} }} }}""",
    "outreach(topic: %T, communicator: %P, asOf: %A) { total groups { customerCount communicator { id name } } }",
    "revision",
]
TOPICS = ["renewal", "invoice", "incident", "agreement-acceptance", "ticket", "training", "upsell", "nonsense"]
KINDS = ["customer", "customer", "partner", "subscription", "subscription", "agreement"]
DIMENSIONS = ["COUNTRY", "CLOUD", "CHANNEL", "BILLER", "PARTNER_COUNT", "CHANNEL, BILLER", "BILLER, PARTNER_COUNT, COUNTRY"]
STRANGE = [
    "partner:another",
    "subscription:another",
    "customer:nobody",
    "partner:nobody",
    "topic:renewal",
    "operator:microsoft",
    "nonsense",
]


class Questions:
    """What can be asked of either of two worlds."""

    def __init__(self, worlds: list[World], grid: list[datetime], chance: Random) -> None:
        self._chance = chance
        self._times = grid
        self._nodes = sorted({node for world in worlds for node in world.nodes})
        rows = [known.row for world in worlds for each in world.nodes.values() for known in each]
        names = {row.get("name") or row["key"] for row in rows}
        self._words = sorted({*names, *(row["domain"] for row in rows if row.get("domain")), *(name[:3] for name in names)})
        listed = list_id_of("customers", [], ""), list_id_of("partners", "")
        self._cursors = [cursor_at(list_, sort_key(name, node)) for name in sorted(names) for node in self._nodes[:4] for list_ in listed]
        found = list_id_of("findings", None)
        self._places = [
            cursor_at(found, orjson.dumps([name, node, "UNBILLED_SUBSCRIPTION", ""]).decode())
            for name in sorted(names)
            for node in self._nodes
        ]
        self._relationships = sorted(
            {
                f"relationship:{'.'.join(filter(None, (tie.type, tie.kind)))}|{tie.source}|{tie.target}"
                f"|{_micros(tie.valid_from)}|{_micros(tie.recorded_at)}"
                for world in worlds
                for tie in world.ties
            }
        )

    def fields(self) -> list[str]:
        """A few root fields, each under an alias."""
        fields = self._chance.sample(ROOTS, self._chance.choice([1, 2, 3]))
        return [f"a{number}: {self._filled(field)}" for number, field in enumerate(fields)]

    def learn(self, body: dict[str, Any]) -> None:
        """Take the cursors of an answer, to go on from there."""
        self._cursors += [each for each in _values(body, "cursor") if each not in self._cursors]

    def _filled(self, text: str) -> str:
        while "%" in text:
            before, _, after = text.partition("%")
            text = before + self._value(after[0]) + after[1:]
        return text

    def _value(self, mark: str) -> str:  # noqa: C901, PLR0911, PLR0912 - one case a mark
        pick = self._chance.choice
        match mark:
            case "A":
                return self._as_of()
            case "B":
                return _text(pick(self._times[:-1]).isoformat())
            case "C":
                return pick(CUSTOMER_PARTS)
            case "D":
                return pick(DIMENSIONS)
            case "F":
                return self._filter()
            case "G":
                return pick(["first: %N", "last: %N", "first: 2, after: %U", "last: 2, before: %U", "first: 50", "first: 1, after: %U"])
            case "I":
                form = self._chance.random()
                return _text(pick(self._relationships if form < 0.3 and self._relationships else STRANGE if form < 0.4 else self._nodes))
            case "K" | "P":
                return _text(pick(self._of("customer:" if mark == "K" else "partner:")))
            case "L":
                return pick(["null", _text(pick(self._places)), _text(pick(self._cursors))])
            case "N":
                return pick(["1", "2", "3", "50"])
            case "Q":
                return f"{{ communicator: {pick(['%V', '%P'])}, customer: %K, topic: %T, scope: {pick(['null', '%S'])} }}"
            case "S":
                return _text(pick([node for node in self._nodes if not node.startswith("partner:")]))
            case "T":
                return _text(pick(TOPICS))
            case "U":
                return _text(pick(self._cursors))
            case "V":
                return _text(pick([VIEWER, "operator:microsoft", "operator:21vianet"]))
            case "W":
                return pick(["null", "%X"])
            case "X":
                return pick([_text(pick(self._words)), '"e"'])
        raise KeyError(mark)

    def _of(self, kind: str) -> list[str]:
        return [node for node in self._nodes if node.startswith(kind)]

    def _as_of(self) -> str:
        of = {"validAt": self._times, "knownAt": self._times if self._chance.random() < 0.02 else self._times[:-1]}
        times = [f"{name}: {_text(self._chance.choice(of[name]).isoformat())}" for name in self._chance.choice(AXES)]
        return "{" + ", ".join(times) + "}" if times else "null"

    def _filter(self) -> str:
        pick = self._chance.choice
        one = [
            *(
                "null",
                "{}",
                "{ holdsChannel: CSP }",
                "{ holdsChannel: UNBILLED }",
                "{ holdsChannel: DIRECT }",
                "{ partnerCount: { gte: 2 } }",
            ),
            *("{ partnerCount: { eq: 1 } }", "{ cloud: PUBLIC }", "{ not: { billedBy: %P } }", "{ billedBy: %P }", "{ resoldBy: %P }"),
            *("{ country: { eq: %X } }", "{ name: { startsWith: %X } }", "{ domain: { contains: %X } }", '{ agreementType: { eq: "ea" } }'),
            '{ billedBy: "partner:another" }',
        ]
        return pick(one)


AXES = [(), (), ("validAt",), ("validAt",), ("validAt", "knownAt"), ("validAt", "knownAt"), ("knownAt",)]


def _text(value: str) -> str:
    return orjson.dumps(value).decode()


def _micros(time: datetime) -> int:
    return int(time.timestamp()) * 1_000_000


def _values(found: object, name: str) -> list[str]:
    if isinstance(found, dict):
        own = [value for key, value in found.items() if key == name and isinstance(value, str)]
        return own + [each for value in found.values() for each in _values(value, name)]
    return [each for value in found for each in _values(value, name)] if isinstance(found, list) else []
