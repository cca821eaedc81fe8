"""Every explanation of random worlds, in both languages: can be said aloud, and claims nothing that isn't so."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from policy.decide import decide
from policy.decision import ALLOWING, Decision
from policy.explain import Asked, explain
from policy.findings import FindingKind
from policy.policy import Topic
from policy.policy_file import shipped_policy
from policy.situation import Situation, situation
from policy.terms import Category, Channel, Language, RelationshipType, Standing, Verdict
from tests.policy.random_histories import DAY, INSTANTS, random_history
from tests.policy.spoken_claims import CLAIMED, Facts, patterns

ALL = "VOCERO_ALL_TEXTS" in os.environ
"""Whether every explanation of 2,000 worlds is checked, or a part that takes some seconds."""
WORLDS, OF_EACH = (2000, None) if ALL else (100, 6)
"""How many worlds, and how many questions about each; None = every one."""
PRINTED = os.environ.get("VOCERO_PRINT_TEXTS", "")
"""File to which some are written, the longest first."""
PRINT_MOST, BEGINNING = 40, 50
KNOWN_AT = 3 * 10**15
MOST_WORDS = 90
ENUM_NAMES = {*Standing, *Verdict, *RelationshipType, *Category, *Channel, *FindingKind} - {"NONE", "DIRECT", "CSP", "SUPPORT"}
ALWAYS_WRONG = (r"[{}]", r"\.\.", r"  ", r" ,", r"\bNone\b", r"\b(\w+) \1\b", r"\b(?:partner|customer|subscription|agreement|operator):\w")
WRONG = {
    Language.EN: [*ALWAYS_WRONG, r"\ba (?=[aeio])", r"\ban (?=[^aeioAEIO])", r"agreement agreement", r"\b1 (?!more)\w+s\b"],
    Language.ES: [
        *ALWAYS_WRONG,
        *(r"\b(a|de) el\b", r"\by (?=h?[ií][^aeo])", r"\b(la|las) contrat", r"\b(el|los) suscrip", r"\b1 (?!más)\w+s\b", r"\bAhí\b"),
        r"\bhabla(?:r|n)? con [^.]*? sobre (?!el |la |los |las )",
        r"\b(formación|capacitación|abonos?|notas de crédito|ordenador)\b",
    ],
}
AROUND_NAMES = {
    Language.EN: "the subscriptions?|the agreements?|the customer itself|one (?:subscription|agreement)|"
    r"\d+ (?:subscriptions|agreements|more)|the|and|suspended|expired|disabled|itself",
    Language.ES: r"las? suscripci(?:ón|ones)|una suscripción|\d+ (?:suscripciones|contratos|más)|los contratos|el contrato|contrato|"
    "un contrato|el propio cliente|así como|el|la|y|e|suspendida|vencida|deshabilitada",
}
"""What may stand around names in a list, besides commas and the like."""


class Text(NamedTuple):
    """An explanation, and what it was made from."""

    text: str
    language: Language
    decision: Decision
    at: Situation
    topic: Topic

    @property
    def first(self) -> str:
        return self.text.split(". ")[0] + "."


def texts_of(seed: int) -> Iterator[Text]:
    """Every communicator about a topic of every category, or some of them, in all scopes and now and then in one."""
    policy, chance = shipped_policy(), Random(seed)  # noqa: S311
    at = situation(random_history(seed), chance.choice(INSTANTS) + chance.choice([-1, 0, 1, DAY // 3]), KNOWN_AT, shipped_policy().rules)
    assert at is not None
    questions = [(who, category) for who in at.nodes if who.startswith(("partner:", "operator:")) for category in Category]
    for who, category in questions if OF_EACH is None else chance.sample(questions, OF_EACH):
        topic = chance.choice([each for each in policy.topics.values() if each.category is category])
        narrowed = chance.choice([None, None, None, chance.choice(at.scopes)])
        decision = decide(at, who, category, policy, narrowed)
        for language in Language:
            yield Text(explain(decision, Asked(at, at.names(), topic, policy), language), language, decision, at, topic)


def faults_of(text: Text) -> Iterator[str]:
    yield from faults_of_form(text)
    yield from faults_of_answer(text)
    yield from faults_of_claims(text)


def faults_of_form(text: Text) -> Iterator[str]:
    if len(text.text.split()) > MOST_WORDS:
        yield f"{len(text.text.split())} words"
    if not (text.text[0].isupper() and text.text.endswith(".")):
        yield "no whole sentence"
    yield from (f"matches {rule}" for rule in WRONG[text.language] if re.search(rule, text.text))
    yield from (f"says {word}" for word in re.findall(r"\b[A-Z_]{4,}\b", text.text) if word in ENUM_NAMES)


def faults_of_answer(text: Text) -> Iterator[str]:
    """The first sentence answers, and names the scopes where the answer isn't the same for all."""
    group = patterns("answer", text.language)
    verdicts = [name.partition(".")[2] for name, pattern in group.items() if pattern.fullmatch(text.first)]
    allowed = [verdict for verdict in ALLOWING if any(each.verdict is verdict for each in text.decision.rulings)]
    expected = allowed[0] if text.decision.verdict is Verdict.MIXED else text.decision.verdict
    if expected not in verdicts:
        yield f"the first sentence answers {verdicts}"
    if len({each.verdict for each in text.decision.rulings}) > 1:
        told = sum(any(name in text.first for name in [text.at.names()[scope]]) for scope in text.decision.permitted_in)
        if text.decision.permits and not told:
            yield "the first sentence names no scope in which it may speak"


