from pathlib import Path

import pytest

from graph.ids import kind_of
from intake.partner_center import digest, read_partner_center
from policy.errors import BadInput
from tests.intake.bodies import (
    CUSTOMER,
    PROVIDER,
    RESELLER,
    SUBSCRIPTION,
    agreement,
    customer,
    indirect_reseller,
    link,
    listed,
    read,
    save,
    subscription,
)


def test_the_path_tells_the_customer_where_the_answer_does_not(tmp_path: Path) -> None:
    save(tmp_path, **{f"export__customers__{CUSTOMER}__agreements": listed(agreement())})

    nodes, ties, rejected = read(tmp_path)

    key = f"agreement:{CUSTOMER}-tpl-1-2019-08-26t00:00:00"
    assert rejected == []
    assert nodes[key] == {"type": "MicrosoftCustomerAgreement", "channel": "CSP"}
    assert ties == {f"customer:{CUSTOMER} PARTY_TO {key}": "2019-08-26T00:00:00Z"}


def test_the_link_of_the_answer_goes_before_the_path(tmp_path: Path) -> None:
    save(tmp_path, customers__someone__s=subscription())

    assert f"customer:{CUSTOMER} HOLDS subscription:{SUBSCRIPTION}" in read(tmp_path)[1]


def test_the_folder_of_one_customer_can_be_loaded_by_itself(tmp_path: Path) -> None:
    folder = tmp_path / "customers" / CUSTOMER
    save(folder, agreement=agreement())

    assert read(folder)[2] == []


def test_the_link_around_a_list_counts_for_its_items(tmp_path: Path) -> None:
    page = {**listed(agreement(id="AG-1")), "links": link(f"/v1/customers/{CUSTOMER}/agreements")}

    _, ties, _ = read(save(tmp_path, page=page))

    assert f"customer:{CUSTOMER} PARTY_TO agreement:ag-1" in ties


def test_what_cannot_be_tied_is_named_and_its_nodes_are_loaded(tmp_path: Path) -> None:
    save(tmp_path, agreement=agreement(id="ag-1"), subscription=subscription(links={}), resellers=listed(indirect_reseller()))

    nodes, _, rejected = read(tmp_path)

    assert {kind_of(node) for node in nodes} == {"partner", "subscription", "agreement"}
    assert [each.file for each in rejected] == ["agreement.json", "resellers.json", "subscription.json"]
    assert all("names no customer" in each.reason for each in rejected)


def test_nothing_damaged_or_unknown_stops_the_rest(tmp_path: Path) -> None:
    save(tmp_path, a=customer(), unknown={"hello": 1}, number=5, empty=listed(), dates=subscription(id="x", effectiveStartDate="soon"))
    (tmp_path / "broken.json").write_text('{"id": ', encoding="utf-8")
    (tmp_path / "deep.json").write_text("[" * 200_000, encoding="utf-8")
    (tmp_path / "latin.json").write_bytes(b'{"id": "\xe9"}')

    nodes, _, rejected = read(tmp_path)

    reasons = {each.file: each.reason for each in rejected}
    assert f"customer:{CUSTOMER}" in nodes
    assert set(reasons) == {"unknown.json", "number.json", "dates.json", "broken.json", "deep.json", "latin.json"}
    assert "is no JSON" in reasons["broken.json"]
    assert "nested too deeply" in reasons["deep.json"]
    assert "not UTF-8" in reasons["latin.json"]
    assert "`soon` is no time" in reasons["dates.json"]
    assert "is no answer of a kind that is taken" in reasons["unknown.json"]


def test_an_answer_saved_as_utf_16_is_read(tmp_path: Path) -> None:
    """Windows PowerShell writes UTF-16 when output is redirected."""
    save(tmp_path, c=customer())
    (tmp_path / "c.json").write_text((tmp_path / "c.json").read_text(), encoding="utf-16")

    assert f"customer:{CUSTOMER}" in read(tmp_path)[0]


def test_half_a_character_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(f'{{"tenantId": "{CUSTOMER}", "companyName": "\\ud800!"}}')

    assert read(tmp_path)[0][f"customer:{CUSTOMER}"] == {"name": "?!"}


def test_a_password_is_never_repeated(tmp_path: Path) -> None:
    save(tmp_path, c=customer(id="not usable", userCredentials={"userName": "admin", "password": "hunter2"}))

    _, _, rejected = read(tmp_path)

    assert "no usable key" in rejected[0].reason
    assert "hunter2" not in rejected[0].text


@pytest.mark.parametrize("billed_by", ["", "two words"])
def test_a_biller_that_no_partner_can_be_is_refused_at_once(tmp_path: Path, billed_by: str) -> None:
    with pytest.raises(BadInput, match="no usable key"):
        read_partner_center(save(tmp_path, c=customer()), billed_by)


def test_the_biller_may_be_given_as_an_id(tmp_path: Path) -> None:
    assert f"partner:{PROVIDER}" in read(save(tmp_path, c=customer()), f"Partner:{PROVIDER.upper()}")[0]


@pytest.mark.parametrize("name", ["nowhere", ""])
def test_a_folder_without_answers_is_refused_at_once(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="holds no saved answers"):
        read_partner_center(tmp_path / name, PROVIDER)


def test_the_digest_tells_contents_and_billers_apart(tmp_path: Path) -> None:
    first = digest(save(tmp_path, c=customer()), PROVIDER)
    (tmp_path / "notes.txt").write_text("not an answer")

    assert digest(tmp_path, PROVIDER.upper()) == first
    assert digest(tmp_path, RESELLER) != first
    assert digest(save(tmp_path, c=customer(id="else")), PROVIDER) != first
