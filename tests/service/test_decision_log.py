"""The decision log: every verdict that was given, as it was given; and asked again, the same one comes out."""

import json
import random
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from graph.embedded import Running
from graph.graph import Graph
from tests.oracle.book import Book, row_of
from tests.oracle.documents import PERMISSIONS
from tests.running_service import emptied
from tests.service.asking import bearing, on_server
from tests.service.vocero import Served, Vocero

SHIPPED = Path(__file__).parents[2] / "policy" / "policy.toml"
SAME, DIFFERENT, WRONG = 0, 1, 2
REFUSED = {"NOT_FOUND", "CONFLICT"}
KEYS = ("a1", "b2", "c3")
TOPICS = ("renewal", "invoice", "incident", "how-to", "event", "training")
PARTNERS = [f"partner:{key}" for key in KEYS]
COMMUNICATORS = [*PARTNERS, "operator:microsoft", "operator:21vianet", "partner:nobody"]
CUSTOMERS = [f"customer:{key}" for key in KEYS]
APPLY = "mutation ($changes: [Change!]!, $key: String!) { apply(changes: $changes, idempotencyKey: $key) { revision } }"
WHO = """query ($customer: ID!, $topic: String!, $scope: ID, $asOf: AsOf) {
  permittedCommunicators(customer: $customer, topic: $topic, scope: $scope, asOf: $asOf) { verdict communicator { id } } }"""
MAY = """query ($communicator: ID!, $customer: ID!, $topic: String!, $scope: ID, $asOf: AsOf) {
  permission(communicator: $communicator, customer: $customer, topic: $topic, scope: $scope, asOf: $asOf) {
    verdict permitted revision policyVersion asOf { validAt knownAt } } }"""
NESTED = """{ customers(first: 3) { edges { node { id permittedCommunicators(topic: "incident") { verdict communicator { id } } } } } }"""

Line = dict[str, Any]


