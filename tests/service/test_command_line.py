"""Every command as users type it, against a running service; what it prints, and the exit status that scripts rely on."""

import csv
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import policy
from graph.embedded import Running
from service.ask import MAY, WHO
from service.settings import Settings
from tests.intake.bodies import CUSTOMER, subscription
from tests.oracle.book import COLUMNS, Book, row_of
from tests.service.vocero import Served, ServingProcess, Vocero, alive, children_of, gone_within

DONE, IN_PART, WRONG, NOT_REACHABLE = 0, 1, 2, 3
AUTHENTICATION_IS_OFF = (
    "authentication is off in these settings: `vocero serve` with them answers anybody, key or not; set VOCERO_AUTH=on\n"
)
SHIPPED = Path(policy.__file__).with_name("policy.toml")
NOBODY = "bolt://127.0.0.1:9"  # the port of a service that no machine runs


def book() -> Book:
    """Billing of Clitest's one subscription moves at the middle of 2024."""
    return Book(
        customers=[row_of("customers", key="clitest", name="Clitest", domain="clitest.example")],
        partners=[row_of("partners", key=f"cli-{name}", name=f"Cli {name}") for name in ("one", "two")],
        subscriptions=[row_of("subscriptions", key="cli-sub", offer="Office 365 E3")],
        relationships=[
            row_of("relationships", type="HOLDS", from_="customer:clitest", to="subscription:cli-sub", valid_from="2024-01-01"),
            row_of(
                *("relationships",),
                type="BILLS",
                from_="partner:cli-one",
                to="subscription:cli-sub",
                valid_from="2024-01-01",
                valid_to="2024-07-01",
            ),
            row_of("relationships", type="BILLS", from_="partner:cli-two", to="subscription:cli-sub", valid_from="2024-07-01"),
        ],
    )


class Twice(NamedTuple):
    """A service that was killed, and is started again on the same data folder."""

    vocero: Vocero
    now: ServingProcess
    first_said: str
    neo4j_ended: bool
    held_before: int
    held_after: int


def held(served: Served) -> int:
    count: int = served.client.post("/graphql", json={"query": "{ customers { totalCount } }"}).json()["data"]["customers"]["totalCount"]
    return count


@pytest.fixture(scope="module")
def twice(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twice]:
    vocero = Vocero(tmp_path_factory.mktemp("command_line"), VOCERO_CACHE=str(cache))
    with vocero.serving("--demo") as first:
        held_before, first_said = held(first), first.errors
        [neo4j] = children_of(first.process.pid)
        first.process.kill()
        neo4j_ended = gone_within(20, neo4j)
    with vocero.serving("--demo") as now:
        held_after = held(now)
        assert vocero("load", vocero.write("book", book())).returncode == DONE
        yield Twice(vocero, now, first_said, neo4j_ended, held_before, held_after)


@pytest.fixture
def vocero(twice: Twice) -> Vocero:
    """The command, with the settings of the running service and Clitest loaded."""
    return twice.vocero


@pytest.fixture
def elsewhere(tmp_path: Path) -> Vocero:
    """The command on a server that nobody runs."""
    return Vocero(tmp_path, VOCERO_NEO4J_URI=NOBODY)


# serve


def test_a_demo_is_loaded_into_an_empty_folder_only(twice: Twice) -> None:
    assert "the demo world is loaded: " in twice.first_said
    assert "the data folder is not empty: the demo world was not loaded" in twice.now.errors
    assert twice.held_before > 200


def test_a_killed_service_takes_its_neo4j_along_and_the_next_start_recovers(twice: Twice) -> None:
    assert twice.neo4j_ended
    assert twice.held_after == twice.held_before


def test_the_workers_of_a_killed_service_end_too(neo4j: Running, tmp_path: Path) -> None:
    """They would keep the port, and answer nothing."""
    address = neo4j.address
    with Vocero(tmp_path, VOCERO_NEO4J_URI=address.uri, VOCERO_NEO4J_PASSWORD=address.password).serving("--workers", "2") as served:
        workers = children_of(served.process.pid)
        served.process.kill()
        ended = [gone_within(20, worker) for worker in workers]

    assert len(workers) >= 2
    assert all(ended)


