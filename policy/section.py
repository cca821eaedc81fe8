"""One table of a policy file: what is read from it, and what is refused."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import TypeVar

from policy.errors import BadInput
from policy.faults import Faults
from policy.policy import Text
from policy.terms import Language
from policy.toml_lines import Path
from policy.values.text import shown

Term = TypeVar("Term", bound=StrEnum)


class Section:
    """A table, and where it stands; whatever can't be read from it is noted as a fault and left out."""

    def __init__(self, content: object, path: Path, faults: Faults) -> None:
        self.path = path
        self.faults = faults
        self.content: dict[str, object] = content if isinstance(content, dict) else {}
        if not isinstance(content, dict):
            self.refuse("is not a table, as `[name]` or `{ key = value }` make one")

    def refuse(self, reason: str, *key: str | int) -> None:
        """Note a fault of the table or of one of its keys."""
        self.faults.add((*self.path, *key), f"`{self.name(*key)}` {reason}")

    def name(self, *key: str | int) -> str:
        """The table, or one of its keys, as a message names it."""
        return ".".join(word for word in (*self.path, *key) if isinstance(word, str))

    def expect(self, keys: Collection[str], what: str) -> None:
        """Refuse every key that is not one of these, and every one of these that is missing."""
        for key in self.content:
            if key not in keys:
                self.refuse(f"is not known; {what} {listed(keys)}", key)
        for key in keys:
            if key not in self.content:
                self.faults.add(self.path, f"`{self.name(key)}` is missing; {what} {listed(keys)}")

    def section(self, key: str) -> "Section":
        """The table under the key; an empty one where the key is missing."""
        return Section(self.content.get(key, {}), (*self.path, key), self.faults)

    def sections(self) -> "dict[str, Section]":
        """Every key as a table."""
        return {key: self.section(key) for key in self.content}

    def string(self, key: str) -> str:
        """One line of text; empty when there is none, which is a fault."""
        value = self.content.get(key, "")
        if key not in self.content:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.refuse("is empty or not a text; write it in quotes", key)
        elif len(value.strip().splitlines()) > 1:
            self.refuse("has a line break in it; write it as one line", key)
        else:
            try:
                return shown(key, value.strip())
            except BadInput as error:
                self.refuse(f"can't be taken: {error}", key)
        return ""

    def text(self) -> Text:
        """The table's text in every language."""
        return {language: self.string(language) for language in Language}

    def term(self, key: str, terms: type[Term]) -> Term | None:
        """The term that the key names."""
        value = self.content.get(key)
        if value in list(terms):
            return terms(str(value))
        if key in self.content:
            self.refuse(f"names `{value}`, which is not one of {listed(terms)}", key)
        return None


def listed(words: Iterable[str]) -> str:
    """The words as a message lists them."""
    return ", ".join(words)