class Logging:
    """A service whose decisions are logged, and the files of that log."""

    def __init__(self, neo4j: Running, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.file = folder / "decisions.ndjson"
        self.vocero = Vocero(folder, **on_server(neo4j.address), VOCERO_DECISION_LOG=str(self.file), **settings)

    @property
    def files(self) -> list[Path]:
        """All of them, whatever worker or time they are of."""
        return sorted(path for path in self.folder.glob("decisions*") if path.suffix != ".lock")

    @property
    def lines(self) -> list[Line]:
        """Every line, once the service has stopped."""
        return [json.loads(line) for path in self.files for line in path.read_text("utf-8").splitlines()]

    def replay(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.vocero("replay", *self.files, *arguments)


@pytest.fixture(autouse=True, scope="module")
async def empty(neo4j: Running) -> None:
    """Other tests have customers of the same keys, and a book is taken or refused by what is there."""
    async with Graph.connect(neo4j.address, read_seconds=30) as graph:
        await emptied(graph)


@pytest.fixture
def logging(neo4j: Running, tmp_path: Path) -> Logging:
    """A dense random book is loaded."""
    logging = Logging(neo4j, tmp_path)
    assert logging.vocero("load", logging.vocero.write("book", dense_book(random.Random(7)))).returncode in {SAME, DIFFERENT}  # noqa: S311
    return logging


@pytest.fixture(scope="module")
def logged(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> Logging:
    """A log of a few decisions about the past."""
    logging = Logging(neo4j, tmp_path_factory.mktemp("logged"))
    logging.vocero("load", logging.vocero.write("book", dense_book(random.Random(7))))  # noqa: S311
    with logging.vocero.application() as served:
        for topic in ("incident", "renewal"):
            assert ask(served, WHO, customer="customer:a1", topic=topic, asOf={"validAt": "2024-09-01T00:00:00Z"})["data"]
    return logging


def file_of(folder: Path, *lines: str) -> Path:
    (folder / "lines").write_text("".join(f"{line}\n" for line in lines))
    return folder / "lines"


def dense_book(chance: random.Random) -> Book:
    """Everybody has to do with everybody at some time."""
    book = Book(
        customers=[row_of("customers", key=key, name=f"Customer {key}") for key in KEYS],
        partners=[row_of("partners", key=key, name=f"Partner {key}") for key in KEYS],
        subscriptions=[row_of("subscriptions", key=f"s{number}", offer="Office") for number in range(6)],
        agreements=[row_of("agreements", key="e1", type="EA", channel="DIRECT")],
    )
    ends = {"BILLS": [*PARTNERS, "operator:microsoft"], "RESELLS": PARTNERS, "SUPPORTS": PARTNERS}
    for number in range(6):
        to = f"subscription:s{number}"
        book.relationships.append(row_of("relationships", type="HOLDS", from_=chance.choice(CUSTOMERS), to=to, valid_from="2024-01-01"))
        for type_, starts in ends.items():
            start = chance.choice(starts)
            book.relationships.append(
                row_of("relationships", type=type_, from_=start, to=to, valid_from="2024-01-01", valid_to="2025-06-01")
            )
    for customer in CUSTOMERS:
        start = chance.choice(PARTNERS)
        book.relationships.append(row_of("relationships", type="RESELLER_FOR", from_=start, to=customer, valid_from="2024-06-01"))
        book.relationships.append(
            row_of("relationships", type="ADMINISTERS", kind="GDAP", from_=chance.choice(PARTNERS), to=customer, valid_from="2025-01-01")
        )
    book.relationships.append(row_of("relationships", type="PARTY_TO", from_=CUSTOMERS[0], to="agreement:e1", valid_from="2024-01-01"))
    return book


def ask(served: Served, document: str, key: str | None = None, **variables: object) -> Any:  # noqa: ANN401 - JSON
    return answered(served, document, variables, key)


def answered(served: Served, document: str, variables: dict[str, Any], key: str | None) -> Any:  # noqa: ANN401 - JSON
    """The answer, which may be that there is none, but not that the service could not say."""
    headers = {} if key is None else bearing(key)
    answer = served.client.post("/graphql", json={"query": document, "variables": variables}, headers=headers).json()
    assert {error["extensions"]["code"] for error in answer.get("errors", ())} <= REFUSED, answer["errors"]
    return answer


def question(chance: random.Random) -> dict[str, Any]:
    """One that may have no answer too."""
    scope = chance.choice([None, None, f"subscription:s{chance.randrange(6)}", "agreement:e1"])
    asked = {"communicator": chance.choice(COMMUNICATORS), "customer": chance.choice(CUSTOMERS), "topic": chance.choice(TOPICS)}
    return asked | ({} if scope is None else {"scope": scope})


def as_of(chance: random.Random) -> dict[str, str] | None:
    valid_at = datetime(2023, 12, 1, tzinfo=UTC) + timedelta(days=chance.randrange(1000))
    return chance.choice([None, {"validAt": valid_at.isoformat()}, {"knownAt": datetime.now(UTC).isoformat()}])


def asked_at_random(served: Served, chance: random.Random, key: str | None = None) -> int:
    """Ask a few questions of every kind; how many lines they come to."""
    lines = 0
    for _ in range(8):
        may = ask(served, MAY, key, **question(chance), asOf=as_of(chance))["data"]["permission"]
        lines += may is not None
        one = {name: value for name, value in question(chance).items() if name != "communicator"}
        who = ask(served, WHO, key, **one, asOf=as_of(chance))["data"]["permittedCommunicators"]
        lines += 0 if who is None else len(who) or 1
    many = ask(served, PERMISSIONS, key, questions=[question(chance) for _ in range(20)], asOf=as_of(chance))["data"]["permissions"]
    lines += sum(each is not None for each in many)
    for edge in ask(served, NESTED, key)["data"]["customers"]["edges"]:
        lines += len(edge["node"]["permittedCommunicators"]) or 1
    return lines


def changed_at_random(served: Served, chance: random.Random, key: str | None = None) -> None:
    """Move something: what was known before is what a replay asks about."""
    for number in range(6):
        to = f"subscription:s{number}"
        transfer = {"subscriptions": [to], "to": chance.choice(PARTNERS), "completedAt": "2025-02-01T00:00:00Z"}
        start = {"type": "RESELLS", "from": chance.choice(PARTNERS), "to": to, "validFrom": "2025-07-01T00:00:00Z"}
        for change in ({"transferBilling": transfer}, {"start": start}):  # some are refused: it is so already
            answered(served, APPLY, {"changes": [change], "key": uuid4().hex}, key)


def test_random_questions_are_logged_each_and_have_the_same_answers_again(logging: Logging) -> None:
    """Also after everything has changed."""
    chance = random.Random(11)  # noqa: S311 - no secret
    wanted = 0
    with logging.vocero.application() as served:
        for _ in range(4):
            wanted += asked_at_random(served, chance)
            changed_at_random(served, chance)
    done = logging.replay()

    assert len(logging.lines) == wanted
    assert (done.returncode, done.stderr) == (SAME, "")
    assert done.stdout == f"{wanted} lines: 0 differ, 0 can't be read, 0 were decided by a policy that is not here\n"
    assert {line["asked"] for line in logging.lines} == {"permission", "permittedCommunicators"}
    assert len({line["verdict"] for line in logging.lines}) > 4


def test_a_line_says_who_asked_what_and_what_the_answer_was(logging: Logging) -> None:
    with logging.vocero.application() as served:
        variables = {"communicator": "operator:MICROSOFT", "customer": "customer:A1", "topic": "topic:incident"}
        answer = served.client.post("/graphql", json={"query": MAY, "variables": variables}, headers={"X-Request-Id": "mine"}).json()[
            "data"
        ]["permission"]
        before = datetime.now(UTC)

    [line] = logging.lines
    assert before - timedelta(seconds=60) < datetime.fromisoformat(line.pop("at")) < before
    assert line == {
        "requestId": "mine",
        "caller": {"name": "anonymous", "role": "operator", "node": None},
        "asked": "permission",
        "communicator": "operator:microsoft",
        "customer": "customer:a1",
        "topic": "incident",
        "scope": None,
        "validAt": answer["asOf"]["validAt"],
        "knownAt": answer["asOf"]["knownAt"],
        "verdict": answer["verdict"],
        "permitted": answer["permitted"],
        "everywhere": True,
        "of": 1,
        "revision": answer["revision"],
        "policyVersion": answer["policyVersion"],
    }


def test_questions_without_an_answer_leave_no_line(logging: Logging) -> None:
    question = {"communicator": "partner:nobody", "customer": "customer:nobody", "topic": "renewal"}
    with logging.vocero.application() as served:
        assert ask(served, PERMISSIONS, questions=[question] * 3)["data"] == {"permissions": [None] * 3}

    assert [path.read_text("utf-8") for path in logging.files] == [""]


def test_an_answer_of_nobody_leaves_a_line_too(logging: Logging) -> None:
    with logging.vocero.application() as served:
        put_new_customer(served)
        assert ask(served, WHO, customer="customer:new", topic="renewal")["data"] == {"permittedCommunicators": []}

    [line] = logging.lines
    assert (line["communicator"], line["verdict"], line["permitted"], line["of"]) == (None, None, False, 0)
    assert logging.replay().returncode == SAME


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ({"verdict": "PROHIBITED"}, "was PROHIBITED, is "),
        ({"of": 7}, "was one of 7, is one of "),
        ({"communicator": "partner:nobody"}, "is not given"),
        ({"customer": "customer:nobody"}, "can't be asked any more: no customer `customer:nobody` in the graph"),
        ({"topic": "weather"}, "can't be asked any more: no topic `weather` in the policy"),
        ({"validAt": "1999-01-01T00:00:00Z"}, "line 1: "),
    ],
)
def test_a_line_that_was_tampered_with_is_found(logged: Logging, tmp_path: Path, to: dict[str, object], said: str) -> None:
    first, *others = logged.lines
    done = logged.vocero("replay", file_of(tmp_path, json.dumps(first | to), *map(json.dumps, others)))

    assert done.returncode == DIFFERENT
    difference, summary = done.stdout.splitlines()
    assert difference.startswith(f"{tmp_path}/lines, line 1: ")
    assert said in difference
    assert difference.endswith("; by the same policy")
    assert summary.startswith(f"{1 + len(others)} lines: 1 differ, ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no decision: invalid JSON"),
        ("[]", "is no decision: "),
        ("{}", "is no decision: `asked` field required"),
        ("\x00\x01", "is no decision: "),
        ("x" * 200_000, "is longer than 65536 bytes"),
    ],
)
def test_a_line_that_is_none_is_named_and_the_others_are_asked(logged: Logging, tmp_path: Path, text: str, said: str) -> None:
    line = json.dumps(logged.lines[0])
    file = file_of(tmp_path, line, text, line)
    done = logged.vocero("replay", file)
    plain = [json.loads(each) for each in logged.vocero("replay", file, "--json").stdout.splitlines()]

    assert done.returncode == DIFFERENT
    told, summary = done.stdout.splitlines()
    assert told.startswith(f"{file}, line 2: {said}")
    assert summary.startswith("3 lines: 0 differ, 1 can't be read, ")
    assert [plain[0]["line"], plain[1]] == [2, {"lines": 3, "differences": 0, "unreadable": 1, "unknownPolicy": 0}]


