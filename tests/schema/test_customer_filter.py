"""The filter of customers in full: every member, nested with and, or and not, at an instant, within bounds."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graph.customer_test import CustomerTest, partners_near, steps_of
from tests.oracle.book import Book, row_of
from tests.running_service import RunningService
from tests.schema.test_paging import CUSTOMERS, add, keys

Filter = dict[str, Any]
FABRIKAM: Filter = {"billedBy": "partner:fabrikam"}


def book() -> Book:
    """Alfa: billed by Fabrikam, resold by Litware until 2025; Bravo: direct, with an agreement; Charlie: unbilled; Delta: nothing."""
    ties = [
        ("HOLDS", "customer:a", "subscription:a", ""),
        ("BILLS", "partner:fabrikam", "subscription:a", ""),
        ("RESELLS", "partner:litware", "subscription:a", "2025-01-01"),
        ("RESELLER_FOR", "partner:fabrikam", "customer:a", ""),
        ("HOLDS", "customer:b", "subscription:b", ""),
        ("BILLS", "operator:microsoft", "subscription:b", ""),
        ("PARTY_TO", "customer:b", "agreement:ea", ""),
        ("HOLDS", "customer:c", "subscription:c", ""),
        ("RESELLS", "partner:litware", "subscription:c", ""),
        ("HOLDS", "customer:c", "subscription:gone", ""),
        ("BILLS", "partner:fabrikam", "subscription:gone", ""),
        ("PARTY_TO", "customer:c", "agreement:mca", "2025-01-01"),
        ("RESELLER_FOR", "partner:litware", "customer:d", ""),
        ("SUPPORTS", "partner:fabrikam", "subscription:b", ""),
    ]
    names = [
        ("a", "Alfa", "Álfa.example"),
        ("b", "Bravo", "bravo.example"),
        ("c", "Charlie", ""),
        ("d", "Delta", "DELTA.test"),
        ("e", "Echo", ""),
    ]
    subscriptions = {"a": "", "b": "", "c": "", "gone": "deleted"}
    return Book(
        customers=[row_of("customers", key=key, name=name, domain=domain, country="ES") for key, name, domain in names],
        partners=[row_of("partners", key=key, name=key) for key in ("fabrikam", "litware")],
        subscriptions=[row_of("subscriptions", key=key, offer=key, status=status) for key, status in subscriptions.items()],
        agreements=[
            row_of("agreements", key="ea", type="Enterprise Agreement", channel="DIRECT"),
            row_of("agreements", key="mca", type="Contrato de Añada", channel="CSP"),
        ],
        relationships=[
            row_of("relationships", type=type_, from_=start, to=end, valid_from="2024-01-01", valid_to=until)
            for type_, start, end, until in ties
        ],
    )


@pytest.fixture(scope="module")
async def filtered(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> RunningService:
    """The service with that book."""
    folder = tmp_path_factory.mktemp("filter")
    book().write(folder)
    assert await service.replace_with(folder) == []
    return service


@pytest.mark.parametrize(
    ("filter_", "valid_at", "found"),
    [
        ({"domain": {"eq": "ALFA.example"}}, None, "a"),
        ({"domain": {"startsWith": "delta."}}, None, "d"),
        ({"domain": {"contains": ""}}, None, "abd"),
        ({"not": {"domain": {"contains": "example"}}}, None, "cde"),
        ({"domain": {}}, None, "abcde"),
        ({"domain": {"in": []}}, None, ""),
        ({"resoldBy": "partner:litware"}, None, "c"),
        ({"resoldBy": "PARTNER:Litware"}, "2024-06-01T00:00:00Z", "ac"),
        ({"resoldBy": "operator:microsoft"}, None, ""),
        ({"billedBy": "partner:fabrikam"}, None, "a"),
        ({"holdsChannel": "CSP"}, None, "a"),
        ({"holdsChannel": "DIRECT"}, None, "b"),
        ({"holdsChannel": "UNBILLED"}, None, "c"),
        ({"holdsChannel": "UNBILLED"}, "2023-06-01T00:00:00Z", ""),
        ({"not": {"holdsChannel": "CSP"}}, None, "bcde"),
        ({"agreementType": {"eq": "enterprise agreement"}}, None, "b"),
        ({"agreementType": {"contains": "ANADA"}}, None, ""),
        ({"agreementType": {"contains": "ANADA"}}, "2024-06-01T00:00:00Z", "c"),
        ({"agreementType": {}}, None, "abcde"),
        ({"not": {"agreementType": {"contains": ""}}}, None, "acde"),
        ({"partnerCount": {"eq": 0}}, None, "be"),
        ({"partnerCount": {"gt": 0, "lte": 1}}, None, "acd"),
        ({"partnerCount": {"gte": 2}}, "2024-06-01T00:00:00Z", "a"),
        ({"partnerCount": {"lt": 0}}, None, ""),
        ({"partnerCount": {}}, None, "abcde"),
        ({"and": []}, None, "abcde"),
        ({"or": []}, None, ""),
        ({"not": {}}, None, ""),
        ({"not": {"or": []}}, None, "abcde"),
        ({"or": [{}]}, None, "abcde"),
        ({"or": [FABRIKAM, {"resoldBy": "partner:litware"}]}, None, "ac"),
        ({"or": [FABRIKAM, {"billedBy": "operator:microsoft"}]}, None, "ab"),
        ({"or": [FABRIKAM, {"name": {"eq": "echo"}}]}, None, "ae"),
        ({"and": [FABRIKAM, {"name": {"eq": "echo"}}]}, None, ""),
        ({"not": FABRIKAM}, None, "bcde"),
        ({"not": {"not": FABRIKAM}}, None, "a"),
        ({"or": [{"holdsChannel": "DIRECT", "name": {"eq": "bravo"}}, {"holdsChannel": "CSP", "name": {"eq": "bravo"}}]}, None, "b"),
        ({"or": [{"not": FABRIKAM, "holdsChannel": "CSP"}, {"and": [{"not": {"domain": {"contains": ""}}}, {"or": [{}]}]}]}, None, "ce"),
        ({"cloud": "PUBLIC", "or": [FABRIKAM, {"partnerCount": {"eq": 0}}], "not": {"name": {"startsWith": "b"}}}, None, "ae"),
    ],
)  # fmt: skip
async def test_a_filter_takes_whoever_passes_it(filtered: RunningService, filter_: Filter, valid_at: str | None, found: str) -> None:
    page = (await filtered.query(CUSTOMERS, filter=filter_, asOf={"validAt": valid_at}))["page"]

    assert "".join(keys(page)) == found
    assert page["totalCount"] == len(found)


async def test_a_partners_customers_are_paged_both_ways_and_searched(filtered: RunningService) -> None:
    either = {"or": [FABRIKAM, {"resoldBy": "partner:litware"}]}
    pages = """query ($filter: CustomerFilter) {
      first: customers(filter: $filter, first: 1) { pageInfo { hasNextPage endCursor } edges { node { id } } }
      last: customers(filter: $filter, last: 1) { pageInfo { hasPreviousPage } edges { node { id } } }
      searched: customers(filter: $filter, search: "charlie") { edges { node { id } } }
    }"""
    data = await filtered.query(pages, filter=either)

    assert (keys(data["first"]), data["first"]["pageInfo"]["hasNextPage"]) == (["a"], True)
    assert (keys(data["last"]), data["last"]["pageInfo"]["hasPreviousPage"]) == (["c"], True)
    assert keys(data["searched"]) == ["c"]


@pytest.mark.parametrize(
    ("filter_", "message"),
    [
        ({"or": [{"name": {"eq": str(number)}} for number in range(300)]}, "the filter comes to 301 tests; give 200 at most"),
        ({"not": {"resoldBy": "customer:a"}}, "`customer:a` is the id of a customer; here the kind is partner or operator"),
        ({"and": [{"billedBy": "fabrikam"}]}, "`fabrikam` is no id"),
    ],
)
async def test_a_filter_that_is_too_large_or_names_no_communicator_says_so(filtered: RunningService, filter_: Filter, message: str) -> None:
    body = await filtered.execute(CUSTOMERS, filter=filter_)

    [error] = body["errors"]
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert message in error["message"]


async def test_a_filter_looks_at_domains_and_agreements_as_they_were_known(service: RunningService, tmp_path: Path) -> None:
    first = book()
    first.write(tmp_path / "first")
    await service.replace_with(tmp_path / "first")
    then = datetime.now(UTC).isoformat()
    later = Book(
        customers=[row_of("customers", key="b", name="Bravo", domain="new.example")],
        agreements=[row_of("agreements", key="ea", type="MPSA", channel="DIRECT")],
    )
    await add(service, tmp_path / "second", later)

    async def found(known_at: str | None, **filter_: object) -> list[str]:
        return keys((await service.query(CUSTOMERS, filter=filter_, asOf={"knownAt": known_at}))["page"])

    assert [await found(at, domain={"eq": "new.example"}) for at in (then, None)] == [[], ["b"]]
    assert [await found(at, domain={"eq": "bravo.example"}) for at in (then, None)] == [["b"], []]
    assert [await found(at, agreementType={"eq": "mpsa"}) for at in (then, None)] == [[], ["b"]]
    assert [await found(at, agreementType={"startsWith": "enterprise"}) for at in (then, None)] == [["b"], []]


P, Q, M = CustomerTest(billed_by="partner:p"), CustomerTest(resold_by="partner:q"), CustomerTest(billed_by="operator:microsoft")


@pytest.mark.parametrize(
    ("test", "partners"),
    [
        (CustomerTest(), None),
        (P, ["partner:p"]),
        (M, None),
        (CustomerTest(not_=P), None),
        (CustomerTest(all_of=[CustomerTest(all_of=[M, Q])]), ["partner:q"]),
        (CustomerTest(any_of=[P, Q]), ["partner:p", "partner:q"]),
        (CustomerTest(any_of=[P, M]), None),
        (CustomerTest(any_of=[P, CustomerTest()]), None),
        (CustomerTest(any_of=[]), []),
        (CustomerTest(all_of=[P], tied_to="partner:r"), ["partner:r"]),
    ],
)
def test_customers_of_a_partner_are_looked_for_from_the_partner(test: CustomerTest, partners: list[str] | None) -> None:
    """And not among all customers, wherever the filter lets nobody else through."""
    assert partners_near(test, steps_of(test)) == partners
