"""Which customers an entry of the log is about."""

from pathlib import Path
from typing import Any

import pytest

from graph.graph import Graph, Row, Transaction
from graph.touched import count_of_customers_touched, customers_touched
from resolvers.load_folder import load_book

NAMES = ["Zoe", "Ádám", "adams", "Bo", "Cy", "Di", "Ed"]
BOOK = {
    "customers": ["key,name", *(f"{name.lower()},{name}" for name in NAMES)],
    "partners": ["key,name", *(f"{key},{key}" for key in ("biller", "reseller", "helper", "admin", "related", "provider", "stranger"))],
    "subscriptions": ["key,offer", "held,Office", "left,Office", "alone,Office"],
    "agreements": ["key,type,channel", "shared,EA,DIRECT"],
    "relationships": [
        "type,from,to,kind,valid_from,valid_to,recorded_at,superseded_at",
        "HOLDS,customer:zoe,subscription:held,,2024-01-01,,,",
        "HOLDS,customer:bo,subscription:left,,2024-01-01,2024-02-01,,",
        # what was believed once is enough: answers about that time change with it
        "HOLDS,customer:cy,subscription:left,,2024-03-01,,2024-04-01,2024-05-01",
        "BILLS,partner:biller,subscription:held,,2024-01-01,,,",
        "BILLS,partner:biller,subscription:left,,2024-01-01,2024-02-01,,",
        "RESELLS,partner:reseller,subscription:held,,2024-01-01,,,",
        "SUPPORTS,partner:helper,subscription:left,,2024-01-01,,,",
        "PROVIDES_FOR,partner:provider,partner:reseller,,2024-01-01,,,",
        "RESELLER_FOR,partner:related,customer:di,,2024-01-01,2024-02-01,,",
        "ADMINISTERS,partner:admin,customer:ed,GDAP,2024-01-01,,,",
        "ADMINISTERS,partner:admin,customer:ed,DAP,2024-01-01,,,",
        "PARTY_TO,customer:ádám,agreement:shared,,2024-01-01,,,",
        "PARTY_TO,customer:zoe,agreement:shared,,2024-01-01,2024-02-01,,",
        "PARTY_TO,operator:microsoft,agreement:shared,,2024-01-01,,,",
    ],
}


@pytest.fixture
async def loaded(graph: Graph, tmp_path: Path) -> Graph:
    """Customers with every tie that counts, some of them ended or no longer believed."""
    for name, lines in BOOK.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(lines), "utf-8")
    result = await load_book(graph, tmp_path, tmp_path / "rejected.csv", actor="test", progress=lambda _: None)
    assert result.rejected == 0
    return graph


@pytest.mark.parametrize(
    ("touched", "customers"),
    [
        (["customer:adams"], ["adams"]),
        (["subscription:held"], ["zoe"]),
        (["subscription:left"], ["bo", "cy"]),
        (["subscription:alone"], []),
        (["agreement:shared"], ["ádám", "zoe"]),
        (["partner:biller"], ["bo", "cy", "zoe"]),
        (["partner:reseller"], ["zoe"]),
        (["partner:helper"], ["bo", "cy"]),
        (["partner:admin"], ["ed"]),
        (["partner:related"], ["di"]),
        (["partner:provider"], []),
        (["partner:stranger"], []),
        (["customer:nobody", "subscription:nothing", "operator:microsoft"], []),
        ([], []),
        (["customer:zoe", "subscription:held", "partner:biller", "agreement:shared"], ["ádám", "bo", "cy", "zoe"]),
    ],
)
async def test_a_touched_node_stands_for_whoever_ever_had_to_do_with_it(loaded: Graph, touched: list[str], customers: list[str]) -> None:
    found = await customers_touched(loaded.read, touched, limit=100)

    assert [customer.removeprefix("customer:") for customer in found] == sorted(customers)
    assert await count_of_customers_touched(loaded.read, touched) == len(customers)


async def test_the_customers_come_page_by_page_in_the_order_of_ids(loaded: Graph) -> None:
    touched = [f"customer:{name.lower()}" for name in NAMES]
    pages: list[list[str]] = []
    after = None
    while found := await customers_touched(loaded.read, touched, limit=3, after=after):
        pages.append([customer.removeprefix("customer:") for customer in found])
        after = found[-1]

    assert pages == [["adams", "bo", "cy"], ["di", "ed", "zoe"], ["ádám"]]


async def test_a_transaction_sees_the_customers_that_it_made_itself(loaded: Graph) -> None:
    async with loaded.rehearsal() as transaction:
        await moved_to(transaction, "customer:zoe", "subscription:alone")

        assert await customers_touched(transaction.run, ["subscription:alone"], limit=9) == ["customer:zoe"]
    assert await customers_touched(loaded.read, ["subscription:alone"], limit=9) == []


async def moved_to(transaction: Transaction, customer: str, subscription: str) -> Row:
    properties: dict[str, Any] = {"validFrom": 0, "recordedAt": 0, "source": "test"}
    rows = [{"start": customer, "end": subscription, "properties": properties}]
    return await transaction.run("append_relationships", type="HOLDS", startLabel="Customer", endLabel="Subscription", rows=rows)