def test_each_line_is_judged_by_the_policy_that_decided_it(logging: Logging, neo4j: Running) -> None:
    """The one of the settings, a shipped one, or one that is named; without it the line is counted, and not judged."""
    policy = logging.folder / "policy.toml"
    policy.write_text(SHIPPED.read_text("utf-8").replace('"NOT_STATED *s1-in-general"', '"PROHIBITED *s1-in-general"'))
    theirs = Vocero(logging.folder, **on_server(neo4j.address), VOCERO_POLICY=str(policy), VOCERO_DECISION_LOG=str(logging.file))
    with theirs.application() as served:
        put_new_customer(served)
        assert ask(served, MAY, communicator="operator:microsoft", customer="customer:new", topic="training")["data"]["permission"]

    [line] = logging.lines
    assert line["verdict"] == "PROHIBITED"
    assert theirs("replay", logging.file).returncode == SAME
    assert logging.replay("--policy", str(policy)).returncode == SAME
    done = logging.replay()
    [plain, counts] = [json.loads(each) for each in logging.replay("--json").stdout.splitlines()]
    assert done.returncode == DIFFERENT
    assert f"decided by the policy {line['policyVersion'][:12]}, which is not here; name its file with --policy" in done.stdout
    assert (plain["was"]["policyVersion"], plain["is"]) == (line["policyVersion"], None)
    assert counts == {"lines": 1, "differences": 0, "unreadable": 0, "unknownPolicy": 1}


