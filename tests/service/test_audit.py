"""`vocero audit` as users type it: what it finds in a file of sent messages, what it can't judge, and the exit status of each."""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from neo4j import GraphDatabase

from graph.embedded import Running
from tests.oracle.book import Book, row_of
from tests.service.vocero import Vocero

CLEAN, FOUND, WRONG, NOT_REACHABLE = 0, 1, 2, 3
COLUMNS = ("communicator", "customer", "topic", "scope", "at", "reference")
STARTED = "2024-01-01"
BILLS = {"aud-csp": "partner:aud-one", "aud-direct": "operator:microsoft"}
MANY = 40
MICROSOFT = ("operator:microsoft", "customer:audited", "renewal")
ONE = ("partner:aud-one", "customer:audited", "renewal", "", "2026-06-01", "ONE")


def book() -> Book:
    """Audited holds one subscription that a partner bills and one that Microsoft bills; of many others a partner bills the only one."""
    relationships = [
        row_of("relationships", type=type_, from_=start, to=f"subscription:{key}", valid_from=STARTED)
        for key, biller in BILLS.items()
        for type_, start in (("HOLDS", "customer:audited"), ("BILLS", biller))
    ] + [
        row_of(
            "relationships",
            type=type_,
            from_=f"{start}{number if type_ == 'HOLDS' else ''}",
            to=f"subscription:aud-{number}",
            valid_from=STARTED,
        )
        for number in range(MANY)
        for type_, start in (("HOLDS", "customer:aud-"), ("BILLS", "partner:aud-one"))
    ]
    return Book(
        customers=[row_of("customers", key=key, name=key.title()) for key in ["audited", *(f"aud-{number}" for number in range(MANY))]],
        partners=[row_of("partners", key="aud-one", name="Aud One"), row_of("partners", key="aud-two", name="Aud Two")],
        subscriptions=[
            row_of("subscriptions", key=key, offer=f"Offer of {key}") for key in [*BILLS, *(f"aud-{number}" for number in range(MANY))]
        ],
        relationships=relationships,
    )


