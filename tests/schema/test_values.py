"""What a change may hold, over HTTP: `simulate` refuses what `apply` refuses, in the same words, and what is taken has one form."""

from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest

from tests.oracle.book import Book, row_of
from tests.running_service import RunningService

APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { applied } }"
SIMULATE = "query ($changes: [Change!]!) { simulate(changes: $changes) { before after } }"
SINCE = "2024-01-01T00:00:00Z"
LAST_DAY = "9999-12-31T00:00:00Z"
BILLED = {"type": "BILLS", "from": "partner:fabrikam", "to": "subscription:office"}
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"putCustomer": {"key": "long", "name": "n" * 8_200}}, "name has 8200 characters; give 1 to 1000"),
    ({"putCustomer": {"key": "empty", "name": ""}}, "name has 0 characters; give 1 to 1000"),
    ({"putCustomer": {"key": "control", "name": "Contoso\u0001x"}}, "name `Contoso\\x01x` holds a control character; leave it out"),
    (
        {"putCustomer": {"key": "turned", "name": "Contoso\u202e"}},
        "name `Contoso\\u202e` holds a bidirectional override, which turns round what follows; leave it out",
    ),
    (
        {"putCustomer": {"key": "operator:microsoft"}},
        "`operator:microsoft` is an operator, which always exists, and no key of a customer; leave it out, or give the key alone",
    ),
    ({"putCustomer": {"key": "spain", "country": "Spain"}}, "`Spain` is no country; give the two letters of ISO 3166-1, `ES`"),
    (
        {"putCustomer": {"key": "domain", "domain": "con toso"}},
        "`con toso` is no domain; give labels of letters, digits and hyphens between dots, like contoso.example",
    ),
    (
        {"putSubscription": {"key": "s", "status": "past due"}},
        "`past due` is no status; a status is 1 to 50 letters a to z, digits, `_` and `-`, like active",
    ),
    (
        {"putPartner": {"key": "p", "mpnIds": ["a b", "c"]}},
        "`a b` is no MPN id; an MPN id is 1 to 20 digits, or 1 to 50 letters a to z, digits and hyphens",
    ),
    ({"start": BILLED | {"validFrom": SINCE, "source": "s" * 1_001}}, "source has 1001 characters; give 0 to 1000"),
    (
        {"transferBilling": {"subscriptions": ["subscription:office"], "to": "partner:northwind", "completedAt": LAST_DAY}},
        f"a transfer completed at `{LAST_DAY}` takes effect outside the years 1 to 9999 in UTC",
    ),
]


@pytest.fixture
async def store(service: RunningService, tmp_path: Path) -> RunningService:
    """A customer that a partner bills."""
    book = Book(
        customers=[row_of("customers", key="contoso", name="Contoso")],
        partners=[row_of("partners", key="fabrikam"), row_of("partners", key="northwind")],
        subscriptions=[row_of("subscriptions", key="office")],
        relationships=[
            row_of("relationships", type="HOLDS", from_="customer:contoso", to="subscription:office", valid_from=SINCE),
            row_of("relationships", type="BILLS", from_="partner:fabrikam", to="subscription:office", valid_from=SINCE),
        ],
    )
    book.write(tmp_path / "book")
    await service.replace_with(tmp_path / "book")
    return service


async def faults(store: RunningService, document: str, **variables: object) -> list[tuple[int, str, str]]:
    body = await store.execute(document, **variables)
    return [(error["extensions"]["index"], error["extensions"]["code"], error["message"]) for error in body["errors"]]


async def test_what_cannot_be_kept_is_bad_input_to_apply_and_to_simulate(store: RunningService) -> None:
    changes = [change for change, _ in WRONG]

    by_apply = await faults(store, APPLY, changes=changes, key=uuid4().hex)
    by_simulate = await faults(store, SIMULATE, changes=changes)

    assert by_apply == [(index, "BAD_INPUT", reason) for index, (_, reason) in enumerate(WRONG)]
    assert by_simulate == by_apply


async def test_values_are_stored_in_one_form(store: RunningService) -> None:
    """As a filter finds them, and an export writes them."""
    changes = [
        {"putCustomer": {"key": "Contoso", "name": "Conto\u0301so", "country": "es", "domain": "Contoso.EXAMPLE"}},
        {"putSubscription": {"key": "office", "status": "DELETED"}},
        {"putPartner": {"key": "fabrikam", "mpnIds": ["ABC-1", "12"]}},
        {"start": BILLED | {"type": "RESELLS", "validFrom": LAST_DAY, "source": "conto\u0301so"}},
    ]
    await store.query(APPLY, changes=changes, key=uuid4().hex)

    found = await store.query('{ customers(filter: {country: {eq: "ES"}}) { edges { node { name domain country } } } }')
    book = ZipFile(BytesIO((await store.client.get("/export/book.zip")).content))

    assert [edge["node"] for edge in found["customers"]["edges"]] == [
        {"name": "Cont\u00f3so", "domain": "contoso.example", "country": "ES"},
    ]
    assert b"office,,deleted,false" in book.read("subscriptions.csv")
    assert b"fabrikam,,,abc-1 12" in book.read("partners.csv")
    assert "cont\u00f3so" in book.read("relationships.csv").decode()
    assert "warnings.csv" not in book.namelist()
