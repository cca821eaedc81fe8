"""Which tenant an MPN id belongs to. It is all that is kept of a folder, and grows with the number of partners only."""

from collections.abc import Mapping, Sequence

from graph.ids import PROVISIONAL, new_id
from policy.errors import BadInput
from policy.values.key import is_mpn_id
from policy.values.key import mpn_id as expect_mpn_id


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
                    self._note(partner, _as_stored(mpn_id))

    def note(self, tenant: str, mpn_id: str) -> None:
        """Take note that an answer names both. Raises BadInput for a key that no partner can have."""
        self._note(new_id("partner", tenant), expect_mpn_id(mpn_id))

    def _note(self, node: str, mpn_id: str) -> None:
        if self._tenants.setdefault(f"{PROVISIONAL}{mpn_id}", node) == node:
            known = self._mpn_ids.setdefault(node, [])
            if mpn_id not in known:
                known.append(mpn_id)
                known.sort()

    def check(self, tenant: str, mpn_id: str) -> None:
        """Raises BadInput for what is no MPN id, and when another tenant has it."""
        other = self._tenants.get(f"partner:{provisional_key(mpn_id)}", tenant)
        if other != tenant:
            raise BadInput(f"MPN id `{mpn_id}` is that of `{tenant}` here and of `{other}` elsewhere; the first one stands")

    def partner(self, node: str) -> str:
        """The tenant's node where `node` is a partner known by its MPN id and some answer names both; else `node` itself."""
        return self._tenants.get(node, node)

    def mpn_ids(self, node: str) -> list[str]:
        """The MPN ids of a partner, sorted; empty where none is known."""
        if not node.startswith(PROVISIONAL):
            return self._mpn_ids.get(node, [])
        mpn_id = node.removeprefix(PROVISIONAL)
        return [mpn_id] if is_mpn_id(mpn_id) else []


def provisional_key(mpn_id: str) -> str:
    """The key of a partner of which nothing is known but an MPN id. Raises BadInput for what is none."""
    return f"mpn-{expect_mpn_id(mpn_id)}"


def _as_stored(mpn_id: str) -> str:
    """An MPN id of the graph: an older store may hold what would not be taken any more, which stays as it is."""
    return expect_mpn_id(mpn_id) if is_mpn_id(mpn_id) else mpn_id
