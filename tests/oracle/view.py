"""What is live at one instant: policy.md sections 1 to 3."""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from tests.oracle.acceptance import FOREVER, OPERATORS, Tie, World
from tests.oracle.table import COVERED_CLOUDS


class NotFound(LookupError):  # noqa: N818  # the contract's own word for it
    """A customer, communicator or scope that is unknown, or not held at the instant asked about."""


def folded(name: str) -> str:
    """The name without case and accents."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


@dataclass(frozen=True, eq=False)  # one view is one view, so that what it gave can be remembered under it
class View:
    """A world as it is seen at one (validAt, knownAt), its nodes too; known_at None reads everything that is not superseded."""

    world: World
    valid_at: datetime
    known_at: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "world", self.world.as_known_at(self.known_at))

    def known(self, tie: Tie) -> bool:
        if self.known_at is None:
            return tie.superseded_at is None
        return tie.recorded_at <= self.known_at < (tie.superseded_at or FOREVER)

    def live(self, tie: Tie) -> bool:
        return self.known(tie) and tie.valid_from <= self.valid_at < (tie.valid_to or FOREVER)

    def find(self, type_of_tie: str, source: str | None = None, target: str | None = None) -> list[Tie]:
        """The live ties of that type between those ends, by source, target and kind."""
        return [tie for tie in self.living[type_of_tie] if source in (None, tie.source) and target in (None, tie.target)]

    @cached_property
    def living(self) -> dict[str, list[Tie]]:
        """The live ties by their type, each by source, target and kind."""
        found = defaultdict(list)
        for tie in sorted(self.world.ties, key=lambda tie: (tie.source, tie.target, tie.kind)):
            if self.live(tie):
                found[tie.type].append(tie)
        return found

    def knows_nodes(self) -> bool:
        known_from = self.world.nodes_known_from
        return self.known_at is None or known_from is None or known_from <= self.known_at

    def customers(self) -> list[str]:
        """All customers that are known, by name, then id."""
        return self.by_name(list(self.world.customers)) if self.knows_nodes() else []

    def by_name(self, nodes: list[str]) -> list[str]:
        return sorted(nodes, key=lambda node: (folded(self.world.name(node)), node))

    def scopes(self, customer: str) -> list[str]:
        if customer not in self.customers():
            raise NotFound(customer)
        return self.subscriptions(customer) + self.direct_agreements(customer) or [customer]

    def subscriptions(self, customer: str) -> list[str]:
        return [tie.target for tie in self.find("HOLDS", customer) if not self.deleted(tie.target)]

    def deleted(self, subscription: str) -> bool:
        return self.world.subscriptions[subscription]["status"] == "deleted"

    def agreements(self, customer: str) -> list[str]:
        return [tie.target for tie in self.find("PARTY_TO", customer)]

    def direct_agreements(self, customer: str) -> list[str]:
        return [agreement for agreement in self.agreements(customer) if self.world.agreements[agreement]["channel"] == "DIRECT"]

    def channel(self, subscription: str) -> str:
        billers = [tie.source for tie in self.find("BILLS", target=subscription)]
        if not billers:
            return "UNBILLED"
        return "DIRECT" if billers[0] in OPERATORS else "CSP"

    def cloud(self, customer: str) -> str:
        return self.world.customers[customer]["cloud"] or "PUBLIC"

    def operator(self, customer: str) -> str:
        """The one operator that counts for the customer: that of its cloud."""
        return "operator:21vianet" if self.cloud(customer) == "CHINA" else "operator:microsoft"

    def covered(self, customer: str) -> bool:
        return self.cloud(customer) in COVERED_CLOUDS
