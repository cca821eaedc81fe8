"""In which lists a node stands, and by which words it is found."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from graph.ids import key_of, kind_of
from graph.index.rows import CustomerRow, PartnerRow
from policy.collation.order import sort_key
from policy.collation.search import search_words
from policy.facts import History, Property, Version
from policy.live import version_at
from policy.seen import seen_until
from policy.situation import OPERATOR_OF
from policy.terms import Cloud, RelationshipType

TIES: Final = frozenset(
    {
        RelationshipType.BILLS,
        RelationshipType.RESELLS,
        RelationshipType.SUPPORTS,
        RelationshipType.RESELLER_FOR,
        RelationshipType.ADMINISTERS,
    }
)
EVER: Final = 2**63 - 1


class Listing(NamedTuple):
    """
    Where a node stands.

    sort:  its place in the order of today's names
    words: of all names, domains and MPN ids that it ever had, and of its key
    ties:  partners and operators that ever had a tie to the customer
    seen:  partner -> the customer's place by the name that this partner saw last
    """

    sort: str
    words: frozenset[str]
    ties: frozenset[str]
    seen: Mapping[str, str]


def sort_key_of(node: str, version: Version) -> str:
    """The place of a node in the order of names."""
    return sort_key(str(version.properties.get("name") or key_of(node)), node)


def words_of(node: str, properties: Mapping[str, Property]) -> str:
    """The words by which a node is found, as `policy.collation.search` has them: of its name, domain, key and MPN ids."""
    mpn_ids = properties.get("mpnIds")
    texts = [str(properties.get("name") or ""), str(properties.get("domain") or ""), key_of(node)]
    return search_words(*texts, *(map(str, mpn_ids) if isinstance(mpn_ids, list) else ()))


def listing_of_customer(customer: str, row: CustomerRow) -> Listing:
    """Where a customer stands."""
    versions = row.nodes[customer]
    until = History(customer, row.relationships, {})
    partners = {record.start for record in row.relationships if record.type in TIES}
    seen = {
        partner: sort_key_of(customer, version_at(versions, last) or versions[-1])
        for partner in partners
        if (last := seen_until(until, EVER, partner).get(customer)) is not None
    }
    operators = {OPERATOR_OF[Cloud(str(version.properties["cloud"]))] for version in versions}
    return Listing(sort_key_of(customer, versions[0]), _words(customer, versions), frozenset(partners | operators), seen)


def listing_of_partner(partner: str, row: PartnerRow) -> Listing | None:
    """Where a partner stands; an operator stands in no list."""
    if kind_of(partner) != "partner":
        return None
    return Listing(sort_key_of(partner, row.versions[0]), _words(partner, row.versions), frozenset(), {})


def _words(node: str, versions: tuple[Version, ...]) -> frozenset[str]:
    return frozenset(word for version in versions for word in words_of(node, version.properties).split())
