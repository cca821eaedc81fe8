"""What all answers say together, before it becomes rows: files name the same things in any order, with more or less detail."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from graph.ids import parse_id
from graph.rows import Located, NodeRow, RelationshipRow
from intake.partner_center.dates import UNTOLD, Since
from policy.errors import BadInput
from policy.facts import Property
from policy.terms import RelationshipType

ORDER = ("partner", "customer", "subscription", "agreement")


class Tie(NamedTuple):
    """A relationship that some answer tells of, and where."""

    since: Since
    file: str


class Gathering:
    """
    The nodes and relationships that the answers tell of, each once.

    Where answers differ, the better source of a date wins, and of two that are as good the earlier date.
    It grows with the number of nodes and relationships, not with that of the files.

    billed_by: id of the partner whose token fetched the answers
    """

    def __init__(self, billed_by: str) -> None:
        self.billed_by = billed_by
        self._nodes: dict[str, dict[str, Property]] = {billed_by: {}}
        self._files: dict[str, str] = {}
        self._ties: dict[tuple[RelationshipType, str, str], Tie] = {}
        self._tenants: dict[str, str] = {}
        self._mpn_ids: dict[str, set[str]] = {}

    def node(self, node: str, file: str, properties: Mapping[str, Property], *, in_passing: bool = False) -> str:
        """
        Take note of a node; its id.

        properties: empty texts count as not given
        in_passing: another answer knows better, whichever is read first
        """
        known = self._nodes.setdefault(node, {})
        self._files.setdefault(node, file)
        for name, value in properties.items():
            if value not in ("", None) and not (in_passing and name in known):
                known[name] = value
        return node

    def tie(self, type_: RelationshipType, start: str, end: str, file: str, since: Since = UNTOLD) -> None:
        """Take note of a relationship between two nodes that were noted."""
        key = (type_, start, end)
        known = self._ties.get(key)
        if known is None or _sooner(since, known.since):
            self._ties[key] = Tie(since, file)

    def reseller(self, mpn_id: str, file: str) -> str:
        """The partner with that MPN id, for as long as no answer names its tenant."""
        partner = self.node(node_id("partner", f"mpn-{mpn_id}"), file, {})
        self._mpn_ids.setdefault(partner, set()).add(mpn_id)
        return partner

    def same_partner(self, tenant: str, mpn_id: str) -> None:
        """Take note that a tenant has that MPN id. Raises BadInput when another tenant has it."""
        provisional = node_id("partner", f"mpn-{mpn_id}")
        if (other := self._tenants.setdefault(provisional, tenant)) != tenant:
            raise BadInput(f"MPN id `{mpn_id}` is that of `{tenant}` here and of `{other}` elsewhere; the first one stands")
        self._mpn_ids.setdefault(tenant, set()).add(mpn_id)

    def rows(self) -> Iterator[Located]:
        """Everything, nodes before the relationships between them, in an order that does not depend on that of the files."""
        for kind in ORDER:
            for node in sorted(each for each in self._nodes if each.startswith(f"{kind}:") and each not in self._tenants):
                properties = dict(self._nodes[node])
                if node in self._mpn_ids:
                    properties["mpnIds"] = sorted(self._mpn_ids[node])
                yield Located(NodeRow(node, properties), self._files.get(node, ""), 1, node)
        merged: dict[tuple[RelationshipType, str, str], Tie] = {}
        for (type_, start, end), tie in self._ties.items():
            key = (type_, self._tenants.get(start, start), self._tenants.get(end, end))
            if key not in merged or _sooner(tie.since, merged[key].since):
                merged[key] = tie
        for (type_, start, end), tie in sorted(merged.items()):
            source = f"partner-center:{tie.file}"
            row = RelationshipRow(type_, start, end, None, tie.since.instant, None, None, None, source)
            yield Located(row, tie.file, 1, f"{start} {type_} {end}")


def node_id(kind: str, key: str) -> str:
    """The id of a node that an answer names. Raises BadInput for a key that no node can have."""
    return parse_id(f"{kind}:{key}")


def _sooner(one: Since, other: Since) -> bool:
    return (one.rank, one.instant or 0) < (other.rank, other.instant or 0)