@pytest.mark.parametrize(
    ("arguments", "members"),
    [
        (("load", "book"), {"nodes", "relationships", "unchanged", "rejected", "revisions", "rejectedFile", "dryRun"}),
        (("export", "book", "book-json"), {"rows", "folder"}),
        (("export", "matrix", "matrix.csv"), {"rows", "file"}),
        (("index", "rebuild"), {"customers"}),
        (("index", "check"), {"compared", "differences"}),
        (("check",), {"revision", "records", "findings"}),
        (("policy", "check", str(SHIPPED)), {"file", "faults", "cells", "topics", "version", "changedInterpretations"}),
        (("key", "create", "cli-json", "--role", "partner", "--node", "Cli one"), {"key", "id", "name", "role", "node"}),
        (("key", "revoke", "cli-json"), {"name", "revoked"}),
    ],
    ids=lambda value: "-".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_json_is_one_object_for_programs(vocero: Vocero, arguments: tuple[str, ...], members: set[str]) -> None:
    named = {"book", "book-json", "matrix.csv"}
    last = str(vocero.folder / arguments[-1]) if arguments[0] in {"load", "export"} and arguments[-1] in named else arguments[-1]
    done = vocero(*arguments[:-1], last, "--json")

    assert (done.returncode, done.stderr) == (DONE, AUTHENTICATION_IS_OFF if arguments[0] == "key" else "")
    assert set(json.loads(done.stdout)) >= members


def test_the_help_of_serve_shows_every_setting(elsewhere: Vocero) -> None:
    done = elsewhere("serve", "--help")

    assert done.returncode == DONE
    for name in Settings.model_fields:
        assert f"VOCERO_{name.upper()}: " in done.stdout


def test_a_port_in_use_is_told_in_one_line_and_at_once(twice: Twice, tmp_path: Path) -> None:
    port = twice.now.url.rpartition(":")[2]
    begun = time.monotonic()
    done = Vocero(tmp_path)("serve", "--port", port)

    assert done.returncode == NOT_REACHABLE
    assert done.stderr == (
        f"vocero: port {port} of 127.0.0.1 can't be listened on (Address already in use); end what uses it, or give another --port\n"
    )
    assert time.monotonic() - begun < 8, "before Neo4j is started"
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "example.com"])  # noqa: S104 - refused
def test_a_host_beyond_loopback_is_refused(elsewhere: Vocero, host: str) -> None:
    done = elsewhere("serve", "--host", host, "--port", "0")

    assert done.returncode == WRONG
    said = f"`{host}` is beyond loopback, where nobody may ask without authentication; set VOCERO_AUTH=on, or give --host 127.0.0.1"
    assert done.stderr == f"vocero: {said}\n"


def test_a_data_folder_in_use_is_told_with_the_process_that_uses_it(twice: Twice) -> None:
    done = twice.vocero.process("serve", "--port", "0")

    assert done.returncode == NOT_REACHABLE
    [line] = done.stderr.splitlines()
    assert f"the data folder `{twice.vocero.data}` is in use by process {twice.now.process.pid}; stop it, or name another" in line
    assert held(twice.now)


def test_a_server_that_does_not_answer_is_told_with_its_setting(elsewhere: Vocero) -> None:
    done = elsewhere.process("serve", "--port", "0")

    assert done.returncode == NOT_REACHABLE
    assert done.stderr == f"vocero: no Neo4j answers at `{NOBODY}`; check that it runs there and VOCERO_NEO4J_URI\n"


def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    done = Vocero(tmp_path, VOCERO_READ_SECONDS="0")("serve", "--port", "0")

    assert (done.returncode, done.stderr) == (WRONG, "vocero: VOCERO_READ_SECONDS: input should be greater than 0\n")


# load


def test_a_book_loads_once_and_the_second_time_changes_nothing(vocero: Vocero) -> None:
    again = vocero("load", vocero.folder / "book")

    assert (again.returncode, again.stderr) == (DONE, "")
    assert again.stdout == "0 nodes and 0 relationships loaded, 7 rows were there already\n"