@pytest.fixture(scope="module")
def vocero(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Vocero:
    """The command, on a server with that book."""
    address = neo4j.address
    vocero = Vocero(tmp_path_factory.mktemp("audit"), VOCERO_NEO4J_URI=address.uri, VOCERO_NEO4J_PASSWORD=address.password)
    assert vocero("load", vocero.write("book", book())).returncode == CLEAN
    return vocero


def file_of(folder: Path, *rows: Sequence[str], columns: Sequence[str] = COLUMNS) -> Path:
    with (folder / "sent.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return folder / "sent.csv"


def as_json(vocero: Vocero, file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in vocero("audit", file, "--json").stdout.splitlines()]


def test_a_file_without_a_finding_is_clean(vocero: Vocero, tmp_path: Path) -> None:
    """Confined to the scope where it is permitted, also a message of Microsoft's is no finding."""
    file = file_of(tmp_path, ONE, (*MICROSOFT, "subscription:aud-direct", "2026-06-01T10:00:00+02:00", "TWO"))
    done = vocero("audit", file)

    assert (done.returncode, done.stderr) == (CLEAN, "")
    assert done.stdout == "2 messages: 2 EXPECTED; 0 findings\n"


def test_a_finding_is_told_with_its_line_and_the_reason(vocero: Vocero, tmp_path: Path) -> None:
    file = file_of(tmp_path, ONE, (*MICROSOFT, "subscription:aud-csp", "2026-06-01", "MSG-17 [a]"))
    done = vocero("audit", file)

    assert (done.returncode, done.stderr) == (FOUND, "")
    finding, reason, _, summary = done.stdout.splitlines()
    assert finding == "line 3, MSG-17 [a]: PROHIBITED operator:microsoft -> customer:audited about renewal, 2026-06-01T00:00:00Z"
    assert reason.startswith("No: Microsoft must not speak to Audited about renewals, as of 1 June 2026 (UTC). The partner Aud One, not")
    assert summary == "2 messages: 1 EXPECTED, 1 PROHIBITED; 1 finding"


def test_a_message_that_was_not_confined_to_its_permitted_scopes_is_a_finding(vocero: Vocero, tmp_path: Path) -> None:
    file = file_of(tmp_path, (*MICROSOFT, "", "2026-06-01", "MSG-1"))
    done = vocero("audit", file)

    assert done.returncode == FOUND
    finding, reason, only, _, summary = done.stdout.splitlines()
    assert finding == "line 2, MSG-1: MIXED operator:microsoft -> customer:audited about renewal, 2026-06-01T00:00:00Z"
    assert reason.startswith(
        "In part: Microsoft is expected to speak to Audited about renewals for the subscription Offer of aud-direct, but must not for"
    )
    assert only == "Permitted only in subscription:aud-direct (Offer of aud-direct); the message was confined to none of them."
    assert summary == "1 message: 1 MIXED; 1 finding"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("aud-one", *ONE[1:]), "`aud-one` is no id; an id is kind:key, and here the kind is partner or operator"),
        (("partner:aud-none", *ONE[1:]), "no communicator `partner:aud-none` in the graph"),
        ((ONE[0], "customer:aud-none", *ONE[2:]), "no customer `customer:aud-none` in the graph"),
        ((*ONE[:2], "weather", *ONE[3:]), "no topic `weather` in the policy; give the code of one, such as `renewal`"),
        ((*ONE[:3], "subscription:aud-1", *ONE[4:]), "customer `customer:audited` has no scope `subscription:aud-1` at 2026-06-01"),
        ((*ONE[:4], "2023-06-01", "", ""), "the row has 7 cells where the header has 6"),
        ((*ONE[:4], "yesterday", ""), "`yesterday` is no time; a time is written as 2024-07-01T00:00:00Z"),
        ((*ONE[:4], "2999-01-01", ""), "at `2999-01-01T00:00:00Z` is in the future; give the instant at which it was sent"),
        ((*ONE[:4], "", ""), "`` is no time; a time is written as 2024-07-01T00:00:00Z"),
    ],
)
def test_a_row_that_cannot_be_judged_is_told_beside_those_that_can(
    vocero: Vocero, tmp_path: Path, row: tuple[str, ...], reason: str
) -> None:
    done = vocero("audit", file_of(tmp_path, ONE, row, ONE))

    assert (done.returncode, done.stderr) == (FOUND, "")
    told, _, summary = done.stdout.splitlines()
    assert told.startswith("line 3, ")
    assert f": not judged: {reason}" in told
    assert summary == "3 messages: 2 EXPECTED, 1 not judged; 0 findings"


def test_json_is_one_object_a_line_for_every_row(vocero: Vocero, tmp_path: Path) -> None:
    file = file_of(tmp_path, ONE, (*MICROSOFT, "", "2026-06-01", "TWO\nLINES"), (*ONE[:4], "yesterday", "THREE"))
    clean, mixed, bad = as_json(vocero, file)

    explanations = [clean.pop("explanation"), mixed.pop("explanation")]
    assert [each.split(":")[0] for each in explanations] == ["Yes, in part", "In part"]
    assert (clean.pop("everywhere"), mixed.pop("everywhere")) == (False, False)
    assert clean == {
        "line": 2,
        "reference": "ONE",
        "verdict": "EXPECTED",
        "permitted": True,
        "permittedIn": ["subscription:aud-csp"],
        "finding": False,
    }
    assert mixed == {
        "line": 3,
        "reference": "TWO\nLINES",
        "verdict": "MIXED",
        "permitted": False,
        "permittedIn": ["subscription:aud-direct"],
        "finding": True,
    }
    assert bad == {
        "line": 5,
        "reference": "THREE",
        "verdict": None,
        "permitted": None,
        "permittedIn": [],
        "everywhere": None,
        "finding": False,
        "error": "`yesterday` is no time; a time is written as 2024-07-01T00:00:00Z",
    }


def test_columns_stand_in_any_order_and_a_time_without_a_zone_is_utc(vocero: Vocero, tmp_path: Path) -> None:
    """The subscriptions are held from the first instant of 2024 on, in UTC."""
    columns = ("at", "topic", "scope", "communicator", "customer")
    rows = [(at, "renewal", "subscription:aud-csp", *ONE[:2]) for at in ("2024-01-01T00:00:00", "2024-01-01T00:00:00+00:01")]
    held, not_held = as_json(vocero, file_of(tmp_path, *rows, columns=columns))

    assert (held["reference"], held["verdict"]) == ("", "EXPECTED")
    assert "has no scope `subscription:aud-csp` at 2023-12-31T23:59:00Z" in not_held["error"]


