"""The option `--pure`: only tests that need no Neo4j, so that they take seconds."""

import os

import pytest

OPTION = "--pure"
NEED_NEO4J = {"cache", "on_embedded", "service"}
"""Fixtures; `neo4j` asks for `cache`, as every test has to that starts a Neo4j of its own."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the option."""
    parser.addoption(OPTION, action="store_true", help="run only tests that need no Neo4j")


def pytest_configure(config: pytest.Config) -> None:
    """Have each start of a Neo4j fail, in whatever process: its jars are looked for where no folder can be."""
    if config.getoption(OPTION):
        os.environ["VOCERO_CACHE"] = f"{os.devnull}/{OPTION}: a test that starts a Neo4j asks for the fixture `cache`"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that ask for a Neo4j, directly or through other fixtures."""
    if not config.getoption(OPTION):
        return
    needy = {item: bool(isinstance(item, pytest.Function) and NEED_NEO4J & {*item.fixturenames}) for item in items}
    config.hook.pytest_deselected(items=[item for item in items if needy[item]])
    items[:] = [item for item in items if not needy[item]]
