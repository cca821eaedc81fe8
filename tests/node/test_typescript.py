"""The typed example of the documentation: generated, compiled and run against the service."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from tests.oracle.book import Book, row_of
from tests.running_service import RunningService

ROOT = Path(__file__).parents[2]
SECONDS = 60
RETRACT = """mutation ($key: String!) { apply(idempotencyKey: $key, changes: [{retract: {
  type: RESELLER_FOR, from: "partner:fabrikam", to: "customer:contoso", validFrom: "2024-01-01T00:00:00Z"}}]) { applied } }"""

Run = Callable[..., str]


@pytest.fixture(scope="module")
def example(installed: Callable[[Path], Path], run_in: Run) -> Path:
    """The example as its README has it built, with the schema where it expects it."""
    folder = installed(ROOT / "docs" / "examples" / "typescript")
    schema = folder.parents[2] / "schema"
    schema.mkdir(exist_ok=True)
    shutil.copy(ROOT / "schema" / "schema.graphql", schema)
    for script in ("generate", "build"):
        run_in(folder, "npm", "run", script)
    return folder


def test_code_is_generated_from_the_schema_as_it_stands(example: Path) -> None:
    """By graphql-codegen, and by the Relay compiler."""
    assert "PermissionChangesSubscriptionVariables" in (example / "src/gql/graphql.ts").read_text("utf-8")
    assert {file.name for file in (example / "relay/__generated__").iterdir()} >= {
        "CustomerList.graphql.ts",
        "CustomerListNextPage.graphql.ts",
        "CustomerName.graphql.ts",
    }


async def test_the_compiled_example_asks_and_hears_of_the_change(service: RunningService, example: Path, tmp_path: Path) -> None:
    Book(
        customers=[row_of("customers", key="contoso", name="Contoso")],
        partners=[row_of("partners", key="fabrikam", name="Fabrikam")],
        relationships=[
            row_of("relationships", type="RESELLER_FOR", from_="partner:fabrikam", to="customer:contoso", valid_from="2024-01-01")
        ],
    ).write(tmp_path / "book")
    assert await service.replace_with(tmp_path / "book") == []
    command = ("node", "dist/index.js", f"{service.url}/graphql")
    process = await asyncio.create_subprocess_exec(*command, cwd=example, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(SECONDS):
        asked = (await process.stdout.readline()).decode()
        assert (await process.stdout.readline()) == b"watching\n"
        await service.query(RETRACT, key=uuid4().hex)
        heard = (await process.stdout.readline()).decode()
        status = await process.wait()

    assert asked.startswith("EXPECTED: Yes")
    assert heard.startswith("EXPECTED -> NOT_STATED at 20")
    assert status == 0
