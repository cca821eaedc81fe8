"""The spoken explanation of a decision: the answer, why, what the policy says, and how it was read."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from policy.decide import STRENGTH
from policy.decision import ALLOWING, Decision
from policy.named import Names, closed
from policy.phrases import say
from policy.policy import Policy, Topic
from policy.reason import Reason, reason
from policy.rests import rests
from policy.situation import Situation
from policy.spoken_time import spoken_date, spoken_instant
from policy.terms import Language, RelationshipType, Standing, Verdict
from policy.topic_text import spoken_topic

MOST_WORDS: Final = 90
STANDINGS: Final = tuple(Standing)


class Detail(NamedTuple):
    """
    How much is told.

    reasons: how many
    answer:  scopes by name in each list of the first sentence
    told:    scopes by name in a reason
    rest:    scopes by name where nothing is allowed
    rests:   the place in `rests`
    """

    reasons: int
    answer: int
    told: int
    rest: int
    rests: int


DETAILS: Final = (
    Detail(3, 4, 3, 3, 0),
    Detail(3, 4, 3, 3, 1),
    Detail(2, 4, 2, 2, 1),
    Detail(2, 3, 1, 2, 2),
    Detail(1, 3, 1, 1, 2),
    Detail(1, 3, 1, 0, 3),
    Detail(1, 2, 1, 0, 3),
    Detail(1, 2, 1, 0, 4),
    Detail(1, 1, 1, 0, 4),
    Detail(0, 1, 1, 0, 4),
)
"""From all that is worth hearing to what has to be said; the first that is short enough is said."""


class Asked(NamedTuple):
    """
    What a decision is explained with.

    at:       the situation that it was made in
    names:    node id -> name, in the revision that is read, of the communicator and of every node around the customer
    then:     node id -> name as it was known at `knownAt`, where that was another one
    known_at: microseconds since 1970, as the caller gave it; None = it gave none
    """

    at: Situation
    names: Mapping[str, str]
    topic: Topic
    policy: Policy
    then: Mapping[str, str] | None = None
    known_at: int | None = None


def explain(decision: Decision, asked: Asked, language: Language) -> str:
    """One paragraph that a person can read out: some 90 words at most."""
    telling, text = _Telling(decision, asked, language), ""
    for detail in DETAILS:
        text = " ".join(telling.sentences(detail))
        if len(text.split()) <= MOST_WORDS:
            break
    return closed(text)


class _Telling:
    """What one explanation may tell."""

    def __init__(self, decision: Decision, asked: Asked, language: Language) -> None:
        self.decision, self.asked, self.language = decision, asked, language
        self.scopes: dict[Verdict, list[str]] = defaultdict(list)
        for ruling in decision.rulings:
            self.scopes[ruling.verdict].append(ruling.scope)
        answered = [verdict for verdict in (*ALLOWING, Verdict.PROHIBITED) if verdict in self.scopes]
        self.answered = answered if decision.permits else [decision.verdict]
        """The verdicts that the first sentence tells, the strongest first."""
        self.reasons = self._reasons()
        self.when = self._when()
        self.names = Names(_mentioned(decision, asked.at), asked.names, language, asked.then, _statuses(decision, asked.at))

    def sentences(self, detail: Detail) -> Iterator[str]:
        """In the order in which they are read out."""
        named, asked = self.names.again(), self.asked
        yield self._answer(named, detail)
        for verdict in STRENGTH:
            if verdict in self.scopes and verdict not in self.answered:
                yield self._say(f"rest.{verdict}", scopes=named.scopes(self.scopes[verdict], detail.rest))
        yield from self._told(named, detail)
        if asked.at.valid_at < asked.policy.effective_from:
            yield self._say("rests.NOT_IN_FORCE", date=spoken_date(asked.policy.effective_from, self.language))
        if basis := rests(self.decision, asked.topic.category, asked.policy, self.language)[detail.rests]:
            yield basis

    def _answer(self, named: Names, detail: Detail) -> str:
        strongest, *others = self.answered
        who, customer = named.nodes([self.decision.communicator]), named.nodes([self.decision.customer])
        about = ""
        if len(self.scopes) > 1:
            about = self._say("about.FIRST", scopes=named.scopes(self.scopes[strongest], detail.answer))
            about += "".join(self._say(f"about.{each}", scopes=named.scopes(self.scopes[each], detail.answer)) for each in others)
        lead = "MIXED" if self.decision.verdict is Verdict.MIXED else "EVERYWHERE" if set(self.scopes) <= set(ALLOWING) else "SOMEWHERE"
        topic = spoken_topic(self.asked.topic, self.language)
        values = {"lead": self._say(f"lead.{lead}"), "who": who, "customer": customer, "topic": topic, "about": about}
        return self._say(f"answer.{strongest}", **values, when=self.when)

    def _when(self) -> str:
        at, known_at = self.asked.at, self.asked.known_at
        turns = {end for each in at.known() for end in (each.valid_from, each.valid_to) if end is not None}
        date = spoken_instant(at.valid_at, turns, self.language)
        if known_at is None:
            return self._say("when.VALID", date=date)
        return self._say("when.KNOWN", date=date, known=spoken_instant(known_at, at.recordings, self.language))

    def _reasons(self) -> Sequence[tuple[Reason, Sequence[str]]]:
        """Why it is answered so, the strongest first, each with its scopes."""
        groups: dict[tuple[Verdict, Standing, Reason], list[str]] = defaultdict(list)
        for ruling in self.decision.rulings:
            if ruling.verdict in self.answered:
                groups[ruling.verdict, ruling.standing, reason(ruling, self.decision.communicator, self.asked.at)].append(ruling.scope)
        order = sorted(groups, key=lambda group: (STRENGTH.index(group[0]), STANDINGS.index(group[1])))
        return [(group[2], groups[group]) for group in order]

    def _told(self, named: Names, detail: Detail) -> Iterator[str]:
        """Some of the reasons; where the answer is one, the scopes whose reason is left out are counted."""
        for each, scopes in self.reasons[: detail.reasons]:
            who, customer = named.nodes([self.decision.communicator]), named.nodes([self.decision.customer])
            yield each.said(named, who=who, customer=customer, scopes=named.scopes(scopes, detail.told))
        rest = {scope for _, scopes in self.reasons[detail.reasons :] for scope in scopes}
        left = [ruling.scope for ruling in self.decision.rulings if ruling.scope in rest]
        if left and detail.reasons and len(self.answered) == 1:
            yield self._say("rest.SAME", scopes=named.scopes(left, 0))

    def _say(self, phrase: str, **values: str) -> str:
        return say(self.language, phrase, **values)


def _mentioned(decision: Decision, at: Situation) -> set[str]:
    edges = (edge for ruling in decision.rulings for edge in ruling.path)
    mentioned = {decision.communicator, decision.customer, *(node for edge in edges for node in (edge.start, edge.end))}
    mentioned.update(ruling.scope for ruling in decision.rulings)
    return mentioned | {each.start for ruling in decision.rulings for each in at.to(RelationshipType.BILLS, ruling.scope)}


def _statuses(decision: Decision, at: Situation) -> Mapping[str, str]:
    scopes = (ruling.scope for ruling in decision.rulings)
    return {scope: str(at.properties(scope).get("status") or "") for scope in scopes if scope.startswith("subscription:")}
