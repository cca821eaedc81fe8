"""The sentences of phrases.toml and findings.toml and the words of words.toml, filled in."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Final

from policy.policy import Text
from policy.terms import Language

FILES: Final = ("phrases.toml", "findings.toml", "words.toml")
I_SOUND: Final = re.compile(r"\W*h?[ií](?![aeiou])", re.IGNORECASE)
ARTICLE: Final = "el "
BEFORE_ARTICLE: Final = re.compile(r"\b(a|de) \{(scopes|subscriptions|agreements|other|topic)\}")
"""Where a phrase of ours may follow; a name that begins with an article keeps it."""


@cache
def phrases() -> Mapping[str, Text]:
    """Name of a phrase, such as `answer.EXPECTED`, -> its text."""
    contents = (tomllib.loads(files("policy").joinpath(file).read_text(encoding="utf-8")) for file in FILES)
    return {
        f"{group}.{name}": {Language(language): template for language, template in text.items()}
        for content in contents
        for group, texts in content.items()
        for name, text in texts.items()
    }


@cache
def gaps(phrase: str) -> frozenset[str]:
    """The names of what a phrase leaves open."""
    return frozenset(name for _, name, _, _ in Formatter().parse(phrases()[phrase][Language.EN]) if name)


def say(language: Language, phrase: str, /, **values: str | int) -> str:
    """The phrase with its values; a sentence that ends in a name like `Contoso Ltd.` keeps one full stop."""
    template = phrases()[phrase][language]
    if language is Language.ES:
        template, values = _contracted(template, values)
    text = template.format_map(values)
    return text.removesuffix(".") if text.endswith("..") else text


def listed(items: Sequence[str], language: Language) -> str:
    """`A, B and C`; in Spanish `y` is `e` before the sound of an i."""
    *others, last = items
    if not others:
        return last
    return say(language, "list.AND_BEFORE_I" if I_SOUND.match(last) else "list.AND", first=", ".join(others), last=last)


def _contracted(template: str, values: dict[str, str | int]) -> tuple[str, dict[str, str | int]]:
    """`a el` is `al` in Spanish, and `de el` is `del`."""
    for preposition, name in BEFORE_ARTICLE.findall(template):
        value = values.get(name)
        if isinstance(value, str) and value.startswith(ARTICLE):
            template = template.replace(f"{preposition} {{{name}}}", f"{preposition}l {{{name}_without_article}}")
            values = values | {f"{name}_without_article": value.removeprefix(ARTICLE)}
    return template, values
