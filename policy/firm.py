"""What an operator's policy file may change, and what is firm."""

from collections.abc import Mapping
from dataclasses import replace

from policy.cells import spelled
from policy.instant import written
from policy.policy import Interpretation, Policy, Statement
from policy.rules import Rules
from policy.section import Section, listed


def marked(draft: Policy, shipped: Policy) -> Policy:
    """The policy, with every cell that is switched, and the interpretation that it uses, marked as changed."""
    switched = frozenset(place for place, cell in draft.table.items() if cell.verdict is not shipped.table[place].verdict)
    changed = {draft.table[place].interpretation for place in switched}
    interpretations = {name: reading._replace(changed=name in changed) for name, reading in draft.interpretations.items()}
    return replace(draft, interpretations=interpretations, switched=switched)


def check_firm(draft: Policy, shipped: Policy, file: Section) -> None:
    """Note as a fault every difference from the shipped policy that neither switches an interpretation nor concerns a topic's text."""
    _check_head(draft, shipped, file)
    _check_rules(draft.rules, shipped.rules, file)
    _check_texts(draft.statements, shipped.statements, file, "statements")
    _check_texts(draft.interpretations, shipped.interpretations, file, "interpretations")
    _check_cells(draft, shipped, file)
    _check_topics(draft, shipped, file)


def _check_head(draft: Policy, shipped: Policy, file: Section) -> None:
    boundaries = f"consumption {shipped.boundaries[True]}, licence {shipped.boundaries[False]}"
    for key, theirs, ours, right in (
        ("title", draft.title, shipped.title, shipped.title),
        ("source", draft.source, shipped.source, shipped.source),
        ("effective_from", draft.effective_from, shipped.effective_from, written(shipped.effective_from)),
        ("clouds", draft.clouds, shipped.clouds, listed(sorted(shipped.clouds))),
        ("boundaries", draft.boundaries, shipped.boundaries, boundaries),
    ):
        if key in file.content and theirs != ours and not file.faults.within((key,)):
            file.refuse(f"is firm; it stays `{right}`", key)


def _check_rules(theirs: Rules, ours: Rules, file: Section) -> None:
    facts = file.section("facts")
    for key in facts.content:
        right = getattr(ours, key, None)
        if getattr(theirs, key, None) != right and not file.faults.within(("facts", key)):
            facts.refuse(f"is firm; it stays `{listed(sorted(right)) if isinstance(right, frozenset) else right}`", key)


def _check_texts(
    theirs: Mapping[str, Statement] | Mapping[str, Interpretation],
    ours: Mapping[str, Statement] | Mapping[str, Interpretation],
    file: Section,
    key: str,
) -> None:
    for name in theirs:
        if name not in ours:
            file.refuse(f"is not one of the shipped {key}, and no others can be added: {listed(ours)}", key, name)
            continue
        for part, right in _parts(ours[name]).items():
            if _parts(theirs[name])[part] != right and not file.faults.within((key, name)):
                file.refuse(f"is firm; it stays `{right}`", key, name, part)
    for name in ours:
        if name not in theirs:
            file.faults.add((), f"`{key}.{name}` is missing; what is shipped can't be taken out")


def _parts(item: Statement | Interpretation) -> Mapping[str, str]:
    texts = {str(language): text for language, text in item.text.items()}
    return {**texts, "source": item.source} if isinstance(item, Statement) else texts


def _check_cells(draft: Policy, shipped: Policy, file: Section) -> None:
    for (standing, category), cell in draft.table.items():
        ours = shipped.table[standing, category]
        if cell == ours or file.faults.within(("table", standing, category)):
            continue
        if ours.interpretation is None:
            file.refuse(f"is firm; it stays `{spelled(ours)}`", "table", standing, category)
        elif cell[1:] != ours[1:]:
            right = spelled(ours._replace(verdict=cell.verdict))
            file.refuse(f"may switch its verdict only; with this one it reads `{right}`", "table", standing, category)


def _check_topics(draft: Policy, shipped: Policy, file: Section) -> None:
    topics = file.content.get("topics")
    codes = [topic.get("code") if isinstance(topic, dict) else None for topic in topics] if isinstance(topics, list) else []
    for code, ours in shipped.topics.items():
        if code not in codes:
            file.faults.add((), f"the topic `{code}` is missing; what is shipped can't be taken out")
        elif code in draft.topics and draft.topics[code].category is not ours.category:
            file.refuse(f"of `{code}` is firm; it stays `{ours.category}`", "topics", codes.index(code), "category")
