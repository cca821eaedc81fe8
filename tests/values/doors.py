"""Every way by which a value comes in, as one function: what it would be stored as, or the words in which it is refused."""

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import strawberry

from graph.rows import Located, NodeRow, Rejection
from intake.book import read_book
from intake.partner_center import read_partner_center
from policy.errors import BadInput
from policy.facts import Property
from policy.values.text import stripped
from schema.changes import PutAgreement, PutCustomer, PutPartner, PutSubscription
from tests.intake.bodies import CUSTOMER, PROVIDER, RESELLER, SUBSCRIPTION, Answer, agreement, indirect_reseller, link, subscription

Put_ = type[PutCustomer] | type[PutPartner] | type[PutSubscription] | type[PutAgreement]
MENDED = {"name", "offer", "type"}
"""Properties from which saved answers lose what no text may hold."""


class Taken(NamedTuple):
    """What would be stored."""

    value: Property


class Refused(NamedTuple):
    """In what words it is refused."""

    reason: str


Outcome = Taken | Refused


class Field(NamedTuple):
    """
    A property of a kind of node.

    column: of the book's file
    answer: a saved answer that gives it
    node:   the id of the node that the answer gives it to
    """

    put: Put_
    property: str
    file: str
    column: str
    answer: Callable[[str], Answer]
    node: str


def profile(**more: Any) -> Answer:  # noqa: ANN401 - members of any kind
    return {"tenantId": CUSTOMER, "attributes": {"objectType": "CustomerCompanyProfile"}, **more}


FIELDS: Mapping[str, Field] = {
    "customer.name": Field(PutCustomer, "name", "customers", "name", lambda text: profile(companyName=text), f"customer:{CUSTOMER}"),
    "customer.domain": Field(PutCustomer, "domain", "customers", "domain", lambda text: profile(domain=text), f"customer:{CUSTOMER}"),
    "customer.country": Field(
        PutCustomer, "country", "customers", "country", lambda text: profile(address={"country": text}), f"customer:{CUSTOMER}"
    ),
    "partner.name": Field(PutPartner, "name", "partners", "name", lambda text: indirect_reseller(name=text), f"partner:{RESELLER}"),
    "partner.country": Field(
        PutPartner, "country", "partners", "country", lambda text: indirect_reseller(location=text), f"partner:{RESELLER}"
    ),
    "subscription.offer": Field(
        PutSubscription, "offer", "subscriptions", "offer", lambda text: subscription(offerName=text), f"subscription:{SUBSCRIPTION}"
    ),
    "subscription.status": Field(
        PutSubscription, "status", "subscriptions", "status", lambda text: subscription(status=text), f"subscription:{SUBSCRIPTION}"
    ),
    "agreement.type": Field(
        PutAgreement,
        "type",
        "agreements",
        "type",
        lambda text: agreement(id="a", type=text, links=link(f"/customers/{CUSTOMER}/agreements")),
        "agreement:a",
    ),
}


def by_apply(field: Field, value: str | list[str]) -> Outcome:
    """As a member of a change; `simulate` takes the same."""
    members = dict.fromkeys(("name", "domain", "country", "cloud", "mpn_ids", "offer", "status", "consumption", "type", "channel"))
    own = {name: None for name in members if name in field.put.__annotations__}
    return _put(field.put(key="k", **own | {_member(field): strawberry.Some(value)}), field.property)  # type: ignore[arg-type]


def key_by_apply(value: str) -> Outcome:
    """As the key of a customer."""
    return _put(PutCustomer(key=value, name=None, domain=None, country=None, cloud=None))


def by_book(field: Field, value: object, suffix: str) -> Outcome:
    """As a cell of a book in one of its three forms."""
    cells = {"key": "k", **({"channel": "CSP"} if field.file == "agreements" else {}), field.column: value}
    return _row(field.file, cells, suffix, field.property)


def key_by_book(value: str, suffix: str) -> Outcome:
    """As the key of a customer in one of the three forms of a book."""
    return _row("customers", {"key": value}, suffix)


def by_answer(field: Field, value: str) -> Outcome:
    """As a member of a saved answer."""
    rows = _answered(field.answer(value))
    for row in rows:
        if isinstance(row, Located) and isinstance(row.row, NodeRow) and row.row.id == field.node and field.property in row.row.properties:
            return Taken(row.row.properties[field.property])
    return Refused("; ".join(row.reason for row in rows if isinstance(row, Rejection)))


def key_by_answer(value: str) -> Outcome:
    """As the tenant of a customer in a saved answer."""
    rows = _answered(profile(tenantId=value, companyName="Contoso"))
    found = [row.row.id for row in rows if isinstance(row, Located) and row.row.id.startswith("customer:")]  # type: ignore[union-attr]
    return Taken(found[0]) if found else Refused("; ".join(row.reason for row in rows if isinstance(row, Rejection)))


def mpn_id_by_answer(value: str) -> Outcome:
    """As the MPN id of a partner in a saved answer."""
    rows = _answered(indirect_reseller(mpnId=value, state="Active"))
    nodes = [row.row for row in rows if isinstance(row, Located) and isinstance(row.row, NodeRow) and row.row.id == f"partner:{RESELLER}"]
    if "mpnIds" in nodes[0].properties:
        return Taken(nodes[0].properties["mpnIds"])
    return Refused("; ".join(row.reason for row in rows if isinstance(row, Rejection)))


def as_answered(field: Field, value: str) -> str:
    """The value as a saved answer gives it: what stands around it is no part of it, nor is in names what no text may hold."""
    given = value.encode("utf-8", "replace").decode().strip()
    return stripped(given).strip() if field.property in MENDED else given


def _member(field: Field) -> str:
    return "mpn_ids" if field.property == "mpnIds" else field.property


def _put(given: PutCustomer | PutPartner | PutSubscription | PutAgreement, name: str | None = None) -> Outcome:
    try:
        put = given.change()
    except BadInput as error:
        return Refused(str(error))
    return Taken(put.node if name is None else put.properties[name])


def _row(file: str, cells: Mapping[str, object], suffix: str, name: str | None = None) -> Outcome:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{file}{suffix}"
        if suffix == ".csv":
            with path.open("w", encoding="utf-8", newline="") as text:
                csv.writer(text).writerows([list(cells), [" ".join(cell) if isinstance(cell, list) else cell for cell in cells.values()]])
        elif suffix == ".ndjson":
            path.write_text(json.dumps(cells) + "\n", "utf-8")
        else:
            pq.write_table(pa.table({column: [cell] for column, cell in cells.items()}), path)
        (row,) = read_book(Path(folder))
    if isinstance(row, Rejection):
        return Refused(row.reason)
    assert isinstance(row.row, NodeRow)
    return Taken(row.row.id if name is None else row.row.properties[name])


def _answered(answer: Answer) -> list[Located | Rejection]:
    with TemporaryDirectory() as folder:
        (Path(folder) / "a.json").write_text(json.dumps(answer), "utf-8")
        return list(read_partner_center(Path(folder), PROVIDER))
