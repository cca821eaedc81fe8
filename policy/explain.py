"""The spoken explanation of a decision: the answer, why, what the policy says, and how it was read."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from policy.decide import STRENGTH
from policy.decision import Decision, Ruling
from policy.named import Named
from policy.phrases import listed, say, spoken_date
from policy.policy import Interpretation, Policy, Topic
from policy.reason import Reason, reason
from policy.terms import Language, Standing, Verdict

REASONS_NAMED = 3
STANDINGS = tuple(Standing)


def explain(  # noqa: PLR0917 - the decision, then all that is needed to say it
    decision: Decision, names: Mapping[str, str], topic: Topic, policy: Policy, language: Language, valid_at: int
) -> str:
    """
    One paragraph that a person can read out.

    names:    node id -> display name of the communicator, the customer and every node of the rulings' scopes and paths:
              a subscription's is its offer, an agreement's its type; a node without one is named by its key
    valid_at: microseconds since 1970, UTC; said as a day
    """
    named = Named(decision, names, language)
    return " ".join(
        [
            _answer(decision, named, topic, valid_at),
            *_reasons(decision, named),
            *_rests(decision, policy, language),
        ]
    )


def _rests(decision: Decision, policy: Policy, language: Language) -> Sequence[str]:
    """What the answer rests on: the same for all decisions of one form."""
    known = None if decision.form is None else decision.form.rests.get(language)
    if known is None:
        known = [*_statements(decision.rulings, policy, language), *_interpretations(decision.rulings, policy, language)]
        if decision.form is not None:
            decision.form.rests[language] = known
    return known


def _answer(decision: Decision, named: Named, topic: Topic, valid_at: int) -> str:
    forbidden = [ruling.scope for ruling in decision.rulings if ruling.verdict is Verdict.PROHIBITED]
    return say(
        named.language,
        f"answer.{decision.verdict}",
        who=named.who,
        customer=named.customer,
        topic=topic.name[named.language],
        date=spoken_date(valid_at, named.language),
        allowed=named.scopes(decision.permitted_in),
        forbidden=named.scopes(forbidden),
    )


def _reasons(decision: Decision, named: Named) -> Iterator[str]:
    """Per verdict and standing: why, and the verdict where it is not the same everywhere."""
    groups: dict[tuple[Verdict, Standing], dict[Reason, list[str]]] = defaultdict(lambda: defaultdict(list))
    for ruling in decision.rulings:
        groups[ruling.verdict, ruling.standing][reason(ruling, named)].append(ruling.scope)
    differ = len({verdict for verdict, _ in groups}) > 1
    for verdict, standing in sorted(groups, key=lambda group: (STRENGTH.index(group[0]), STANDINGS.index(group[1]))):
        reasons = list(groups[verdict, standing].items())
        for (phrase, details), scopes in reasons[:REASONS_NAMED]:
            values = {"who": named.who, "customer": named.customer, "scopes": named.scopes(scopes), **dict(details)}
            yield say(named.language, f"standing.{phrase}", **values)
        if more := sum(len(scopes) for _, scopes in reasons[REASONS_NAMED:]):
            yield say(named.language, "there.MORE", count=more)
        if differ:
            yield say(named.language, f"there.{verdict}", who=named.who)


def _statements(rulings: Iterable[Ruling], policy: Policy, language: Language) -> Sequence[str]:
    ruled = [ruling for ruling in rulings if ruling.verdict is not Verdict.NOT_COVERED]
    cited = {code for ruling in ruled for code in ruling.statements}
    quotes = [
        say(language, "rests.QUOTE", text=statement.text[language].removesuffix("."), code=code)
        for code, statement in policy.statements.items()
        if code in cited
    ]
    if quotes:
        return [say(language, "rests.STATEMENTS", quotes=listed(quotes, language), date=spoken_date(policy.effective_from, language))]
    return [say(language, "rests.NO_STATEMENT")] if ruled else []


def _interpretations(rulings: Iterable[Ruling], policy: Policy, language: Language) -> Iterator[str]:
    names = {ruling.interpretation for ruling in rulings}
    used = [reading for name, reading in policy.interpretations.items() if name in names]
    shipped = [_quoted(reading, language) for reading in used if not reading.changed]
    if shipped:
        yield say(language, "rests.INTERPRETATIONS", readings=listed(shipped, language))
    for reading in used:
        if reading.changed:
            yield say(language, "rests.CHANGED_INTERPRETATION", readings=_quoted(reading, language))


def _quoted(reading: Interpretation, language: Language) -> str:
    return say(language, "rests.READING", text=reading.text[language].removesuffix("."))
