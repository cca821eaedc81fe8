"""The script of docs/intake.md, against a server that answers as Partner Center is documented to."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import pytest

from tests.intake.bodies import PROVIDER, agreement, audit_record, customer, indirect_reseller, order, read, subscription

ROOT = Path(__file__).parents[2]
CUSTOMERS = [f"2222cccc-0000-4000-8000-00000000000{number}" for number in range(5)]
AT_ONCE = 2
KEPT, WINDOW = timedelta(90), timedelta(30)
TOKEN = jwt.encode({"tid": PROVIDER}, "k" * 32)


class PartnerCenter(ThreadingHTTPServer):
    """A stand-in: pages of two, audit records of 90 days and 30 at once, agreements by type."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[tuple[str, dict[str, str], int]] = []
        today = datetime.now(UTC).date()
        self.recorded = [today - timedelta(days) for days in (0, 1, 29, 30, 31, 59, 60, 61, 88)]

    def items(self, path: str, query: dict[str, str]) -> list[dict[str, Any]] | None:  # noqa: PLR0911 - one for each list
        """What a list holds; None = the request is bad."""
        match path.split("/"):
            case ["customers"]:
                return [customer(id=each, companyProfile={"tenantId": each, "companyName": f"C {each[-1]}"}) for each in CUSTOMERS]
            case ["relationships"]:
                return [indirect_reseller(state="Active")]
            case ["auditrecords"]:
                start, end = (date.fromisoformat(query[name]) for name in ("startDate", "endDate"))
                if datetime.now(UTC).date() - start > KEPT or end - start > WINDOW:
                    return None
                days = [day for day in self.recorded if start <= day <= end]
                return [audit_record("add_customer", id=f"audit-{day}", operationDate=f"{day}T08:00:00Z") for day in days]
            case ["customers", _, "agreements"]:
                type_ = query.get("agreementType", "MicrosoftCloudAgreement")
                return [agreement(type=type_, templateId=type_, dateAgreed="2024-07-01T00:00:00Z")]
            case ["customers", each, "subscriptions"]:
                return [subscription(id=f"3333dddd-0000-4000-8000-{each[-1]}{place:011}") for place in range(3)]
            case ["customers", each, "orders"]:
                return [order(referenceCustomerId=each)]
        return []


class Answering(BaseHTTPRequestHandler):
    server: PartnerCenter

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query))
        path = address.path.removeprefix("/v1/")
        place = 0
        if query.pop("seekOperation", None):
            path, place, query = json.loads(self.headers["MS-ContinuationToken"])
        items = self.server.items(path, query)
        is_known = self.headers["Authorization"] == f"Bearer {TOKEN}" and address.path.startswith("/v1/")
        status = 401 if not is_known else 400 if items is None else 200
        self.server.asked.append((path, query, status))
        body: Any = {"code": 3000, "description": "bad"} if items is None else self.page(path, items, place, query)
        if path.endswith("transfers"):
            body = []
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def page(self, path: str, items: list[dict[str, Any]], place: int, query: dict[str, str]) -> dict[str, Any]:
        links: dict[str, Any] = {"self": {"uri": f"/{path}?{urlencode(query)}", "method": "GET", "headers": []}}
        if place + AT_ONCE < len(items):
            token = {"key": "MS-ContinuationToken", "value": json.dumps([path, place + AT_ONCE, query])}
            prefix = "/v1" if place else ""
            links["next"] = {"uri": f"{prefix}/{path}?seekOperation=Next", "method": "GET", "headers": [token]}
        return {
            "totalCount": len(items),
            "items": items[place : place + AT_ONCE],
            "links": links,
            "attributes": {"objectType": "Collection"},
        }

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PartnerCenter, Path]]:
    folder = tmp_path_factory.mktemp("collected") / "answers"
    with PartnerCenter() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        environment = {**os.environ, "PARTNER_CENTER": f"http://127.0.0.1:{server.server_port}", "TOKEN": TOKEN, "NO_PROXY": "127.0.0.1"}
        command = [sys.executable, "docs/examples/collect.py", str(folder)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        yield server, folder
        server.shutdown()


def test_nothing_that_is_asked_for_is_refused(collected: tuple[PartnerCenter, Path]) -> None:
    assert {status for *_, status in collected[0].asked} == {200}


def test_every_page_is_fetched(collected: tuple[PartnerCenter, Path]) -> None:
    nodes, _, _ = read(collected[1])

    assert {node for node in nodes if node.startswith("customer:")} >= {f"customer:{each}" for each in CUSTOMERS}
    assert len([node for node in nodes if node.startswith("subscription:3333dddd-0000-4000-8000-")]) >= 3 * len(CUSTOMERS)


def test_agreements_of_both_types_are_fetched(collected: tuple[PartnerCenter, Path]) -> None:
    nodes, _, _ = read(collected[1])

    types = [of["type"] for node, of in nodes.items() if node.startswith("agreement:")]
    assert sorted(map(str, types)) == ["MicrosoftCloudAgreement"] * len(CUSTOMERS) + ["MicrosoftCustomerAgreement"] * len(CUSTOMERS)


def test_every_audit_record_that_is_kept_is_fetched_once(collected: tuple[PartnerCenter, Path]) -> None:
    server, folder = collected
    found = [record["id"] for file in folder.glob("audit-*.json") for record in json.loads(file.read_bytes())["items"]]

    assert sorted(found) == sorted(f"audit-{day}" for day in server.recorded)


def test_what_is_saved_can_be_loaded_whole(collected: tuple[PartnerCenter, Path]) -> None:
    assert read(collected[1])[2] == []


def test_the_journal_says_of_each_file_where_it_is_from_and_whether_the_list_is_whole(collected: tuple[PartnerCenter, Path]) -> None:
    folder = collected[1]
    lines = [json.loads(line) for line in (folder / "journal.ndjson").read_text("utf-8").splitlines()]

    assert sorted(line["file"] for line in lines) == sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.json"))
    assert {line["tenant"] for line in lines} == {PROVIDER}
    assert [(line["page"], line["pages"], line["complete"]) for line in lines if line["file"].startswith("customers-")] == [
        (1, None, False),
        (2, None, False),
        (3, 3, True),
    ]
