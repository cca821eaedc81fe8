"""What one body tells, before it becomes rows: nodes, what happened to relationships, and what could not be taken."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from graph.ids import new_id
from graph.rows import Located, NodeRow, Rejection, Telling
from intake.partner_center.bodies import TENANT, Body
from intake.partner_center.dates import UNTOLD, Since
from intake.partner_center.identities import Identities, provisional_key
from policy.errors import BadInput
from policy.facts import Property
from policy.instant import written
from policy.terms import AdminKind, Happened, RelationshipType
from policy.values.properties import property_of
from policy.values.text import LONGEST, stripped

PLACEHOLDER = re.compile(r"[<{].*[>}]")
"""What the documentation writes where an id belongs, such as `{{CustomerId}}`."""
MENDED = frozenset({"name", "offer", "type"})
"""Properties that lose what no text may hold before they are looked at: nobody can mend a saved answer."""
NO_RESELLER = frozenset({"", "0", "-1"})

Properties = Mapping[str, Property]


class Node(NamedTuple):
    """What a body says of a node, directly and in passing."""

    properties: dict[str, Property]
    hints: dict[str, Property]


@dataclass(slots=True)
class Told:
    """
    What one body tells.

    file:       where it was found
    asked_by:   id of the partner whose token fetched it, or of the one that the body itself names in its place
    note:       called with what was taken otherwise than it was given
    in_passing: what is said of nodes is said by the way: another answer knows better
    """

    file: str
    asked_by: str
    identities: Identities
    note: Callable[[str], None] = lambda _: None
    in_passing: bool = False
    nodes: dict[str, Node] = field(default_factory=dict)
    tellings: dict[Telling, None] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)

    def by(self, partner: str) -> "Told":
        """The same story, told in passing about what another partner did."""
        return replace(self, asked_by=partner, in_passing=True)

    def node(self, kind: str, key: str, properties: Properties | None = None, hints: Properties | None = None) -> str:
        """
        Tell of a node; its id. Empty texts count as not given.

        raises: BadInput for a key that no node can have
        """
        return self._known(node_id(kind, key), properties, hints)

    def partner(self, key: str, properties: Properties | None = None, hints: Properties | None = None) -> str:
        """Tell of a partner by its tenant, or by `mpn-<id>`; its id, which is that of its tenant where the folder names both."""
        return self._partner(node_id("partner", key), properties, hints)

    def biller(self) -> str:
        """The partner whose answer this is."""
        return self._partner(self.asked_by, None, None)

    def reseller(self, record: str) -> str | None:
        """The partner of record as subscriptions, orders and transfers name it, by its MPN id; None where there is none."""
        if record in NO_RESELLER:
            return None
        return self.partner(record if TENANT.fullmatch(record) else provisional_key(record))

    def began(self, type_: RelationshipType, start: str, end: str, since: Since = UNTOLD, kind: AdminKind | None = None) -> None:
        """Tell that a relationship holds, and since when if that is told."""
        self._tell(type_, start, end, kind, Happened.BEGAN, since)

    def ended(self, type_: RelationshipType, start: str, end: str, at: Since = UNTOLD, kind: AdminKind | None = None) -> None:
        """Tell that a relationship holds no longer."""
        self._tell(type_, start, end, kind, Happened.ENDED, at)

    def granted(self, kind: AdminKind, customer: str, since: Since, of: str = "") -> None:
        """Tell that the partner has admin access; of: which relationship gives it, where several may do."""
        self._tell(RelationshipType.ADMINISTERS, self.biller(), customer, kind, Happened.BEGAN, since, of)

    def revoked(self, kind: AdminKind, customer: str, at: Since, of: str = "") -> None:
        """Tell that the partner has admin access no longer, by that relationship."""
        self._tell(RelationshipType.ADMINISTERS, self.biller(), customer, kind, Happened.ENDED, at, of)

    def moved_away(self, type_: RelationshipType, start: str | None, end: str, at: Since) -> None:
        """Tell that a transfer took the end away from the start; None = whoever it is."""
        self._tell(type_, start, end, None, Happened.MOVED_AWAY, at)

    def moved_here(self, type_: RelationshipType, start: str, end: str, at: Since) -> None:
        """Tell that a transfer gave the end to the start."""
        self._tell(type_, start, end, None, Happened.MOVED_HERE, at)

    def refuse(self, reason: str) -> None:
        """Say what of the body can't be taken; the rest is."""
        self.refusals.append(reason)

    def rows(self, body: Body) -> Iterator[Located | Rejection]:
        """The nodes, then what happened to the relationships between them, then what was not taken."""
        for node, (properties, hints) in self.nodes.items():
            yield Located(NodeRow(node, properties, hints), self.file, 1, node)
        for telling in self.tellings:
            yield Located(telling, self.file, 1, _shown(telling))
        for reason in self.refusals:
            yield Rejection(self.file, 1, f"{body.place}{reason}", body.shown)

    def _partner(self, node: str, properties: Properties | None, hints: Properties | None) -> str:
        node = self.identities.partner(node)
        self._known(node, properties, hints)
        if mpn_ids := self.identities.mpn_ids(node):
            self.nodes[node].properties["mpnIds"] = mpn_ids
        return node

    def _known(self, node: str, properties: Properties | None, hints: Properties | None) -> str:
        known = self.nodes.setdefault(node, Node({}, {}))
        (known.hints if self.in_passing else known.properties).update(self._storable(node, properties))
        known.hints.update(self._storable(node, hints))
        return node

    def _storable(self, node: str, properties: Properties | None) -> dict[str, Property]:
        """What is given and can be stored; the rest is refused, property by property, for the rest of the answer is as good without."""
        found: dict[str, Property] = {}
        for name, value in (properties or {}).items():
            mended = stripped(value).strip() if isinstance(value, str) and name in MENDED else value
            if mended is None or mended == "":
                continue
            if mended != value:
                self.note(f"{name} of `{node}` is taken without control characters and bidirectional overrides")
            try:
                found[name] = property_of(name, mended)
            except BadInput as error:
                self.refuse(str(error))
        return found

    def _tell(  # noqa: PLR0917 - as the row
        self, type_: RelationshipType, start: str | None, end: str, kind: AdminKind | None, what: Happened, at: Since, of: str = ""
    ) -> None:
        telling = Telling(type_, start, end, kind, what, at.instant, at.rank, source_of(self.file), of)
        self.tellings[telling] = None


def source_of(file: str) -> str:
    """What a record gives as its source: the file's path, which may be longer than a source and hold what none may."""
    source = stripped(f"partner-center:{file}")
    return source if len(source) <= LONGEST else f"partner-center:…{source[-LONGEST // 2 :]}"


def node_id(kind: str, key: str) -> str:
    """The id of a node that an answer names. Raises BadInput for a key that no node can have."""
    if PLACEHOLDER.fullmatch(key):
        raise BadInput(f"`{key}` stands where the id of a {kind} belongs; save the answer itself, not an example of it")
    return new_id(kind, key)


def _shown(telling: Telling) -> str:
    at = "" if telling.at is None else f" {written(telling.at)}"
    return f"{telling.start or 'whoever'} {telling.type} {telling.end} {telling.what}{at}"
