from pathlib import Path

import pytest

from tests.intake.bodies import (
    CUSTOMER,
    MPN,
    PROVIDER,
    RESELLER,
    SOURCE,
    SUBSCRIPTION,
    TARGET,
    indirect_reseller,
    order,
    read,
    save,
    tellings,
    transfer,
    transfer_line,
)

LINE = f"subscription:{SUBSCRIPTION}"
HOLDS = f"customer:{CUSTOMER} HOLDS {LINE} BEGAN"
COMPLETED = "2020-02-27T01:11:33Z"
MOVED = [
    f"partner:{SOURCE} BILLS {LINE} MOVED_AWAY {COMPLETED}",
    f"partner:{TARGET} BILLS {LINE} MOVED_HERE {COMPLETED}",
    f"None RESELLS {LINE} MOVED_AWAY {COMPLETED}",
    f"None SUPPORTS {LINE} MOVED_AWAY {COMPLETED}",
]


def test_a_complete_line_moves_billing_reselling_and_support_away_and_billing_here(tmp_path: Path) -> None:
    save(tmp_path, t=transfer())

    assert tellings(tmp_path) == [*MOVED, HOLDS]
    nodes, _, rejected = read(tmp_path)
    assert rejected == []
    assert nodes[f"partner:{TARGET}"] == {"name": "Tailspin"}
    assert nodes[LINE] == {"offer": "Visio"}


def test_the_reseller_that_a_complete_line_names_resells_from_then_on(tmp_path: Path) -> None:
    save(tmp_path, t=transfer(transfer_line(partnerIdOnRecord=MPN)), z=[indirect_reseller(state="Active")])

    assert f"partner:{RESELLER} RESELLS {LINE} MOVED_HERE {COMPLETED}" in tellings(tmp_path)


@pytest.mark.parametrize("word", ["Complete", "Completed", "completed", "COMPLETE"])
def test_complete_is_written_in_several_ways(tmp_path: Path, word: str) -> None:
    save(tmp_path, t=transfer(transfer_line(status=word), status="PartiallyComplete"))

    assert tellings(tmp_path) == [*MOVED, HOLDS]


def test_of_a_transfer_that_is_complete_in_part_only_the_complete_lines_move(tmp_path: Path) -> None:
    failed = transfer_line(id=1, subscriptionId="failed-1", status="Failed", transferError="has already been transfered")
    save(tmp_path, t=transfer(transfer_line(), failed, status="PartiallyComplete"))

    _, _, rejected = read(tmp_path)

    assert tellings(tmp_path) == [*MOVED, HOLDS, f"customer:{CUSTOMER} HOLDS subscription:failed-1 BEGAN"]
    assert [(each.file, each.reason.partition(";")[0]) for each in rejected] == [
        ("t.json", "line 1: `subscription:failed-1` was not transferred (has already been transfered), so it stays where it is")
    ]


@pytest.mark.parametrize("status", ["Active", "active", "Reject", "rejected", "Expired"])
def test_a_transfer_that_is_open_or_turned_down_moves_nothing_and_is_no_fault(tmp_path: Path, status: str) -> None:
    """Nor does it say who bills: one was asked for a subscription that had long been moved."""
    save(tmp_path, t=transfer(transfer_line(status=None), status=status))

    assert tellings(tmp_path) == [HOLDS]
    assert read(tmp_path)[2] == []


def test_a_line_without_a_status_of_its_own_has_that_of_the_whole_transfer(tmp_path: Path) -> None:
    assert tellings(save(tmp_path, t=transfer(transfer_line(status=None)))) == [*MOVED, HOLDS]


def test_a_line_whose_status_says_nothing_is_reported(tmp_path: Path) -> None:
    save(tmp_path, t=transfer(transfer_line(status=None), status="PartiallyComplete"))

    assert tellings(tmp_path) == [HOLDS]
    assert "has status `partiallycomplete`, which doesn't say whether it moved" in read(tmp_path)[2][0].reason


