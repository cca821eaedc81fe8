"""What is live at one instant, and which scopes a customer then has: policy.md sections 1 to 3, pairs and closing scopes left out."""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from tests.oracle.acceptance import FOREVER, OPERATORS, Tie, World
from tests.oracle.table import COVERED_CLOUDS

BEGINNING = datetime.min.replace(tzinfo=UTC)


class NotFound(LookupError):  # noqa: N818  # the contract's own word for it
    """A customer, communicator or scope that is unknown, or not held at the instant asked about."""


def folded(name: str) -> str:
    """The name without case and accents."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


@dataclass(frozen=True, eq=False)  # one view is one view, so that what it gave can be remembered under it
class View:
    """
    A world as it is seen at one (validAt, knownAt); known_at None reads everything that is not superseded.

    world: with the nodes as they were known at known_at
    read:  with the nodes of the revision that is read
    """

    world: World
    valid_at: datetime
    known_at: datetime | None = None
    read: World = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "read", self.world)
        object.__setattr__(self, "world", self.world.as_known_at(self.known_at))

    # Section 1, "A relationship is live when both contain it."

    def known(self, tie: Tie) -> bool:
        """Section 1: whether its record `[recordedAt, supersededAt)` contains knownAt."""
        if self.known_at is None:
            return tie.superseded_at is None
        return tie.recorded_at <= self.known_at < (tie.superseded_at or FOREVER)

    def live(self, tie: Tie) -> bool:
        """Section 1: whether its validity `[validFrom, validTo)` contains validAt too."""
        return self.known(tie) and tie.valid_from <= self.valid_at < (tie.valid_to or FOREVER)

    def find(self, type_of_tie: str, source: str | None = None, target: str | None = None) -> list[Tie]:
        """The live ties of that type between those ends, by source, target and kind."""
        return [tie for tie in self.living[type_of_tie] if source in (None, tie.source) and target in (None, tie.target)]

    @cached_property
    def living(self) -> dict[str, list[Tie]]:
        """The live ties by their type, each by source, target and kind."""
        return self._by_type([tie for tie in self.world.ties if self.live(tie)])

    @cached_property
    def recorded(self) -> dict[str, list[Tie]]:
        """The known ties by their type, live or not, each by source, target and kind."""
        return self._by_type([tie for tie in self.world.ties if self.known(tie)])

    def _by_type(self, ties: list[Tie]) -> dict[str, list[Tie]]:
        found = defaultdict(list)
        for tie in sorted(ties, key=lambda tie: (tie.source, tie.target, tie.kind)):
            found[tie.type].append(tie)
        return found

    def knows_nodes(self) -> bool:
        """Section 1: "Nodes keep versions on the record axis only"; before the load that brought them they are not known."""
        known_from = self.world.nodes_known_from
        return self.known_at is None or known_from is None or known_from <= self.known_at

    def deleted(self, subscription: str) -> bool:
        """Section 1: "the properties known at `knownAt` (name, status, …) hold for every `validAt`"."""
        return is_deleted(self.world.subscriptions[subscription])

    def deleted_since(self, subscription: str) -> datetime | None:
        """
        The instant since which a subscription is recorded as deleted; None where it is not.

        Section 3: "the `recordedAt` of the first version, of those recorded at or before `knownAt`, since which it was never anything
        else".
        """
        if not self.deleted(subscription):
            return None
        if not self.read.versions:
            return self.read.nodes_known_from or BEGINNING
        versions = [
            version
            for version in self.read.versions
            if version.node == subscription and (self.known_at is None or version.recorded_at <= self.known_at)
        ]
        since = None
        for version in sorted(versions, key=lambda version: version.recorded_at):
            if not is_deleted(version.row):
                since = None
            elif since is None:
                since = version.recorded_at
        return since

    def hides(self, holds: Tie) -> bool:
        """Section 1: "a status `deleted` hides it under a HOLDS without an end, at every instant, as far as that is known"."""
        return self.deleted(holds.target) and holds.valid_to is None

    # Names and orders, as the contract has them.

    def customers(self) -> list[str]:
        """All customers that are known, by name, then id."""
        return self.by_name(list(self.world.customers)) if self.knows_nodes() else []

    def by_name(self, nodes: list[str]) -> list[str]:
        """Those nodes by their name in the revision that is read, then id."""
        return sorted(nodes, key=lambda node: (folded(self.read.name(node)), node))

    # Section 3, "An answer is given per scope: one ruling for each of …"

    def scopes(self, customer: str) -> list[str]:
        """Section 3: its subscriptions, its agreements of channel DIRECT; "the customer itself, only when it has neither of the above"."""
        if customer not in self.customers():
            raise NotFound(customer)
        return self.subscriptions(customer) + self.direct_agreements(customer) or [customer]

    def subscriptions(self, customer: str) -> list[str]:
        """Section 3: "every subscription with a live HOLDS from the customer, unless its status is `deleted` and that HOLDS has no end"."""
        return [tie.target for tie in self.find("HOLDS", customer) if not self.hides(tie)]

    def agreements(self, customer: str) -> list[str]:
        """The agreements, of any channel, to which the customer is live party."""
        return [tie.target for tie in self.find("PARTY_TO", customer)]

    def direct_agreements(self, customer: str) -> list[str]:
        """Section 3: "every agreement of channel `DIRECT` to which the customer is live party", with an operator's or without."""
        return [agreement for agreement in self.agreements(customer) if self.is_direct(agreement)]

    def is_direct(self, agreement: str) -> bool:
        return self.world.agreements[agreement]["channel"] == "DIRECT"

    def channel(self, subscription: str) -> str:
        """Section 3, "Its channel: …", for the customer with the live HOLDS."""
        billers = [tie.source for tie in self.find("BILLS", target=subscription)]
        holders = [tie.source for tie in self.find("HOLDS", target=subscription)]
        if any(biller not in OPERATORS for biller in billers):
            return "CSP"
        if any(biller == self.operator(holder) for biller in billers for holder in holders):
            return "DIRECT"
        if any(self.governing(holder, subscription) for holder in holders):
            return "DIRECT"
        return "UNBILLED"

    def governing(self, customer: str, subscription: str) -> list[str]:
        """By id, section 3: "an agreement of channel `DIRECT`, to which the customer is live party, has a live GOVERNS to it"."""
        return [agreement for agreement in self.direct_agreements(customer) if self.find("GOVERNS", agreement, subscription)]

    def only_governed(self, customer: str, subscription: str) -> bool:
        """Section 3: "`DIRECT` too, *governed-by-direct-agreement, if neither is live and an agreement …"."""
        billed = [
            tie for tie in self.find("BILLS", target=subscription) if tie.source not in OPERATORS or tie.source == self.operator(customer)
        ]
        return not billed and bool(self.governing(customer, subscription))

    def cloud(self, customer: str) -> str:
        return self.world.customers[customer]["cloud"] or "PUBLIC"

    def operator(self, customer: str) -> str:
        """Section 4: "Microsoft for PUBLIC, US_GOVERNMENT and GERMANY, 21Vianet for CHINA"."""
        return "operator:21vianet" if self.cloud(customer) == "CHINA" else "operator:microsoft"

    def covered(self, customer: str) -> bool:
        """The head of the page: "clouds `PUBLIC` and `US_GOVERNMENT`. A customer in any other cloud … is not covered"."""
        return self.cloud(customer) in COVERED_CLOUDS


def is_deleted(row: dict[str, str]) -> bool:
    """Whether the status says `deleted`; a status is the same in capitals."""
    return row["status"].lower() == "deleted"
