"""What a decision rests on, in words: the statements of the policy, and how it was read."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from policy.decision import Decision, Ruling
from policy.phrases import listed, phrases, say
from policy.policy import Interpretation, Policy, Statement
from policy.spoken_time import spoken_date
from policy.terms import Category, Language, Verdict

CODE: Final = re.compile(r"\bS\d+\b")


class Measure(NamedTuple):
    """How much is told: whole texts or short ones, whether statements are quoted or only named, and how many readings."""

    whole: bool
    quoted: bool
    readings: int


MEASURES: Final = (
    Measure(whole=True, quoted=True, readings=9),
    Measure(whole=False, quoted=True, readings=9),
    Measure(whole=False, quoted=True, readings=2),
    Measure(whole=False, quoted=True, readings=0),
    Measure(whole=False, quoted=False, readings=0),
)


def rests(decision: Decision, category: Category, policy: Policy, language: Language) -> Sequence[str]:
    """What the answer rests on, in the order of `MEASURES`, the longest first: the same for all decisions of one form."""
    known = None if decision.form is None else decision.form.rests.get(language)
    if known is None:
        known = [" ".join(_Rests(decision, category, policy, language, measure).sentences()) for measure in MEASURES]
        if decision.form is not None:
            decision.form.rests[language] = known
    return known


class _Rests:
    def __init__(self, decision: Decision, category: Category, policy: Policy, language: Language, measure: Measure) -> None:
        self.policy, self.language, self.measure = policy, language, measure
        self.ruled = [ruling for ruling in decision.rulings if ruling.verdict is not Verdict.NOT_COVERED]
        self.switched = {name for ruling in self.ruled if (ruling.standing, category) in policy.switched for name in _readings_of(ruling)}

    def sentences(self) -> Iterator[str]:
        if self.ruled:
            names = {name for ruling in self.ruled for name in _readings_of(ruling)}
            readings = [reading for name, reading in self.policy.interpretations.items() if name in names]
            yield self._statements(readings)
            yield from self._readings(readings)

    def _statements(self, readings: Collection[Interpretation]) -> str:
        """Statements that the rulings name, and those that a reading speaks of."""
        named = {code for ruling in self.ruled for code in ruling.statements}
        named.update(code for reading in readings for code in CODE.findall(reading.text[self.language]))
        cited = [statement for code, statement in self.policy.statements.items() if code in named]
        if not cited:
            return say(self.language, "rests.NO_STATEMENT")
        if not self.measure.quoted:
            return say(self.language, "rests.CODES", codes=listed([each.code for each in cited], self.language))
        quotes = [say(self.language, "rests.QUOTE", text=self._text(each.code, each), code=each.code) for each in cited]
        if not self.measure.whole:
            return say(self.language, "rests.IN_SHORT", quotes=listed(quotes, self.language))
        date = spoken_date(self.policy.effective_from, self.language)
        return say(self.language, "rests.STATEMENTS", quotes=listed(quotes, self.language), date=date)

    def _readings(self, readings: Collection[Interpretation]) -> Iterator[str]:
        shipped = [reading for reading in readings if not reading.changed]
        told = [self._reading(reading) for reading in shipped[: self.measure.readings]]
        more = len(shipped) - len(told)
        if more and not told:
            only = say(self.language, "rests.ONLY_READING" if more == 1 else "rests.ONLY_READINGS", count=more)
            yield say(self.language, "rests.ALSO_READINGS", readings=only)
        elif told:
            if more:
                told.append(say(self.language, "rests.MORE_READING" if more == 1 else "rests.MORE_READINGS", count=more))
            yield say(self.language, "rests.INTERPRETATIONS", readings=listed(told, self.language))
        for reading in readings:
            if reading.changed:
                phrase = "rests.CHANGED_HERE" if reading.name in self.switched else "rests.CHANGED_ELSEWHERE"
                yield say(self.language, phrase, readings=self._reading(reading))

    def _reading(self, reading: Interpretation) -> str:
        return say(self.language, "rests.READING", text=self._text(reading.name, reading))

    def _text(self, name: str, item: Statement | Interpretation) -> str:
        """The whole text; where that is too long to listen to the short one, as far as there is one."""
        short = None if self.measure.whole else phrases().get(f"short.{name}")
        return (short or item.text)[self.language].removesuffix(".")


def _readings_of(ruling: Ruling) -> tuple[str, ...]:
    return ruling.interpretations
