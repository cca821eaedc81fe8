"""A cursor is a place in one list: every other one refuses it."""

from itertools import permutations
from typing import Any

import pytest

from tests.oracle.book import Book, row_of
from tests.running_service import RunningService

FABRIKAM, ADATUM = (f'partner(id: "partner:{key}")' for key in ("fabrikam", "adatum"))
WHO = 'communicator: "partner:fabrikam"'
RENEWAL, INVOICE = 'topic: "renewal"', 'topic: "invoice"'
OF_PAGE = "pageInfo { endCursor } edges { cursor }"
LISTS = {
    "customers": f"page: customers(first: 1%s) {{ {OF_PAGE} }}",
    "customers of a filter": f'page: customers(first: 1%s, filter: {{name: {{contains: "c"}}}}) {{ {OF_PAGE} }}',
    "customers of a search": f'page: customers(first: 1%s, search: "contoso") {{ {OF_PAGE} }}',
    "partners": f"page: partners(first: 1%s) {{ {OF_PAGE} }}",
    "communications": f"page: communications(first: 1%s) {{ {OF_PAGE} }}",
    "communications of a filter": f'page: communications(first: 1%s, filter: {{customer: "customer:contoso"}}) {{ {OF_PAGE} }}',
    "findings": f"page: findings(first: 1%s) {{ {OF_PAGE} }}",
    "findings of a kind": f"page: findings(first: 1%s, kinds: [UNBILLED_SUBSCRIPTION]) {{ {OF_PAGE} }}",
    "contactable of a partner": f"of: {FABRIKAM} {{ page: contactable({RENEWAL}, first: 1%s) {{ {OF_PAGE} }} }}",
    "contactable about another topic": f"of: {FABRIKAM} {{ page: contactable({INVOICE}, first: 1%s) {{ {OF_PAGE} }} }}",
    "contactable of another": f"of: {ADATUM} {{ page: contactable({RENEWAL}, first: 1%s) {{ {OF_PAGE} }} }}",
    "customers of an outreach": f"of: outreach({RENEWAL}, {WHO}) {{ of: groups {{ page: customers(first: 1%s) {{ {OF_PAGE} }} }} }}",
    "uncovered of an outreach": f"of: outreach({RENEWAL}) {{ page: uncovered(first: 1%s) {{ {OF_PAGE} }} }}",
    "uncovered about another topic": f"of: outreach({INVOICE}) {{ page: uncovered(first: 1%s) {{ {OF_PAGE} }} }}",
}
RECORD = """mutation { recordCommunications(idempotencyKey: "cursors", entries: [{communicator: "partner:fabrikam",
  customer: "customer:contoso", topic: "renewal", at: "2026-01-01T00:00:00Z", reference: "1"}]) { recorded } }"""


@pytest.fixture(scope="module")
async def cursors(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A cursor of each list."""
    folder = tmp_path_factory.mktemp("cursors")
    ties = [("HOLDS", "customer:contoso", "s1"), ("BILLS", "partner:fabrikam", "s1"), ("HOLDS", "customer:cohowinery", "s2")]
    ties += [("HOLDS", "customer:contoso", "s3"), ("BILLS", "partner:adatum", "s3")]
    Book(
        customers=[row_of("customers", key=key, name=key.title()) for key in ("contoso", "cohowinery", "northwind")],
        partners=[row_of("partners", key=key, name=key.title()) for key in ("fabrikam", "adatum")],
        subscriptions=[row_of("subscriptions", key=key, offer="Visio") for key in ("s1", "s2", "s3")],
        relationships=[
            row_of("relationships", type=type_, from_=start, to=f"subscription:{end}", valid_from="2024-01-01")
            for type_, start, end in ties
        ],
    ).write(folder)
    assert await service.replace_with(folder) == []
    await service.query(RECORD)
    return {name: (await page_of(service, name, ""))["edges"][0]["cursor"] for name in LISTS}


async def page_of(service: RunningService, list_: str, after: str) -> dict[str, Any]:
    """A page of a list; of several, the first."""
    found: Any = await service.query("{ " + LISTS[list_] % after + " }")
    while "page" not in found:
        found = found["of"][0] if isinstance(found["of"], list) else found["of"]
    page: dict[str, Any] = found["page"]
    return page


@pytest.mark.parametrize("list_", LISTS)
async def test_a_list_goes_on_from_its_own_cursor(service: RunningService, cursors: dict[str, str], list_: str) -> None:
    page = await page_of(service, list_, f', after: "{cursors[list_]}"')

    assert cursors[list_] not in [edge["cursor"] for edge in page["edges"]]


@pytest.mark.parametrize(("list_", "other"), list(permutations(LISTS, 2)))
async def test_a_list_refuses_the_cursor_of_another(service: RunningService, cursors: dict[str, str], list_: str, other: str) -> None:
    """Another filter, topic or communicator makes another list."""
    body = await service.execute("{ " + LISTS[list_] % f', after: "{cursors[other]}"' + " }")

    errors = {(error["extensions"]["code"], error["message"].partition(";")[0]) for error in body["errors"]}
    assert errors == {("BAD_INPUT", "`after` is no cursor of this list")}


@pytest.mark.parametrize("before", ["", "nonsense", "YWZ0ZXIgYQ==", "\u00e9", "Cg"])
async def test_what_is_no_cursor_is_refused(service: RunningService, before: str) -> None:
    body = await service.execute("query ($before: String) { customers(last: 1, before: $before) { totalCount } }", before=before)

    assert [error["extensions"]["code"] for error in body["errors"]] == ["BAD_INPUT"]
