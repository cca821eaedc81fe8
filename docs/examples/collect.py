"""
Fetch what `vocero load --partner-center` takes, with a token of the partner: every page, and nothing that Partner Center refuses.

    TOKEN=… .venv/bin/python docs/examples/collect.py answers

Each answer is saved as it came. `journal.ndjson` says of each file where it came from, when, and whether the list is whole.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import requests

BASE = os.environ.get("PARTNER_CENTER", "https://api.partnercenter.microsoft.com").rstrip("/")
AUDIT_DAYS, WINDOW_DAYS = 89, 30
"""Records of 90 days are kept, and one request may ask for 30 of them; a start before that is refused (400)."""
PAGE = 500
OF_A_CUSTOMER: dict[str, dict[str, str]] = {
    "subscriptions": {},
    "orders": {},
    "relationships": {},
    "transfers": {},
    "agreements": {},  # without a type: those of the Microsoft Cloud Agreement
    "agreements-mca": {"agreementType": "MicrosoftCustomerAgreement"},
}


class Collector:
    """Saves answers below a folder."""

    def __init__(self, folder: Path, token: str) -> None:
        self._folder = folder
        self._tenant = jwt.decode(token, options={"verify_signature": False}).get("tid")
        self._session = requests.Session()
        self._session.headers.update({"Authorization": f"Bearer {token}", "Accept": "application/json"})

    def collect(self, name: str, path: str, **query: str) -> list[dict[str, Any]]:
        """Save all pages of a list as `NAME-1.json`, `NAME-2.json` …; the items of all."""
        items: list[dict[str, Any]] = []
        url, page = f"{BASE}/v1/{path}", 1
        headers: dict[str, str] = {}
        while True:
            response = self._session.get(url, params=query, headers=headers, timeout=60)
            body: Any = response.json() if response.ok else {}
            whole: dict[str, Any] = body if isinstance(body, dict) else {"items": body}  # a list of transfers is bare
            link = whole.get("links", {}).get("next")
            self._save(f"{name}-{page}.json", response, page, is_last=link is None)
            items += whole.get("items", [])
            if link is None:
                return items
            uri = link["uri"]  # with or without /v1, as Partner Center likes; the headers hold the continuation token
            url = BASE + (uri if uri.startswith("/v1/") else f"/v1{uri}")
            headers, query, page = {each["key"]: each["value"] for each in link.get("headers", [])}, {}, page + 1

    def _save(self, name: str, response: requests.Response, page: int, *, is_last: bool) -> None:
        file = self._folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(response.content)
        if not response.ok:
            print(f"{response.status_code} {response.url}", file=sys.stderr)
        line = {
            "file": name,
            "url": response.url,
            "tenant": self._tenant,
            "date": response.headers.get("Date"),
            "status": response.status_code,
            "page": page,
            "pages": page if is_last and response.ok else None,
            "complete": is_last and response.ok,
        }
        with (self._folder / "journal.ndjson").open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(line) + "\n")


def main(folder: Path, token: str) -> None:
    """Fetch everything."""
    folder.mkdir(parents=True, exist_ok=True)
    collector = Collector(folder, token)
    collector.collect("resellers", "relationships", relationship_type="IsIndirectCloudSolutionProviderOf")
    now = datetime.now(UTC)
    for days in range(AUDIT_DAYS, -1, -WINDOW_DAYS):
        start, end = now - timedelta(days), now - timedelta(max(days - WINDOW_DAYS + 1, 0))
        collector.collect(
            f"audit-{start:%Y-%m-%d}", "auditrecords", startDate=f"{start:%Y-%m-%d}", endDate=f"{end:%Y-%m-%d}", size=str(PAGE)
        )
    for customer in collector.collect("customers", "customers", size=str(PAGE)):
        for name, query in OF_A_CUSTOMER.items():
            path = f"customers/{customer['id']}/"
            collector.collect(path + name, path + name.removesuffix("-mca"), **query)


if __name__ == "__main__":
    main(Path(sys.argv[1]), os.environ["TOKEN"])
