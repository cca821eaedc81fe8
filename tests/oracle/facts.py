"""What the graph says around a customer and a partner: the matrix, channels, billers, resellers, partners, ownership and roles."""

from typing import Any

from tests.oracle.acceptance import OPERATORS
from tests.oracle.documents import FACTS, PARTNERS, ids, step_of
from tests.oracle.lists import ownership, partners_of, roles
from tests.oracle.oracle import candidates, matrix
from tests.oracle.questions import Inquiry
from tests.oracle.table import CATEGORY_OF


async def compare_facts(inquiry: Inquiry) -> None:
    """The fields of each customer, of its subscriptions, and of each partner; only when their nodes are known."""
    if not inquiry.view.knows_nodes():
        return
    customers = list(inquiry.world.customers)
    data = await inquiry.service.query(FACTS, customers=customers, asOf=inquiry.as_of)
    topics = {topic["code"]: topic["category"] for topic in data["topics"]}
    inquiry.findings.same("topics", CATEGORY_OF, topics)
    for customer, node in zip(customers, data["nodes"], strict=True):
        compare_customer(inquiry, customer, node)
        compare_matrix(inquiry, customer, node["permissionMatrix"], list(topics))
    await compare_partners(inquiry)


def compare_customer(inquiry: Inquiry, customer: str, node: dict[str, Any]) -> None:
    view, same = inquiry.view, inquiry.findings.same
    same(
        f"{customer}: id, name, cloud",
        (customer, view.world.name(customer), view.cloud(customer)),
        (node["id"], node["name"], node["cloud"]),
    )
    same(f"{customer}: subscriptions", view.subscriptions(customer), ids(node["subscriptions"]))
    same(f"{customer}: agreements", view.agreements(customer), ids(node["agreements"]))
    same(f"{customer}: partners", partners_of(view, customer), ids(node["partners"]))
    for found in node["subscriptions"]:
        subscription = found["id"]
        billers = [tie.source for tie in view.find("BILLS", target=subscription)]
        resellers = view.by_name([tie.source for tie in view.find("RESELLS", target=subscription)])
        same(f"{subscription}: channel", view.channel(subscription), found["channel"])
        same(f"{subscription}: billedBy", billers, [found["billedBy"]["id"]] if found["billedBy"] else [])
        same(f"{subscription}: resellers", resellers, ids(found["resellers"]))
        same(f"{subscription}: customer", customer, (found["customer"] or {}).get("id"))
    surely, at_most = ownership(view, customer)
    owned = [step_of(edge) for edge in node["ownership"]]
    same(f"{customer}: ownership, what is missing", set(), surely - set(owned))
    same(f"{customer}: ownership, what is too much", set(), set(owned) - at_most)
    same(f"{customer}: ownership, each edge once", len(set(owned)), len(owned))


def compare_matrix(inquiry: Inquiry, customer: str, found: dict[str, Any], topics: list[str]) -> None:
    """Every topic has the verdicts of its category, for the candidates in their order."""
    expected = matrix(inquiry.view, customer)
    rows = [topic["code"] for topic in found["topics"]]
    columns = ids(found["communicators"])
    inquiry.findings.same(f"permissionMatrix of {customer}: topics in the order of topics", topics, rows)
    inquiry.findings.same(f"permissionMatrix of {customer}: candidates", candidates(inquiry.view, customer), columns)
    for row, verdicts in zip(rows, found["verdicts"], strict=True):
        wanted = {who: expected.get((CATEGORY_OF[row], who)) for who in columns}
        inquiry.findings.same(f"permissionMatrix of {customer}: {row}", wanted, dict(zip(columns, verdicts, strict=True)))


async def compare_partners(inquiry: Inquiry) -> None:
    """`partners` by name, and of each its roles, providers and resellers."""
    view, same = inquiry.view, inquiry.findings.same
    found = (await inquiry.service.query(PARTNERS, asOf=inquiry.as_of))["partners"]
    nodes = [edge["node"] for edge in found["edges"]]
    everyone = view.by_name(list(inquiry.world.partners))
    same("partners", everyone, ids(nodes))
    same("partners: totalCount", len(everyone), found["totalCount"])
    for node in nodes:
        partner = node["id"]
        if partner in OPERATORS or partner not in inquiry.world.partners:
            continue
        same(f"{partner}: name", view.world.name(partner), node["name"])
        same(f"{partner}: mpnIds", sorted(inquiry.world.partners[partner]["mpn_ids"].split()), sorted(node["mpnIds"]))
        same(f"{partner}: roles", sorted(roles(view, partner)), sorted(node["roles"]))
        providers = view.by_name([tie.source for tie in view.find("PROVIDES_FOR", target=partner)])
        same(f"{partner}: providers", providers, ids(node["providers"]))
        resellers = view.by_name([tie.target for tie in view.find("PROVIDES_FOR", partner)])
        same(f"{partner}: resellers", resellers, ids(node["resellers"]))
