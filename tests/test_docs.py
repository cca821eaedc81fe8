"""Every example in the documentation does what it says, on the demo world."""

import os
import re
import subprocess
import sys
from asyncio import to_thread
from pathlib import Path
from uuid import uuid4

import pytest

from intake.columns import COLUMNS
from policy.instant import now
from policy.terms import AdminKind, AgreementChannel, Cloud, RelationshipType
from service.demo import write_demo
from tests.running_service import RunningService
from tests.service.asking import on_server
from tests.service.vocero import Vocero
from tests.watching import watching

CHANGE = """mutation ($key: String!) { apply(idempotencyKey: $key, changes: [
  {putCustomer: {key: "new-customer", name: "Woodgrove"}},
  {start: {type: RESELLER_FOR, from: "partner:fabrikam", to: "customer:new-customer", validFrom: "2026-01-01T00:00:00Z"}}]) { applied } }"""

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
DATE = re.compile(r"\d{1,2} \w+ 20\d\d \(UTC\)")


def examples(language: str) -> list[tuple[str, str]]:
    """(where it stands, its text) of every block in that language."""
    return [
        (f"{page.name}-{place}", text)
        for page in PAGES
        for place, (kind, text) in enumerate(FENCED.findall(page.read_text(encoding="utf-8")))
        if kind == language
    ]


def commands() -> list[tuple[str, str, str]]:
    """(where it stands, the command, what it prints) of every console example."""
    found = []
    for where, text in examples("console"):
        for part in text.split("$ ")[1:]:
            command, _, output = part.partition("\n")
            found.append((where, command, output))
    return found


@pytest.fixture(scope="module")
async def demo(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> RunningService:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, now())
    assert await service.replace_with(folder) == []
    return service


@pytest.mark.parametrize("text", [text for _, text in examples("graphql")], ids=[where for where, _ in examples("graphql")])
async def test_each_graphql_example_is_answered(demo: RunningService, text: str) -> None:
    if text.startswith("subscription"):
        since = (await demo.query("{ revision }"))["revision"]
        await demo.query(CHANGE, key=uuid4().hex)
        async with watching(demo.url, text, since=since) as watch:
            assert await watch.next()
        return
    data = await demo.query(text)

    assert data
    assert all(data.values())


@pytest.mark.parametrize(("command", "output"), [each[1:] for each in commands()], ids=[where for where, *_ in commands()])
async def test_each_command_prints_what_the_page_shows(demo: RunningService, tmp_path: Path, command: str, output: str) -> None:
    """An ellipsis stands for what the page leaves out; the day is another one."""
    program, *arguments = command.split()
    assert program == ".venv/bin/vocero"
    done = await to_thread(Vocero(tmp_path, **on_server(demo.neo4j)), *arguments)

    wanted = ".*".join(re.escape(part) for part in flat(output).split("…"))
    assert done.returncode == 0
    assert re.fullmatch(wanted.strip(), flat(done.stdout))


def flat(text: str) -> str:
    return DATE.sub("today", " ".join(text.split()))


def test_each_line_of_a_start_with_own_data_works(cache: Path, tmp_path: Path) -> None:
    """On a folder of one's own, where nothing was before; the last line serves, and is ended when it answers."""
    [(_, text)] = examples("bash")
    *lines, serve = text.splitlines()
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    server = serve.replace("--port 8080", "--port 0 --json > served & pid=$!")
    wait = "for second in $(seq 240); do grep -q graphql served && break; sleep 1; done; cat served; kill -INT $pid; wait $pid"
    environment = {**os.environ, "VOCERO_CACHE": str(cache), "PYTHONPATH": str(ROOT)}
    script = "\n".join(["set -e -m", *(f"{line}\necho status: $?" for line in lines), server, wait])
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)  # noqa: S603, S607

    assert len(lines) + 1 <= 10
    assert done.returncode == 0, done.stderr
    assert "vocero: " not in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.count("status: 0") == len(lines)
    assert not (tmp_path / "my-book" / "rejected.csv").exists()
    assert "EXPECTED Example Partner (partner:example-partner)" in done.stdout
    assert "Woodgrove Bank" in (tmp_path / "my-export" / "customers.csv").read_text("utf-8")
    assert '/graphql"' in done.stdout


def test_the_columns_of_a_book_are_those_that_are_taken() -> None:
    page = (ROOT / "docs" / "intake.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| `([\w,]+)` \|$", page, re.MULTILINE))

    assert {name: tuple(columns.split(",")) for name, columns in rows.items()} == dict(COLUMNS)
    assert [each for terms in (RelationshipType, AdminKind, Cloud, AgreementChannel) for each in terms if f"`{each}`" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_link_and_file_named_in_a_page_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    files = re.findall(r"`((?:policy|graph|resolvers|schema|service|intake)/[\w/.]+\.\w+)`", text)

    assert [link for link in links if not (page.parent / link).exists()] == []
    assert [file for file in files if not (ROOT / file).exists()] == []
