"""Who has to send a notice: the groups of a filter's customers, and those for whom nobody is expected."""

from typing import Any

from tests.oracle.documents import CONTACTS, PERMISSION, aliased, answer_of, comparable, ids
from tests.oracle.lists import Filter, customers_passing
from tests.oracle.oracle import answer, everyone
from tests.oracle.questions import Inquiry
from tests.oracle.reverse import nested
from tests.oracle.table import CATEGORIES
from tests.oracle.view import View

OUTREACH = """total groups { communicator { id } customerCount customers(first: 1000) { ...Contacts } }
  uncovered(first: 1000) { totalCount pageInfo { hasNextPage } edges { cursor node { id } reason } }"""
DECLARED = "$asOf: AsOf, $filter: CustomerFilter, $size: Int, $after: String"
FRAGMENTS = f"{CONTACTS} {PERMISSION}"


def is_expected(view: View, who: str, customer: str, category: str) -> bool:
    return any(each.verdict == "EXPECTED" for each in answer(view, who, customer, category).rulings)


def outreach(view: View, category: str, test: Filter) -> tuple[dict[str, list[str]], list[str]]:
    """Communicator -> its customers, by name, and the customers who have none."""
    customers = customers_passing(view, test)
    groups = {who: [customer for customer in customers if is_expected(view, who, customer, category)] for who in everyone(view)}
    covered = {customer for group in groups.values() for customer in group}
    return {who: group for who, group in groups.items() if group}, [each for each in customers if each not in covered]


def reason(view: View, customer: str) -> str:
    """Words that have to be in it."""
    if not view.covered(customer):
        return "not covered"
    if view.scopes(customer) == [customer] and not view.find("RESELLER_FOR", target=customer):
        return "no subscription, no direct agreement and no reseller relationship"
    return ""  # that somebody is on record and nobody expected has many reasons


async def compare_outreach(inquiry: Inquiry) -> None:
    """All categories about everyone, then one about the customers of some filter, narrowed to each communicator, and page by page."""
    whole = [(each, f'outreach(topic: "{inquiry.topics[each]}", asOf: $asOf) {{ {OUTREACH} }}') for each in CATEGORIES]
    data = await inquiry.service.query(aliased(whole, declared="$asOf: AsOf", fragments=FRAGMENTS), asOf=inquiry.as_of)
    for category in CATEGORIES:
        compare_whole(inquiry, category, {}, data[category])
    some: Filter = next((each for each in nested(inquiry) if customers_passing(inquiry.view, each)), {})
    category = CATEGORIES[len(inquiry.world.ties) % len(CATEGORIES)]
    asked = f'outreach(topic: "{inquiry.topics[category]}", filter: $filter, asOf: $asOf'
    parts = [("o", f"{asked}) {{ {OUTREACH} }}")]
    parts += [
        (f"o{place}", f'{asked}, communicator: "{who}") {{ groups {{ communicator {{ id }} customerCount }} }}')
        for place, who in enumerate(everyone(inquiry.view) if inquiry.view.knows_nodes() else ())
    ]
    document = aliased(parts, declared="$asOf: AsOf, $filter: CustomerFilter", fragments=FRAGMENTS)
    data = await inquiry.service.query(document, asOf=inquiry.as_of, filter=some)
    compare_whole(inquiry, category, some, data["o"])
    groups, _ = outreach(inquiry.view, category, some)
    for place, who in enumerate(everyone(inquiry.view) if inquiry.view.knows_nodes() else ()):
        expected = [{"communicator": {"id": who}, "customerCount": len(groups[who])}] if who in groups else []
        inquiry.findings.same(f"outreach about {category} by {who} in {some}", expected, data[f"o{place}"]["groups"])
    await compare_pages(inquiry, category, asked, some)


def compare_whole(inquiry: Inquiry, category: str, test: Filter, given: dict[str, Any]) -> None:
    view, told = inquiry.view, f"outreach about {category} in {test}"
    groups, uncovered = outreach(view, category, test)
    inquiry.findings.same(f"{told}: total", len(customers_passing(view, test)), given["total"])
    inquiry.findings.same(f"{told}: its groups", list(groups), [each["communicator"]["id"] for each in given["groups"]])
    for group in given["groups"]:
        who, edges = group["communicator"]["id"], group["customers"]["edges"]
        expected = groups.get(who, [])
        inquiry.findings.same(f"{told}: customers of {who}", expected, ids(edge["node"] for edge in edges))
        counted = (group["customerCount"], group["customers"]["totalCount"])
        inquiry.findings.same(f"{told}: how many customers {who} has", (len(expected), len(expected)), counted)
        for edge in edges:
            wanted = comparable(answer(view, who, edge["node"]["id"], category))
            inquiry.findings.same(f"{told}: {who} to {edge['node']['id']}", wanted, answer_of(edge["permission"]))
    found = given["uncovered"]
    inquiry.findings.same(f"{told}: uncovered", uncovered, ids(edge["node"] for edge in found["edges"]))
    inquiry.findings.same(f"{told}: how many are uncovered", len(uncovered), found["totalCount"])
    for edge in found["edges"]:
        words = reason(view, edge["node"]["id"])
        inquiry.findings.holds(f"{told}: why {edge['node']['id']} is uncovered, {words}", truth=words in edge["reason"], got=edge["reason"])


async def compare_pages(inquiry: Inquiry, category: str, asked: str, test: Filter) -> None:
    """The first group and the uncovered, page by page."""
    groups, uncovered = outreach(inquiry.view, category, test)
    who = next(iter(groups), None)
    lists = {"uncovered": uncovered} | ({"customers": groups[who]} if who else {})
    for name, expected in lists.items():
        page = f"{name}(first: $size, after: $after) {{ pageInfo {{ hasNextPage endCursor }} edges {{ node {{ id }} }} }}"
        part = f"{asked}) {{ {page} }}" if name == "uncovered" else f'{asked}, communicator: "{who}") {{ groups {{ {page} }} }}'
        found: list[str] = []
        after, more = None, True
        while more and len(found) <= len(expected):
            document = aliased([("o", part)], declared=DECLARED)
            data = await inquiry.service.query(document, asOf=inquiry.as_of, filter=test, size=inquiry.page_size, after=after)
            connection = data["o"][name] if name == "uncovered" else data["o"]["groups"][0][name]
            found += ids(edge["node"] for edge in connection["edges"])
            after, more = connection["pageInfo"]["endCursor"], connection["pageInfo"]["hasNextPage"]
        inquiry.findings.same(f"outreach about {category} in {test}: {name} by {inquiry.page_size}", expected, found)
