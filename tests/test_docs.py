"""Every example in the documentation does what it says, on the demo world."""

import re
from asyncio import to_thread
from pathlib import Path
from uuid import uuid4

import pytest

from policy.instant import now
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_link_and_file_named_in_a_page_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    files = re.findall(r"`((?:policy|graph|resolvers|schema|service|intake)/[\w/.]+\.\w+)`", text)

    assert [link for link in links if not (page.parent / link).exists()] == []
    assert [file for file in files if not (ROOT / file).exists()] == []
