"""A folder of any size is read in bounded memory: file by file, and of all of it only the MPN ids of partners are kept."""

import json
import tracemalloc
from pathlib import Path

from intake.partner_center import read_partner_center
from tests.intake.bodies import MPN, PROVIDER, Answer, customer, indirect_reseller, link, order, subscription, transfer, transfer_line

SHARD = 40
"""Customers in one folder: the names in a folder are held while it is read, in order to sort them."""


def test_memory_does_not_grow_with_the_number_of_customers(tmp_path: Path) -> None:
    few, many = generate(tmp_path / "few", 400), generate(tmp_path / "many", 2_000)
    measured(generate(tmp_path / "first", 100))  # what is kept once and for all is made here

    (rows_of_few, peak_of_few), (rows_of_many, peak_of_many) = measured(few), measured(many)

    assert rows_of_many > 4 * rows_of_few
    assert peak_of_many < 1.5 * peak_of_few


def measured(folder: Path) -> tuple[int, int]:
    """Rows, and the most bytes that were held at once while they were read."""
    tracemalloc.start()
    try:
        rows = sum(1 for _ in read_partner_center(folder, PROVIDER))
        return rows, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def generate(folder: Path, customers: int) -> Path:
    for number in range(customers):
        tenant = f"{number:08d}-0000-4000-8000-00000000000c"
        home = folder / f"part-{number // SHARD:03d}" / "customers" / tenant
        home.mkdir(parents=True)
        (home / "all.json").write_text(json.dumps(answers_of(tenant, number)))
    (folder / "relationships.json").write_text(json.dumps([indirect_reseller(state="Active")]))
    return folder


def answers_of(tenant: str, number: int) -> list[Answer]:
    key, date = f"subscription-{number}", f"2020-01-{number % 28 + 1:02d}T00:00:00Z"
    held = subscription(id=key, effectiveStartDate=date, links=link(f"/customers/{tenant}/subscriptions/{key}"))
    line = {"lineItemNumber": 0, "subscriptionId": key, "partnerIdOnRecord": MPN}
    moved = transfer(transfer_line(subscriptionId=key), customerTenantId=tenant)
    return [customer(id=tenant), order(line, referenceCustomerId=tenant), {"totalCount": 1, "items": [held]}, moved]
