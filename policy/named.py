"""The things that a text speaks of, as they are called in it."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final, Self

from policy.another import ANOTHER, ANOTHERS
from policy.bidi import isolated, unformatted
from policy.collation.folding import folded
from policy.phrases import listed, phrases, say
from policy.terms import Language

SCOPES_NAMED: Final = 3
NODES_NAMED: Final = 5
LONGEST_NAME: Final = 120
CLOSING: Final = "\ufdd0"
"""Where a name known then ends: a noncharacter, which no name holds; `closed` makes a comma of it, or nothing before another mark."""
CLOSED: Final = re.compile(CLOSING + r"(?=[.,;:)]|$)")


class Names:
    """
    What some nodes are called in one language; two of a kind that have the same name are told apart by their keys.

    mentioned: the ids of all that may be called by name
    names:     node id -> name; a node without one is called by its key
    then:      node id -> the name that was known then, where that was another one: told when the node is first called by name
    statuses:  subscription id -> its status: told alike, where there is a word for it
    """

    def __init__(
        self,
        mentioned: Collection[str],
        names: Mapping[str, str],
        language: Language,
        then: Mapping[str, str] | None = None,
        statuses: Mapping[str, str] | None = None,
    ) -> None:
        self.language = language
        others = {ANOTHER: say(language, "others.PARTNER")}
        plain = {node: others.get(node) or _plain(names.get(node, "")) or _key(node) for node in mentioned}
        alike: dict[tuple[str, str], int] = {}
        compared = {node: (_kind(node), folded(name)) for node, name in plain.items()}
        for each in compared.values():
            alike[each] = alike.get(each, 0) + 1
        self._plain = plain
        self._keys = {node: isolated(_key(node)) for node, each in compared.items() if alike[each] > 1 and plain[node] != _key(node)}
        self._then = {node: name for node, known in (then or {}).items() if node in plain and (name := _plain(known)) != plain[node]}
        self._words = {node: word for node, status in (statuses or {}).items() if (word := _status(status, language))}

    def again(self) -> Self:
        """A copy for another text, in which nothing has been told yet."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, _then=dict(self._then), _words=dict(self._words))
        return other

    def nodes(self, nodes: Iterable[str]) -> str:
        """All of them, each once, as a list: some by name, the rest counted."""
        once = list(dict.fromkeys(nodes))
        called = [self._called(node) for node in (once if len(once) == NODES_NAMED + 1 else once[:NODES_NAMED])]
        if more := len(once) - len(called):
            called.append(say(self.language, "list.MORE", count=more))
        return listed(called, self.language)

    def scopes(self, scopes: Sequence[str], most: int = SCOPES_NAMED) -> str:
        """`the subscriptions A, B and 12 more, and 3 agreements`: about so many by name; empty when there are none."""
        items: list[str] = []
        for kind, group in groupby(scopes, key=_kind):
            of_kind = list(group)
            shown = of_kind if most and len(of_kind) == most + 1 else of_kind[:most]  # `and 1 more` is no shorter than the name
            most = max(0, most - len(shown))
            items.append(self._of_kind(kind, shown, len(of_kind)) if shown else counted(kind, len(of_kind), self.language))
        *others, last = items or [""]
        return say(self.language, "list.KINDS", first=", ".join(others), last=last) if others else last

    def _of_kind(self, kind: str, shown: Sequence[str], count: int) -> str:
        if count == 1:
            word = phrases().get(f"word.{kind}")
            says_it = word is not None and word[self.language] in folded(self._plain[shown[0]]).split()
            return say(self.language, f"named.{kind}" if says_it else f"one.{kind}", name=self._called(shown[0]))
        called = [self._called(each) for each in shown]
        if more := count - len(shown):
            called.append(say(self.language, "list.MORE", count=more))
        return say(self.language, f"many.{kind}", name=listed(called, self.language))

    def _called(self, node: str) -> str:
        beside = [each for each in (self._keys.get(node), self._words.pop(node, None)) if each]
        name = isolated(self._plain[node]) + (f" ({', '.join(beside)})" if beside else "")
        then = self._then.pop(node, None)
        return name if then is None else say(self.language, "then.NAME", name=name, then=isolated(then)) + CLOSING


def counted(kind: str, count: int, language: Language) -> str:
    """`12 subscriptions`."""
    return say(language, f"count_one.{kind}" if count == 1 else f"count_many.{kind}", count=count)


def closed(text: str) -> str:
    """The text, with a comma behind each name that was known then, where there is no other mark."""
    return CLOSED.sub("", text).replace(CLOSING, ",") if CLOSING in text else text


def _status(status: str, language: Language) -> str | None:
    word = phrases().get(f"status.{status.lower()}")
    return None if word is None else word[language]


def _plain(name: str) -> str:
    """What is said of a name: nobody reads a megabyte out."""
    cut = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
    return " ".join(unformatted(cut).split()).replace(CLOSING, "")


def _kind(node: str) -> str:
    return "others" if node == ANOTHERS else node.partition(":")[0]


def _key(node: str) -> str:
    return node.partition(":")[2]