def test_a_row_that_cannot_be_taken_is_written_down_and_the_others_are_loaded(vocero: Vocero, tmp_path: Path) -> None:
    bad = Book(
        partners=[row_of("partners", key="cli-late", name="Late")],
        relationships=[
            row_of("relationships", type="BILLS", from_="partner:cli-late", to="subscription:cli-sub", valid_from="2025-01-01"),
            row_of("relationships", type="RESELLS", from_="partner:cli-late", to="subscription:cli-nothing", valid_from="2025-01-01"),
        ],
    )
    bad.write(tmp_path / "bad")
    done = vocero("load", tmp_path / "bad")
    elsewhere = vocero("load", tmp_path / "bad", "--rejected", tmp_path / "elsewhere.csv")

    assert done.returncode == elsewhere.returncode == IN_PART
    assert done.stdout.splitlines() == [
        "1 nodes and 0 relationships loaded, 0 rows were there already",
        f"2 rows were rejected; {tmp_path}/bad/rejected.csv says why",
    ]
    with (tmp_path / "bad" / "rejected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["file"], row["line"]) for row in rows] == [("relationships.csv", "2"), ("relationships.csv", "3")]
    assert "a second BILLS of `subscription:cli-sub`" in rows[0]["reason"]
    assert "no subscription `subscription:cli-nothing`" in rows[1]["reason"]
    assert (tmp_path / "elsewhere.csv").read_bytes() == (tmp_path / "bad" / "rejected.csv").read_bytes()


def test_a_dry_run_says_what_would_be_loaded_and_changes_nothing(vocero: Vocero, tmp_path: Path) -> None:
    Book(
        customers=[row_of("customers", key="cli-dry", name="Dry")],
        relationships=[
            row_of("relationships", type="RESELLER_FOR", from_="partner:cli-nobody", to="customer:cli-dry", valid_from="2025-01-01")
        ],
    ).write(tmp_path / "dry")
    done = [vocero("load", tmp_path / "dry", "--dry-run") for _ in range(2)]

    assert [each.returncode for each in done] == [IN_PART, IN_PART]
    assert [each.stdout.splitlines() for each in done] == [
        [
            "1 nodes and 0 relationships would be loaded, 0 rows were there already",
            f"1 rows would be rejected; {tmp_path}/dry/rejected.csv says why",
        ]
    ] * 2
    assert vocero("ask", "cli-dry", "renewal").returncode == IN_PART


def test_a_folder_that_is_no_book_is_wrong_usage(vocero: Vocero, tmp_path: Path) -> None:
    empty = vocero("load", tmp_path)
    missing = vocero("load", tmp_path / "nothing")

    assert (empty.returncode, missing.returncode) == (WRONG, WRONG)
    assert empty.stderr.startswith(f"vocero: `{tmp_path}` holds no book; a book is a folder of customers, ")
    assert missing.stderr.startswith(f"vocero: `{tmp_path}/nothing` is no folder; a book is a folder of customers, ")
    assert list(tmp_path.iterdir()) == []


def test_a_load_that_reaches_no_graph_says_so(elsewhere: Vocero, tmp_path: Path) -> None:
    book().write(tmp_path / "book")
    done = elsewhere("load", tmp_path / "book")

    assert done.returncode == NOT_REACHABLE
    assert done.stderr == f"vocero: no Neo4j answers at `{NOBODY}`; check that it runs there and VOCERO_NEO4J_URI\n"


@pytest.mark.parametrize("given", [["--partner-center"], ["--billed-by", "cli-one"]])
def test_partner_center_responses_need_to_be_told_who_fetched_them(elsewhere: Vocero, tmp_path: Path, given: list[str]) -> None:
    done = elsewhere("load", tmp_path, *given)

    assert done.returncode == WRONG
    assert "--partner-center and --billed-by KEY go together" in done.stderr


def test_partner_center_responses_are_loaded(vocero: Vocero, tmp_path: Path) -> None:
    (tmp_path / "subscription.json").write_text(json.dumps(subscription(partnerId="")), "utf-8")
    done = vocero("load", tmp_path, "--partner-center", "--billed-by", "cli-one")
    asked = vocero("ask", CUSTOMER, "renewal")

    assert done.returncode == DONE, done
    assert "EXPECTED Cli one (partner:cli-one)" in asked.stdout


# ask


def test_an_answer_for_people_has_the_verdict_who_and_why(vocero: Vocero) -> None:
    done = vocero("ask", "clitest", "invoice")

    assert (done.returncode, done.stderr) == (DONE, "")
    assert [line for line in done.stdout.splitlines() if line.isupper() or line.startswith(("EXP", "PER"))] == [
        "EXPECTED Cli two (partner:cli-two)"
    ]
    assert "Yes: Cli two is expected to speak to Clitest about invoices" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("options", "variables", "document"),
    [
        (["--scope", "subscription:cli-sub"], {"scope": "subscription:cli-sub"}, WHO),
        (["--valid-at", "2024-03-01"], {"asOf": {"validAt": "2024-03-01T00:00:00Z"}}, WHO),
        (
            ["--communicator", "operator:microsoft", "--valid-at", "2024-03-01T10:00:00+02:00"],
            {"communicator": "operator:microsoft", "asOf": {"validAt": "2024-03-01T08:00:00Z"}},
            MAY,
        ),
    ],
)
def test_json_is_what_the_graphql_field_gives(twice: Twice, options: list[str], variables: dict[str, object], document: str) -> None:
    done = twice.vocero("ask", "CLITEST", "renewal", *options, "--json")
    body = {"query": document, "variables": {"customer": "customer:clitest", "topic": "renewal", **variables}}
    answer = twice.now.client.post("/graphql", json=body).json()["data"]["answer"]

    assert done.returncode == DONE, done
    assert timeless(json.loads(done.stdout), variables) == timeless(answer, variables)
    assert answer


