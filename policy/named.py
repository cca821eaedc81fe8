"""The things that a text speaks of, as they are called in it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from policy.another import ANOTHER, ANOTHERS
from policy.bidi import isolated, unformatted
from policy.collation.folding import folded
from policy.decision import Decision
from policy.phrases import listed, say
from policy.terms import Language

SCOPES_NAMED = 3
LONGEST_NAME = 1_000
OTHERS = {ANOTHER: "others.PARTNER", ANOTHERS: "others.SUBSCRIPTION"}


class Names:
    """What some nodes are called in one language; two of a kind that have the same name are told apart by their keys."""

    def __init__(self, mentioned: Collection[str], names: Mapping[str, str], language: Language) -> None:
        self.language = language
        others = {node: say(language, phrase) for node, phrase in OTHERS.items()}
        plain = {node: others.get(node) or _plain(names.get(node, "")) or _key(node) for node in mentioned}
        compared = {node: (_kind(node), folded(name)) for node, name in plain.items()}
        alike = Counter(compared.values())
        self._names = {
            node: isolated(name) if alike[compared[node]] == 1 or name == _key(node) else f"{isolated(name)} ({isolated(_key(node))})"
            for node, name in plain.items()
        }

    def nodes(self, nodes: Iterable[str]) -> str:
        """All of them, each once, as a list."""
        return listed([self._names[node] for node in dict.fromkeys(nodes)], self.language)

    def scopes(self, scopes: Sequence[str]) -> str:
        """`the subscriptions A, B, C and 12 more`; empty when there are none."""
        counts = Counter(map(_kind, scopes))
        items = []
        for place, scope in enumerate(scopes[:SCOPES_NAMED]):
            name, kind = self._names[scope], _kind(scope)
            is_first = place == 0 or _kind(scopes[place - 1]) != kind
            number = "one" if counts[kind] == 1 else "many"
            items.append(say(self.language, f"{number}.{kind}", name=name) if is_first else name)
        if more := len(scopes) - len(items):
            items.append(say(self.language, "list.MORE", count=more))
        return listed(items, self.language) if items else ""


class Named(Names):
    """What the things of one decision are called in its explanation."""

    def __init__(self, decision: Decision, names: Mapping[str, str], language: Language) -> None:
        mentioned = {decision.communicator, decision.customer}
        for ruling in decision.rulings:
            mentioned.add(ruling.scope)
            mentioned.update(node for edge in ruling.path for node in (edge.start, edge.end))
        super().__init__(mentioned, names, language)
        self.who = self.nodes([decision.communicator])
        self.customer = self.nodes([decision.customer])


def _plain(name: str) -> str:
    """What is said of a name: nobody reads a megabyte out."""
    cut = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
    return " ".join(unformatted(cut).split())


def _kind(node: str) -> str:
    return node.partition(":")[0]


def _key(node: str) -> str:
    return node.partition(":")[2]
