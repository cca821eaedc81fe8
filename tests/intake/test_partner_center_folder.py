import json
from pathlib import Path
from typing import Any

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
    audit_record,
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


def test_an_mpn_id_is_tied_to_its_tenant_in_any_encoding(tmp_path: Path) -> None:
    save(tmp_path, r=[indirect_reseller(state="Active")], s=subscription())
    (tmp_path / "r.json").write_text((tmp_path / "r.json").read_text(), encoding="utf-16")

    assert f"partner:{RESELLER} RESELLS subscription:{SUBSCRIPTION}" in read(tmp_path)[1]


@pytest.mark.parametrize(
    "failed",
    [
        {"code": 3000, "description": "Subscription not found", "data": [], "source": "PartnerFD"},
        {"error": {"code": "Authorization_RequestDenied", "message": "Subscription not found"}},
    ],
)
def test_the_answer_to_a_request_that_failed_says_so(tmp_path: Path, failed: dict[str, Any]) -> None:
    (rejected,) = read(save(tmp_path, f=failed))[2]

    assert rejected.reason.startswith("is the answer to a request that failed (`")
    assert "Subscription not found); fetch it again" in rejected.reason


@pytest.mark.parametrize(
    "answer",
    [
        {"totalCount": 1, "items": [{"templateId": "T-1", "agreementType": "MicrosoftCustomerAgreement", "versionRank": 0}]},
        [{"id": "S-1", "isEligible": False, "reason": "is in state: Deleted"}, {"id": "S-2", "isEligible": True}],
        {"isSigned": True},
        {"isAgreementSigned": True},
        {"url": "https://admin.example/?partnerId=x", "attributes": {"objectType": "RelationshipRequest"}},
    ],
)
def test_an_answer_that_ties_nobody_is_known_and_no_fault(tmp_path: Path, answer: Any) -> None:  # noqa: ANN401 - JSON of any kind
    """The text of an agreement is no agreement: nobody has accepted it."""
    assert read(save(tmp_path, a=answer)) == ({f"partner:{PROVIDER}": {}}, {}, [])


def test_a_rejection_names_the_file_by_its_path_and_the_body_by_its_place(tmp_path: Path) -> None:
    save(tmp_path, deep__down__page=[[customer()], [{"hello": 1}]])

    (rejected,) = read(tmp_path)[2]

    assert rejected.file == "deep/down/page.json"
    assert rejected.reason.startswith("item 2: item 1: is no answer of a kind that is taken; those are customer, ")
    assert rejected.text == '{"hello": 1}'


def test_a_file_whose_name_is_no_text_is_named_as_far_as_it_is(tmp_path: Path) -> None:
    """Linux lets a name be any bytes; `rejected.csv` and the graph hold text."""
    name = b"\xe9.json".decode(errors="surrogateescape")
    (tmp_path / name).write_text(json.dumps([customer(), {"hello": 1}]))
    (tmp_path / f"z{name}").write_text("{")

    nodes, _, rejected = read(tmp_path)

    assert f"customer:{CUSTOMER}" in nodes
    assert sorted(each.file for each in rejected) == ["?.json", "z?.json"]


def test_a_number_that_nobody_can_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / "n.json").write_text("9" * 10_000)

    assert "a number that is too long" in read(tmp_path)[2][0].reason


def test_a_customers_folder_is_known_in_any_case(tmp_path: Path) -> None:
    save(tmp_path, **{f"Customers__{CUSTOMER.upper()}__agreement": agreement(id="ag-1")})

    assert f"customer:{CUSTOMER} PARTY_TO agreement:ag-1" in read(tmp_path)[1]


def test_half_a_character_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(f'{{"tenantId": "{CUSTOMER}", "companyName": "\\ud800!"}}')

    assert read(tmp_path)[0][f"customer:{CUSTOMER}"] == {"name": "?!"}


@pytest.mark.parametrize(
    "answer",
    [
        customer(id="not usable", userCredentials={"userName": "admin", "password": "hunter2"}),
        {"userPrincipalName": "someone", "passwordProfile": {"password": "hunter2"}, "attributes": {"objectType": "CustomerUser"}},
        audit_record("extend_relationship", "partner_relationship", resourceNewValue='{"UserCredentials": {"Password": "hunter2"}}'),
        {"token_type": "Bearer", "access_token": "hunter2"},
        *({name: "hunter2"} for name in ("accessToken", "refreshToken", "clientSecret", "sasToken", "Client-Secret", "API_KEY")),
        {"headers": {"Authorization": "Bearer hunter2"}},
        {"note": "sent with Authorization: Bearer hunter2"},
        {"rootDirectory": "https://store.example/exports?sv=2024&sig=hunter2"},
    ],
)
def test_a_secret_is_never_repeated(tmp_path: Path, answer: dict[str, Any]) -> None:
    (rejected,) = read(save(tmp_path, c=answer))[2]

    assert "hunter2" not in f"{rejected.text}{rejected.reason}"


@pytest.mark.parametrize(("billed_by", "reason"), [("", "no key; give the partner's own key"), ("two words", "no usable key")])
def test_a_biller_that_no_partner_can_be_is_refused_at_once(tmp_path: Path, billed_by: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
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