def test_what_a_terminal_would_obey_is_not_printed(vocero: Vocero, tmp_path: Path) -> None:
    done = vocero("audit", file_of(tmp_path, (*MICROSOFT, "", "2026-06-01", "\x1b[2J\x07")))

    assert done.stdout.startswith("line 2, \ufffd[2J\ufffd: MIXED ")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ((*COLUMNS, "channel"), "sent.csv has unknown columns `channel`; its columns are communicator,customer,topic,scope,at,reference"),
        (COLUMNS[1:], "sent.csv lacks `communicator`; its columns are communicator,customer,topic,scope,at,reference"),
        ((*COLUMNS, "at"), "sent.csv has `at` more than once; each column stands once"),
    ],
)
def test_columns_that_are_not_those_of_an_audit_are_wrong_usage(tmp_path: Path, columns: tuple[str, ...], said: str) -> None:
    """Told before anything is reached: nobody runs the server that is named here."""
    done = nowhere(tmp_path)("audit", file_of(tmp_path, columns=columns))

    assert (done.returncode, done.stdout, done.stderr) == (WRONG, "", f"vocero: {said}\n")


def test_no_file_is_wrong_usage_and_no_server_is_not_reachable(tmp_path: Path) -> None:
    missing = nowhere(tmp_path)("audit", tmp_path / "nothing.csv")
    unreached = nowhere(tmp_path)("audit", file_of(tmp_path, ONE))

    assert (missing.returncode, unreached.returncode) == (WRONG, NOT_REACHABLE)
    assert "nothing.csv" in missing.stderr
    assert unreached.stderr.startswith("vocero: no Neo4j answers at ")


def nowhere(folder: Path) -> Vocero:
    return Vocero(folder, VOCERO_NEO4J_URI="bolt://127.0.0.1:9")


def test_an_audit_records_nothing(neo4j: Running, vocero: Vocero, tmp_path: Path) -> None:
    before = stored(neo4j)
    vocero("audit", file_of(tmp_path, ONE, (*MICROSOFT, "", "2026-06-01", "TWO")))

    assert stored(neo4j) == before


def stored(neo4j: Running) -> list[object]:
    """The newest revision, and how many nodes and relationships there are."""
    address = neo4j.address
    with GraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver:
        found = driver.execute_query(
            "MATCH (store:Store) RETURN store.revision, COUNT { MATCH (n) RETURN n }, COUNT { MATCH ()-[r]->() RETURN r }"
        )
    return found.records[0].values()


class Measured(NamedTuple):
    """Seconds, the largest memory in MB, and the last line of the output."""

    seconds: float
    memory: float
    said: str


def test_twenty_thousand_rows_take_no_more_memory_than_two_thousand(neo4j: Running, vocero: Vocero, tmp_path: Path) -> None:
    """They are read, judged and told batch by batch."""
    few, many = (measured(neo4j, vocero, tmp_path, rows) for rows in (2_000, 20_000))

    assert few.said == "2000 messages: 1000 PERMITTED, 1000 PROHIBITED; 1000 findings"
    assert many.said == "20000 messages: 10000 PERMITTED, 10000 PROHIBITED; 10000 findings"
    assert many.memory < few.memory + 25
    assert many.seconds < 60, (few, many)


def measured(neo4j: Running, vocero: Vocero, folder: Path, rows: int) -> Measured:
    """An audit of that many rows, every other one a finding."""
    topics = ("incident", "renewal")
    file = file_of(
        folder,
        *(
            (MICROSOFT[0], f"customer:aud-{number % MANY}", topics[number % 2], "", f"2026-0{number % 9 + 1}-01", f"{number}")
            for number in range(rows)
        ),
    )
    environment = {**os.environ, "VOCERO_NEO4J_URI": neo4j.address.uri, "VOCERO_NEO4J_PASSWORD": neo4j.address.password}
    begun = time.monotonic()
    with (vocero.folder / "said").open("w") as said:
        process = subprocess.Popen([sys.executable, "-m", "service.command_line", "audit", file], env=environment, stdout=said)  # noqa: S603
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == FOUND
    return Measured(time.monotonic() - begun, used.ru_maxrss / 1024, (vocero.folder / "said").read_text("utf-8").splitlines()[-1])