def put_new_customer(served: Served) -> None:
    variables = {"changes": [{"putCustomer": {"key": "new"}}], "key": uuid4().hex}
    served.client.post("/graphql", json={"query": APPLY, "variables": variables})


def test_each_worker_writes_a_file_of_its_own_and_all_of_it_lasts(neo4j: Running, tmp_path: Path) -> None:
    """Small files, many decisions, four writers: nothing is torn or lost, and only so many files are kept."""
    logging = Logging(neo4j, tmp_path, VOCERO_DECISION_LOG_BYTES="1000000", VOCERO_DECISION_LOG_FILES="5")
    logging.vocero("load", logging.vocero.write("book", dense_book(random.Random(7))))  # noqa: S311
    questions = [{"communicator": "operator:microsoft", "customer": "customer:a1", "topic": "incident"}] * 50
    with logging.vocero.serving("--workers", "2") as served:
        for _ in range(30):
            body = {"query": PERMISSIONS, "variables": {"questions": questions}}
            assert "errors" not in httpx.post(f"{served.url}/graphql", json=body, timeout=60).json()

    assert len(logging.lines) == 1500
    assert {path.stem for path in logging.files} == {"decisions", "decisions-2"}


def test_files_rotate_and_only_their_owner_reads_them(neo4j: Running, tmp_path: Path) -> None:
    logging = Logging(neo4j, tmp_path, VOCERO_DECISION_LOG_BYTES="10000", VOCERO_DECISION_LOG_FILES="3")
    logging.vocero("load", logging.vocero.write("book", dense_book(random.Random(7))))  # noqa: S311
    logging.file.touch(mode=0o666)
    with logging.vocero.application() as served:
        for _ in range(100):
            ask(served, MAY, communicator="operator:microsoft", customer="customer:a1", topic="incident")

    assert [path.name for path in logging.files] == ["decisions.ndjson", "decisions.ndjson.1", "decisions.ndjson.2"]
    assert {path.stat().st_mode & 0o777 for path in logging.files} == {0o600}
    assert max(path.stat().st_size for path in logging.files) <= 10_000
    assert logging.replay().returncode == SAME


def test_a_log_that_cannot_be_written_is_told_at_the_start(neo4j: Running, tmp_path: Path) -> None:
    done = Vocero(tmp_path, **on_server(neo4j.address), VOCERO_DECISION_LOG=str(tmp_path / "nothing" / "log"))("serve", "--port", "0")

    assert done.returncode == WRONG
    assert done.stderr.startswith(f"vocero: the decision log `{tmp_path}/nothing/log` can't be written (No such file or directory)")


@pytest.fixture
def with_keys(neo4j: Running, tmp_path: Path) -> tuple[Logging, Callable[..., str]]:
    """A service that asks who asks, and what makes a key."""
    logging = Logging(neo4j, tmp_path, VOCERO_AUTH="on")
    logging.vocero("load", logging.vocero.write("book", dense_book(random.Random(7))))  # noqa: S311

    def key(role: str, node: str | None = None) -> str:
        given = () if node is None else ("--node", node)
        return logging.vocero("key", "create", f"{role}-{uuid4().hex}", "--role", role, *given).stdout.strip()

    return logging, key


def test_what_a_bound_caller_was_told_is_told_to_such_a_caller_again(with_keys: tuple[Logging, Callable[..., str]]) -> None:
    """A partner sees others as one, and a replay asks as that partner."""
    logging, key = with_keys
    chance = random.Random(13)  # noqa: S311 - no secret
    operator = key("operator")
    callers = [key("partner", "partner:a1"), key("partner", "partner:b2"), key("customer", "customer:a1"), key("analyst")]
    wanted = 0
    with logging.vocero.application() as served:
        for caller in callers:
            wanted += asked_at_random(served, chance, caller)
            changed_at_random(served, chance, operator)
    done = logging.replay()

    assert len(logging.lines) == wanted
    assert (done.returncode, done.stdout.split(",")[0]) == (SAME, f"{wanted} lines: 0 differ"), done.stdout
    assert {line["caller"]["role"] for line in logging.lines} == {"partner", "customer", "analyst"}