@pytest.mark.parametrize(
    ("customer", "communicator", "topic", "scope"),
    [
        ("Clitest", "cli-two", "renewal", "cli-sub"),
        ("CLITEST", "Cli Two", "Renewals", "Office 365 E3"),
        ("clitest.example", "two", "renovaciones", "OFFICE 365 E3"),
        ("customer:clitest", "partner:CLI-TWO", "topic:renewal", "subscription:cli-sub"),
    ],
)
def test_a_name_is_taken_wherever_an_id_is(vocero: Vocero, customer: str, communicator: str, topic: str, scope: str) -> None:
    done = vocero("ask", customer, topic, "--communicator", communicator, "--scope", scope, "--json")
    answer = json.loads(done.stdout)

    assert (done.returncode, done.stderr) == (DONE, "")
    assert (answer["customer"]["id"], answer["communicator"]["id"]) == ("customer:clitest", "partner:cli-two")
    assert (answer["topic"]["code"], answer["rulings"][0]["scope"]["id"]) == ("renewal", "subscription:cli-sub")


def test_an_answer_is_in_the_language_asked_for(vocero: Vocero) -> None:
    asked = vocero("ask", "clitest", "renewal", "--language", "es")

    assert "Sí: se espera que Cli two hable con Clitest sobre las renovaciones" in asked.stdout


def test_nothing_is_wrapped_in_a_pipe(vocero: Vocero) -> None:
    """A paragraph is a line, so that `grep` finds what stands in it."""
    verdict, paragraph, *_ = vocero("ask", "clitest", "renewal", "--communicator", "cli-two").stdout.splitlines()

    assert verdict == "EXPECTED Cli two (partner:cli-two)"
    assert len(paragraph) > 200


def timeless(answer: Any, variables: dict[str, object]) -> Any:  # noqa: ANN401 - JSON
    """The answer without the instant of asking, where none was asked about."""
    if isinstance(answer, list):
        return [timeless(each, variables) for each in answer]
    if "asOf" in variables:
        return answer
    return {**answer, "asOf": None}


