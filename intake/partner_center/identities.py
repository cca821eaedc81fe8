"""Which tenant an MPN id belongs to. It is all that is kept of a folder, and grows with the number of partners only."""

from collections.abc import Mapping, Sequence

from graph.ids import PROVISIONAL, parse_id
from policy.errors import BadInput


class Identities:
    """
    MPN ids and tenants that some answer of the folder names together; of two tenants with one MPN id the first stands.

    known: partner id -> its MPN ids, as earlier loads left them
    """

    def __init__(self, known: Mapping[str, Sequence[str]]) -> None:
        self._tenants: dict[str, str] = {}
        self._mpn_ids: dict[str, list[str]] = {}
        for partner, mpn_ids in known.items():
            for mpn_id in mpn_ids:
                if not partner.startswith(PROVISIONAL):
                    self.note(partner.partition(":")[2], mpn_id)

    def note(self, tenant: str, mpn_id: str) -> None:
        """Take note that an answer names both. Raises BadInput for a key that no partner can have."""
        node, provisional = parse_id(f"partner:{tenant}"), parse_id(f"{PROVISIONAL}{mpn_id}")
        if self._tenants.setdefault(provisional, node) == node:
            known = self._mpn_ids.setdefault(node, [])
            if mpn_id not in known:
                known.append(mpn_id)
                known.sort()

    def check(self, tenant: str, mpn_id: str) -> None:
        """Raises BadInput when another tenant has that MPN id."""
        other = self._tenants.get(f"{PROVISIONAL}{mpn_id}".lower(), tenant)
        if other != tenant:
            raise BadInput(f"MPN id `{mpn_id}` is that of `{tenant}` here and of `{other}` elsewhere; the first one stands")

    def partner(self, node: str) -> str:
        """The tenant's node where `node` is a partner known by its MPN id and some answer names both; else `node` itself."""
        return self._tenants.get(node, node)

    def mpn_ids(self, node: str) -> list[str]:
        """The MPN ids of a partner, sorted; empty where none is known."""
        return [node.removeprefix(PROVISIONAL)] if node.startswith(PROVISIONAL) else self._mpn_ids.get(node, [])