def sentences_of(text: Text) -> list[str]:
    return re.split(r"(?<=\.) (?=[A-ZÉ0-9])", text.text)


def readings_of(sentence: str, text: Text) -> list[tuple[str, dict[str, str]]]:
    """The standings that the sentence may tell, each with what fills its gaps: `X resells A, which Y bills` can be read in two ways."""
    names = text.at.names()
    group = patterns("standing", text.language, names[text.decision.communicator], names[text.decision.customer])
    return [(name.partition(".")[2], match.groupdict()) for name, each in group.items() if (match := each.fullmatch(sentence))]


def faults_of_claims(text: Text) -> Iterator[str]:
    """Each sentence is one of a kind that is known, names what there is, and says what is so."""
    deleted = {node for node in text.at.nodes if text.at.properties(node).get("status") == "deleted"}
    facts = Facts(text.at.history, text.at.valid_at, deleted)
    for sentence in sentences_of(text)[1:]:
        if any(each.fullmatch(sentence) for group in ("rest", "rests") for each in patterns(group, text.language).values()):
            continue
        read = [list(faults_of_reading(*reading, facts, text)) for reading in readings_of(sentence, text)]
        if all(read):
            yield f"{read or 'unknown'} in: {sentence}"


def faults_of_reading(standing: str, gaps: Mapping[str, str], facts: Facts, text: Text) -> Iterator[str]:
    """What is not so, if the sentence tells that standing."""
    named = {"who": {text.decision.communicator}, "customer": {text.decision.customer}}
    for gap in {"scopes", "billers", "resellers", "provided", "other", "agreements"} & set(gaps):
        named[gap], left = nodes_in(gaps[gap], text)
        if left:
            yield f"nobody is called {left}"
    if standing not in CLAIMED:
        yield f"no claim is known of {standing}"
    held = () if "CLOSING" in standing else ("customer HAS scopes",)
    for claim in (*held, *CLAIMED.get(standing, ())):
        yield from facts.faults(claim, named)
    if gaps.get("among") and not facts.has_others(text.decision.communicator, named["other"], resold=standing.endswith("RESELLS")):
        yield "there are no others"
    if gaps.get("ended"):
        for scope in named["scopes"]:
            if not any(each in gaps["ended"] for each in facts.last_days(text.decision.communicator, scope, text.language)):
                yield f"it ended {gaps['ended']}"


def nodes_in(words: str, text: Text) -> tuple[set[str], str]:
    """The nodes that a part of a sentence names, and what it says beside; of several with one name the key tells which, or the decision."""
    names, edges = text.at.names(), [edge for each in text.decision.rulings for edge in each.path]
    told_of = {each.scope for each in text.decision.rulings} | {node for edge in edges for node in (edge.start, edge.end)}
    called = "|".join(map(re.escape, sorted(set(names.values()), key=len, reverse=True)))
    found = set()

    def named(match: re.Match[str]) -> str:
        beside = set((match[2] or "").split(", "))
        of_that_name = [node for node, name in names.items() if name == match[1]]
        chosen = [node for node in of_that_name if node.partition(":")[2] in beside] or [
            node for node in of_that_name if len(of_that_name) == 1 or node in told_of
        ]
        if len(chosen) != 1:
            return match[0]
        found.add(chosen[0])
        return ""

    left = re.sub(rf"\b({called})\b(?: \(([^()]*)\))?", named, words)
    return found, re.sub(rf"\b(?:{AROUND_NAMES[text.language]})\b|[,() ]", "", left)


def longest_first(texts: list[Text]) -> list[str]:
    """Half of them the longest ones, half by chance, no two of one beginning."""
    some = [*sorted(texts, key=lambda each: -len(each.text.split()))[:2000], *Random(1).sample(texts, min(PRINT_MOST, len(texts)))]  # noqa: S311
    apart = {each.text[:BEGINNING]: each.text for each in reversed(some)}
    by_length = sorted(apart.values(), key=lambda each: -len(each.split()))
    return [*by_length[: PRINT_MOST // 2], *by_length[PRINT_MOST // 2 :: max(1, len(by_length) // PRINT_MOST * 2)]][:PRINT_MOST]


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    made = [text for seed in range(WORLDS) for text in texts_of(seed)]
    if PRINTED:
        Path(PRINTED).write_text("\n\n".join(f"{len(each.split())} words: {each}" for each in longest_first(made)) + "\n", encoding="utf-8")
    return made


def test_every_explanation_of_random_worlds_can_be_said_and_is_true(texts: list[Text]) -> None:
    faults = [(fault, text.text) for text in texts for fault in faults_of(text)]

    assert faults[:5] == []


RARE = {
    *("CLOSING_PARTNER", "CLOSING_PARTNER_RESELLS", "CLOSING_PARTNER_RESELLS_ENDED", "OPERATOR_CLOSING"),
    *("OPERATOR_DIRECT_GOVERNED", "RELATED_PROVIDER"),
}
"""What so few random worlds reach that it is told one by one in test_explain.py."""


def test_the_random_worlds_tell_every_standing_that_has_a_sentence(texts: list[Text]) -> None:
    """A rule that met nothing would pass too."""
    told = {name for text in texts for sentence in sentences_of(text) for name, _ in readings_of(sentence, text)}

    assert set(CLAIMED) - RARE <= told