@pytest.mark.parametrize(
    ("key", "reason"), [(None, "line 7: names no subscription"), ("two words", "line 7: `subscription:two words` has no")]
)
def test_a_line_without_a_usable_subscription_is_reported_and_the_others_move(tmp_path: Path, key: str | None, reason: str) -> None:
    save(tmp_path, t=transfer(transfer_line(id=7, subscriptionId=key), transfer_line()))

    assert tellings(tmp_path) == [*MOVED, HOLDS]
    assert read(tmp_path)[2][0].reason.startswith(reason)


def test_an_add_on_goes_with_the_line_that_it_belongs_to(tmp_path: Path) -> None:
    addon = {"id": 0, "subscriptionId": "ADD-ON", "friendlyName": "Storage", "quantity": 4}
    save(tmp_path, t=transfer(transfer_line(addonItems=[addon])))

    assert f"partner:{TARGET} BILLS subscription:add-on MOVED_HERE {COMPLETED}" in tellings(tmp_path)


def test_the_time_of_completion_goes_before_that_of_the_last_change(tmp_path: Path) -> None:
    save(tmp_path, t=transfer(completedTime="2020-02-21T10:00:00Z"))

    assert f"partner:{SOURCE} BILLS {LINE} MOVED_AWAY 2020-02-21T10:00:00Z" in tellings(tmp_path)


def test_a_line_that_moved_at_no_readable_time_is_reported_and_not_moved(tmp_path: Path) -> None:
    save(tmp_path, t=transfer(lastModifiedTime="lately"))

    assert tellings(tmp_path) == [HOLDS]
    assert "moved, but it isn't told when: `lately` is no time" in read(tmp_path)[2][0].reason


def test_transfers_come_alone_as_a_page_or_as_a_bare_array(tmp_path: Path) -> None:
    alone = save(tmp_path / "alone", t=transfer())
    page = save(tmp_path / "page", t={"totalCount": 9, "items": [transfer()]})
    bare = save(tmp_path / "bare", t=[transfer()])
    pages = save(tmp_path / "pages", t=[{"totalCount": 9, "items": [transfer()]}, {"value": [transfer()]}])

    assert tellings(alone) == tellings(page) == tellings(bare) == tellings(pages)


def test_a_transfer_without_a_partner_is_reported(tmp_path: Path) -> None:
    assert "without `targetPartnerTenantId`" in read(save(tmp_path, t=transfer(targetPartnerTenantId=None)))[2][0].reason


def test_a_transfer_names_its_azure_subscription_as_consumption(tmp_path: Path) -> None:
    """It takes effect at once then, and not on the next day."""
    nodes, _, _ = read(save(tmp_path, t=transfer(transfer_line(offerId="MS-AZR-0145P"))))

    assert nodes[LINE] == {"offer": "Visio", "consumption": True}


def test_an_accepted_transfer_tells_of_its_orders_and_names_what_failed(tmp_path: Path) -> None:
    failed = {"code": 900103, "description": "not synchronised", "lineItems": [transfer_line(id=1, subscriptionId="FAILED-1")]}
    unprovisioned = order({"lineItemNumber": 0, "partnerIdOnRecord": MPN}, id="order-2", status="completed")
    result = {"orders": [order(status="completed"), unprovisioned], "transferErrors": [failed]}
    save(tmp_path, t={**result, "attributes": {"objectType": "TransferSubmitResult"}})

    nodes, ties, rejected = read(tmp_path)

    assert f"partner:{PROVIDER} BILLS {LINE}" in ties
    assert f"customer:{CUSTOMER} HOLDS subscription:failed-1" in ties
    assert f"partner:{PROVIDER} BILLS subscription:failed-1" not in ties
    assert nodes["subscription:failed-1"] == {"offer": "Visio"}
    assert [each.reason for each in rejected] == [
        "order 2: names no subscription in line 0; fetch the order again when it is provisioned",
        "line 1: `subscription:failed-1` was not transferred, so it stays where it is: not synchronised (code 900103)",
    ]


def test_an_error_that_names_no_lines_is_reported_too(tmp_path: Path) -> None:
    (rejected,) = read(save(tmp_path, t={"orders": [], "transferErrors": [{"code": 800003, "description": "unexpected"}]}))[2]

    assert rejected.reason.startswith("failed: unexpected (code 800003)")
