"""What is wrong with the data: the same as the oracle finds, page by page, in words and counted."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from policy.instant import now
from service.demo import write_demo
from tests.oracle.data_quality import Wrong, all_wrong
from tests.oracle.documents import EDGE, as_of, step_of
from tests.oracle.random_books import Case, cases
from tests.oracle.view import View
from tests.running_service import RunningService
from tests.test_random_books import by_chance, load

FINDINGS = f"""query ($kinds: [FindingKind!], $first: Int, $after: String, $asOf: AsOf) {{
  findings(kinds: $kinds, first: $first, after: $after, asOf: $asOf) {{
    totalCount pageInfo {{ hasNextPage endCursor }}
    edges {{ cursor node {{ kind customer {{ id }} about {{ id __typename }} relationships {{ {EDGE} }} text whatToDo }} }}
  }}
  findingCounts(asOf: $asOf) {{ kind customers findings }} }}"""
KINDS = [
    *("UNBILLED_SUBSCRIPTION", "RESELLER_ON_DIRECT_SUBSCRIPTION", "SEVERAL_RESELLERS"),
    *("ADMINISTRATOR_WITHOUT_RELATIONSHIP", "STALE_RELATIONSHIP", "PROVIDER_MISSING"),
    *("OPERATOR_OF_ANOTHER_CLOUD", "GOVERNED_SUBSCRIPTION_BILLED_BY_PARTNER", "KNOWN_FROM_INVOICES_ALONE", "RESELLER_NOT_RECORDED"),
]
FEW = 10


async def every_page(service: RunningService, first: int, **variables: object) -> tuple[list[Wrong], dict[str, Any]]:
    """All findings, and the last answer."""
    found: list[Wrong] = []
    after = None
    while True:
        data = await service.query(FINDINGS, first=first, after=after, **variables)
        page = data["findings"]
        for edge in page["edges"]:
            node = edge["node"]
            steps = frozenset(map(step_of, node["relationships"]))
            assert len(steps) == len(node["relationships"])
            found.append(Wrong(node["kind"], node["customer"]["id"], node["about"]["id"], steps))
        assert len(page["edges"]) == first or not page["pageInfo"]["hasNextPage"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(found)
            return found, data
        after = page["pageInfo"]["endCursor"]


def counts(wrong: list[Wrong]) -> list[dict[str, object]]:
    findings = Counter(each.kind for each in wrong)
    customers = Counter(kind for kind, _ in {(each.kind, each.customer) for each in wrong})
    return [{"kind": kind, "customers": customers[kind], "findings": findings[kind]} for kind in KINDS]


@settings(by_chance, max_examples=FEW)
@given(case=cases())
async def test_the_findings_of_a_random_book_are_those_of_the_oracle(
    case: Case, service: RunningService, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In their order, on pages of any size, and counted."""
    await load(case, service, tmp_path_factory)
    for instant in case.instants:
        wrong = all_wrong(View(case.world, instant.valid_at or datetime.now(UTC), instant.known_at))
        found, data = await every_page(service, case.page_size, asOf=as_of(instant))

        assert found == wrong, f"at {instant}\n{case}"
        assert data["findingCounts"] == counts(wrong)


@pytest.fixture(scope="module")
async def demo(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> RunningService:
    folder: Path = tmp_path_factory.mktemp("demo")
    write_demo(folder, now())
    assert await service.replace_with(folder) == []
    return service


async def test_the_stories_of_the_demo_are_found_in_words(demo: RunningService) -> None:
    data = await demo.query(FINDINGS, first=1000)
    said = {(edge["node"]["customer"]["id"], edge["node"]["kind"]): edge["node"] for edge in data["findings"]["edges"]}
    coho = said["customer:coho-vineyard", "RESELLER_ON_DIRECT_SUBSCRIPTION"]

    assert coho["about"]["__typename"] == "ProductSubscription"
    assert coho["text"] == (
        "Microsoft itself bills the subscription Microsoft 365 Business Standard of Coho Vineyard, "
        "yet a reseller is on record for it: Proseware."
    )
    assert coho["whatToDo"].startswith("If a partner has taken over the billing, record the transfer")
    assert said["customer:bellows-college", "ADMINISTRATOR_WITHOUT_RELATIONSHIP"]["about"]["__typename"] == "Partner"
    assert ("customer:fourth-coffee", "UNBILLED_SUBSCRIPTION") in said
    assert ("customer:lucerne-publishing", "SEVERAL_RESELLERS") in said


async def test_findings_of_some_kinds_are_paged_as_those_of_all(demo: RunningService) -> None:
    everything, _ = await every_page(demo, 1000)
    chosen = KINDS[0], KINDS[5]
    some, _ = await every_page(demo, 1, kinds=chosen)
    none, _ = await every_page(demo, 1, kinds=[])

    assert some == [each for each in everything if each.kind in chosen]
    assert len(everything) > len(some) > 1
    assert none == []


async def test_a_page_goes_on_after_its_cursor_though_that_finding_was_put_right(service: RunningService, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("key\na\nb\n")
    (tmp_path / "subscriptions.csv").write_text("key\n1\n2\n3\n4\n")
    held = [f"HOLDS,customer:{'ab'[number // 3]},subscription:{number + 1},2024-01-01" for number in range(4)]
    (tmp_path / "relationships.csv").write_text("\n".join(["type,from,to,valid_from", *held]))
    await service.replace_with(tmp_path)
    first = (await service.query(FINDINGS, first=2))["findings"]
    start = {"type": "BILLS", "from": "operator:microsoft", "to": "subscription:2", "validFrom": "2024-01-01T00:00:00Z"}
    await service.query(
        'mutation ($changes: [Change!]!) { apply(changes: $changes, idempotencyKey: "right") { applied } }', changes=[{"start": start}]
    )
    rest = (await service.query(FINDINGS, first=2, after=first["pageInfo"]["endCursor"]))["findings"]

    assert [edge["node"]["about"]["id"] for edge in first["edges"]] == ["subscription:1", "subscription:2"]
    assert [edge["node"]["about"]["id"] for edge in rest["edges"]] == ["subscription:3", "subscription:4"]
    assert (rest["totalCount"], rest["pageInfo"]["hasNextPage"]) == (3, False)


@pytest.mark.parametrize("after", ["nonsense", "YWZ0ZXIgbm9uc2Vuc2U=", "YWZ0ZXIgWzEsMiwzLDRd"])
async def test_a_cursor_of_another_list_is_refused(service: RunningService, after: str) -> None:
    [error] = (await service.execute(FINDINGS, after=after))["errors"]

    assert error["extensions"]["code"] == "BAD_INPUT"
    assert "take it from an edge or from pageInfo" in error["message"]