def test_an_instant_that_was_asked_about_moves_the_answer(vocero: Vocero) -> None:
    before = vocero("ask", "clitest", "renewal", "--communicator", "partner:cli-one", "--valid-at", "2024-06-30T23:59:59Z")
    after = vocero("ask", "clitest", "renewal", "--communicator", "partner:cli-one", "--valid-at", "2024-07-01")

    assert before.stdout.startswith("EXPECTED Cli one (partner:cli-one)\n")
    assert after.stdout.startswith("NOT_STATED Cli one (partner:cli-one)\n")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["nobody", "renewal"], IN_PART, "no customer `customer:nobody` in the graph"),
        (["clitest", "renewal", "--communicator", "partner:none"], IN_PART, "no communicator `partner:none` in the graph"),
        (["clitest", "renewal", "--scope", "subscription:none"], IN_PART, "customer `customer:clitest` has no scope `subscription:none`"),
        (["clitest", "renewal", "--known-at", "2999-01-01"], WRONG, "knownAt `2999-01-01T00:00:00Z` is in the future"),
        (["clitest", "renewal", "--valid-at", "yesterday"], WRONG, "`yesterday` is no time; a time is written as 2024-07-01T00:00:00Z"),
        (["clitest", "renewal", "--communicator", "cli-none"], IN_PART, "no partner or operator `partner:cli-none` in the graph"),
        (["clitset", "renewal"], IN_PART, "no customer `customer:clitset` in the graph; did you mean Clitest (customer:clitest)?"),
        (["clitest", "renewel"], IN_PART, "no topic `renewel` in the policy; did you mean `renewal`?"),
        (["clitest", "renewal", "--scope", "office 365 e5"], IN_PART, "did you mean Office 365 E3 (subscription:cli-sub)?"),
        (["clitest", "renewal", "--communicator", "cli"], WRONG, ": Cli one (partner:cli-one), Cli two (partner:cli-two)"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told_in_one_line(vocero: Vocero, arguments: list[str], status: int, said: str) -> None:
    done = vocero("ask", *arguments)

    assert (done.returncode, done.stdout) == (status, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("vocero: ")
    assert said in line


@pytest.mark.parametrize("arguments", [[], ["ask", "clitest"], ["export", "nothing"]])
def test_bad_usage_is_told_as_such(elsewhere: Vocero, arguments: list[str]) -> None:
    done = elsewhere(*arguments)

    assert done.returncode == WRONG
    assert "Usage: " in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_installed_program_exits_with_the_status_of_its_command(elsewhere: Vocero, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("title = 5", "utf-8")
    arguments = [("policy", "check", SHIPPED), ("policy", "check", tmp_path / "bad.toml"), ("load", tmp_path), ("ask", "c", "renewal")]
    done = [elsewhere.process(*each) for each in arguments]

    assert [each.returncode for each in done] == [DONE, IN_PART, WRONG, NOT_REACHABLE]
    assert [(each.returncode, each.stdout, each.stderr) for each in done] == [
        (each.returncode, each.stdout, each.stderr) for each in (elsewhere(*each) for each in arguments)
    ]


# export and policy


def test_the_whole_graph_is_exported_as_a_book(vocero: Vocero, tmp_path: Path) -> None:
    done = vocero("export", "book", tmp_path / "out")

    assert done.returncode == DONE, done
    rows = {}
    for name, columns in COLUMNS.items():
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows[name] = list(reader)
            assert tuple(reader.fieldnames or ()) == columns
    assert "clitest" in {row["key"] for row in rows["customers"]}
    bills = [row for row in rows["relationships"] if row["type"] == "BILLS" and row["to"] == "subscription:cli-sub"]
    assert [(row["from"], row["valid_from"], row["valid_to"]) for row in bills] == [
        ("partner:cli-one", "2024-01-01T00:00:00Z", "2024-07-01T00:00:00Z"),
        ("partner:cli-two", "2024-07-01T00:00:00Z", ""),
    ]
    assert done.stdout == f"{sum(map(len, rows.values()))} rows written to {tmp_path}/out\n"


def test_a_folder_with_something_else_in_it_is_not_written_over(vocero: Vocero, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    done = vocero("export", "book", tmp_path)

    assert done.returncode == WRONG
    assert "holds `mine.txt`, which is no file of a book" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_shipped_policy_passes_its_check(elsewhere: Vocero) -> None:
    done = elsewhere("policy", "check", SHIPPED)

    assert (done.returncode, done.stderr) == (DONE, "")
    assert done.stdout.splitlines()[0].startswith("total: 210 cells, ")
    assert done.stdout.splitlines()[1] == "changed interpretations: none"


def test_a_bad_policy_is_told_line_by_line(elsewhere: Vocero, tmp_path: Path) -> None:
    text = SHIPPED.read_text("utf-8").replace("[statements.S1]", "[statements.S9]")
    (tmp_path / "bad.toml").write_text(text, "utf-8")
    line = text[: text.index("[statements.S9]")].count("\n") + 1
    done = elsewhere("policy", "check", tmp_path / "bad.toml")
    missing = elsewhere("policy", "check", tmp_path / "nothing.toml")

    assert (done.returncode, done.stdout) == (IN_PART, "")
    assert f"{tmp_path}/bad.toml: line {line}: " in done.stderr
    assert len(done.stderr.splitlines()) > 1
    assert missing.returncode == WRONG
    assert "nothing.toml" in missing.stderr


def test_a_service_is_not_started_with_a_bad_policy(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("title = 5", "utf-8")
    done = Vocero(tmp_path, VOCERO_POLICY=str(tmp_path / "bad.toml"))("serve", "--port", "0")

    assert done.returncode == WRONG
    assert done.stderr.startswith("vocero: line 1: `title` is empty or not a text; write it in quotes\n")
    assert not (tmp_path / "data").exists()


# the end: nothing of this file may follow that needs the running service


def test_sigterm_ends_the_service_and_its_neo4j_in_order(twice: Twice) -> None:
    [neo4j] = children_of(twice.now.process.pid)
    begun = time.monotonic()
    os.kill(twice.now.process.pid, signal.SIGTERM)
    status = twice.now.process.wait(30)
    seconds = time.monotonic() - begun

    assert status == DONE
    assert not alive(neo4j)
    assert not (twice.vocero.data / "neo4j.json").exists()
    assert seconds < 15
    assert "Traceback" not in twice.now.errors
