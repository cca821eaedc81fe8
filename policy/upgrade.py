"""A policy file of the first form written anew in the form of today, with its topics and its switched readings."""

import json
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from policy.cells import spelled
from policy.policy import Cell, Policy, Text, Topic
from policy.terms import Category, Standing
from policy.toml_lines import lines_of

BECAME: Final[Mapping[Category, tuple[Category, ...]]] = {
    Category.SUBSCRIPTION: (Category.SUBSCRIPTION, Category.ACQUISITION, Category.ENDING),
    Category.RELATIONSHIP: (Category.RELATIONSHIP, Category.ADMINISTRATION),
}
"""The categories among which the topics of one of the first form are now; of all others: that one itself."""


class Upgraded(NamedTuple):
    """The text of the new file, and the switched cells of the old one for which there is no such cell any more."""

    text: str
    lost: tuple[tuple[Standing, Category], ...]


def upgraded(own: Policy, first: Policy, shipped: Policy, text: str) -> Upgraded:
    """
    The shipped file of today with what is an operator's own.

    own:  the policy of its file of the first form; first: the shipped one of that form
    text: of the shipped file
    """
    lines, places = text.splitlines(), lines_of(text)
    cells, lost = _switched(own, first, shipped)
    for (standing, category), cell in cells.items():
        at = places["table", standing, category] - 1
        lines[at] = f"{lines[at].partition('=')[0]}= {_quoted(spelled(cell))}"
    added = []
    for topic in own.topics.values():
        if topic.code not in shipped.topics:
            added += ["", *_written(topic)]
        elif topic != first.topics.get(topic.code):
            number = list(shipped.topics).index(topic.code)
            for key, reworded in (("name", topic.name), ("description", topic.description)):
                if _is_own(topic, first, key):
                    lines[places["topics", number, key] - 1] = f"{key:<11} = {_text(reworded)}"
    return Upgraded("\n".join([*lines, *added]) + "\n", tuple(lost))


def _is_own(topic: Topic, first: Policy, key: str) -> bool:
    shipped = first.topics.get(topic.code)
    return shipped is None or getattr(topic, key) != getattr(shipped, key)


def _switched(
    own: Policy, first: Policy, shipped: Policy
) -> tuple[Mapping[tuple[Standing, Category], Cell], list[tuple[Standing, Category]]]:
    kept, lost = {}, []
    for (standing, category), cell in own.table.items():
        if cell.verdict is not first.table[standing, category].verdict:
            now = {(standing, each): shipped.table[standing, each] for each in BECAME.get(category, (category,))}
            alike = {
                place: each._replace(verdict=cell.verdict) for place, each in now.items() if each.interpretation == cell.interpretation
            }
            kept.update(alike)
            if not alike:
                lost.append((standing, category))
    return kept, lost


def _written(topic: Topic) -> Iterator[str]:
    yield "[[topics]]"
    yield f"code        = {_quoted(topic.code)}"
    yield f"category    = {_quoted(topic.category)}"
    yield f"name        = {_text(topic.name)}"
    yield f"description = {_text(topic.description)}"


def _text(text: Text) -> str:
    return "{ " + ", ".join(f"{language} = {_quoted(words)}" for language, words in text.items()) + " }"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
