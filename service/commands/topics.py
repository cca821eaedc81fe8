"""The command `vocero topics`, and the topics as a shell completes them."""

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.table import Table

from policy.policy import Policy
from policy.terms import Category
from service.commands.console import AsJson, out, write_json
from service.commands.language import InLanguage, language_of
from service.settings import read_settings


def topics(
    category: Annotated[Category | None, typer.Option(case_sensitive=False, help="only those of this category")] = None,
    language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """List the topics that can be asked about, in the order of the policy."""
    spoken = language_of(language)
    listed = [topic for topic in _policy().topics.values() if category in {None, topic.category}]
    if as_json:
        texts = ({"name": topic.name[spoken], "description": topic.description[spoken]} for topic in listed)
        write_json([{"code": topic.code, "category": topic.category, **text} for topic, text in zip(listed, texts, strict=True)])
        return
    table = Table("code", "category", "name", "description", box=None)
    for topic in listed:
        table.add_row(topic.code, topic.category, topic.name[spoken], topic.description[spoken])
    out.print(table, highlight=False, markup=False)


def completed_topics(incomplete: str) -> Iterator[tuple[str, str]]:
    """The codes that begin so, each with its name."""
    spoken = language_of(None)
    return ((code, topic.name[spoken]) for code, topic in _policy().topics.items() if code.startswith(incomplete.lower()))


def _policy() -> Policy:
    from service.usable import policy_of

    return policy_of(read_settings())
