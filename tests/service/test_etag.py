"""GET with an ETag: the same answer is not sent again, and another one always is."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.oracle.book import Book, row_of
from tests.running_service import RunningService

PERMISSION = 'permission(communicator: "partner:fabrikam", customer: "customer:contoso", topic: "renewal"%s)'
FIXED = f"query ($at: DateTime) {{ {PERMISSION % ', asOf: {validAt: $at}'} {{ verdict explanation }} }}"
AT = {"variables": '{"at": "2025-06-01T00:00:00Z"}'}
NOW = f"{{ {PERMISSION % ''} {{ verdict }} }}"
SHOWS_NOW = f"{{ {PERMISSION % ''} {{ asOf {{ validAt }} }} }}"
APPLY = """mutation ($key: String!, $changes: [Change!]!) { apply(idempotencyKey: $key, changes: $changes) { applied } }"""


def book() -> Book:
    """Fabrikam bills the one subscription of Contoso."""
    return Book(
        customers=[row_of("customers", key="contoso", name="Contoso")],
        partners=[row_of("partners", key="fabrikam", name="Fabrikam")],
        subscriptions=[row_of("subscriptions", key="office", offer="Office 365 E3")],
        relationships=[
            row_of("relationships", type="HOLDS", from_="customer:contoso", to="subscription:office", valid_from="2024-01-01"),
            row_of("relationships", type="BILLS", from_="partner:fabrikam", to="subscription:office", valid_from="2024-01-01"),
        ],
    )


@pytest.fixture
async def store(service: RunningService, tmp_path: Path) -> RunningService:
    """The service, with that book."""
    book().write(tmp_path / "book")
    assert await service.replace_with(tmp_path / "book") == []
    return service


async def got(service: RunningService, document: str, tag: str | None = None, **given: str) -> httpx.Response:
    headers = {} if tag is None else {"if-none-match": tag}
    return await service.client.get("/graphql", params={"query": document, **given}, headers=headers)


async def changed(service: RunningService, change: dict[str, object]) -> None:
    assert (await service.query(APPLY, key=uuid4().hex, changes=[change]))["apply"] == {"applied": 1}


@pytest.mark.parametrize(("document", "given"), [(FIXED, AT), (NOW, {}), ("{ revision }", {}), ("{ topics { code } }", {})])
async def test_the_same_answer_is_not_sent_again(store: RunningService, document: str, given: dict[str, str]) -> None:
    first = await got(store, document, **given)
    again = await got(store, document, f'"other", {first.headers["etag"]}', **given)

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    for response in (first, again):
        assert response.headers["etag"] == first.headers["etag"]
        assert response.headers["cache-control"] == "private, max-age=0, must-revalidate"
        assert response.headers["vary"] == "Accept"


async def test_only_an_answer_that_the_revision_alone_decides_is_tagged_by_it(store: RunningService) -> None:
    """These are not executed again; where now has a part, the answer is found again and compared."""
    marks = [(await got(store, document, **given)).headers["etag"][:4] for document, given in ((FIXED, AT), (NOW, {}), (SHOWS_NOW, {}))]

    assert marks == ['W/"r', 'W/"a', 'W/"a']


@pytest.mark.parametrize(("document", "given"), [(FIXED, AT), (NOW, {})])
async def test_a_write_that_changes_the_answer_is_seen_at_once(store: RunningService, document: str, given: dict[str, str]) -> None:
    first = await got(store, document, **given)
    never = {"type": "BILLS", "from": "partner:fabrikam", "to": "subscription:office", "validFrom": "2024-01-01T00:00:00Z"}
    await changed(store, {"retract": never})
    then = await got(store, document, first.headers["etag"], **given)

    assert (first.json()["data"]["permission"]["verdict"], then.status_code) == ("EXPECTED", 200)
    assert then.json()["data"]["permission"]["verdict"] == "NOT_STATED"


async def test_what_ends_by_time_alone_is_seen_at_once(store: RunningService) -> None:
    """No revision comes between the two."""
    end = datetime.now(UTC) + timedelta(seconds=3)
    bills = {"type": "BILLS", "from": "partner:fabrikam", "to": "subscription:office"}
    await changed(store, {"end": {**bills, "validTo": end.isoformat()}})
    first = await got(store, NOW)
    same = await got(store, NOW, first.headers["etag"])
    is_early = datetime.now(UTC) < end
    await asyncio.sleep((end - datetime.now(UTC)).total_seconds() + 0.1)
    then = await got(store, NOW, first.headers["etag"])

    assert not is_early or (first.json()["data"]["permission"]["verdict"], same.status_code) == ("EXPECTED", 304)
    assert (then.status_code, then.json()["data"]["permission"]["verdict"]) == (200, "NOT_STATED")


async def test_an_answer_that_shows_now_is_always_sent(store: RunningService) -> None:
    first = await got(store, SHOWS_NOW)
    then = await got(store, SHOWS_NOW, first.headers["etag"])

    assert then.status_code == 200
    assert then.json() != first.json()


async def test_the_same_revision_of_another_store_is_another_answer(store: RunningService, tmp_path: Path) -> None:
    """As after a restore."""
    first = await got(store, FIXED, **AT)
    revision = (await store.query("{ revision }"))["revision"]
    other = book()
    other.relationships.pop()
    other.write(tmp_path / "other")
    await store.replace_with(tmp_path / "other")
    then = await got(store, FIXED, first.headers["etag"], **AT)

    assert (await store.query("{ revision }"))["revision"] == revision
    assert (then.status_code, then.json()["data"]["permission"]["verdict"]) == (200, "NOT_STATED")


async def test_each_question_has_a_tag_of_its_own(store: RunningService) -> None:
    questions = [
        (FIXED, AT),
        (FIXED, {"variables": '{"at": "2025-06-02T00:00:00Z"}'}),
        (re.sub(" explanation", "", FIXED), AT),
        (f"{FIXED} query B {{ revision }}".replace("query (", "query A ("), {**AT, "operationName": "A"}),
        (f"{FIXED} query B {{ revision }}".replace("query (", "query A ("), {**AT, "operationName": "B"}),
    ]
    tags = [(await got(store, document, **given)).headers["etag"] for document, given in questions]
    typed = await store.client.get("/graphql", params={"query": FIXED, **AT}, headers={"accept": "application/graphql-response+json"})

    assert len({*tags, typed.headers["etag"]}) == len(questions) + 1


@pytest.mark.parametrize("document", ['{ customer(id: "x") { id } }', "{ nothing }", "mutation { __typename }"])
async def test_an_error_has_no_tag(store: RunningService, document: str) -> None:
    response = await got(store, document, "*")

    assert response.json()["errors"]
    assert "etag" not in response.headers


async def test_a_post_has_no_tag(store: RunningService) -> None:
    response = await store.client.post("/graphql", json={"query": "{ revision }"})

    assert "etag" not in response.headers
