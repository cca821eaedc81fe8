"""What an engine of relations comes to with the works of the table, after its answers were held against the oracle."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.data import MICROSOFT, Data
from bench.measure import Bench
from bench.peers.engine import Engine, Question, WrongAnswers, ask, facts, name, write
from bench.truth import Truth
from bench.works import AGAIN, TOPICS, questions
from bench.wrk import drive

CHECKED, WARM_SECONDS = 4_000, 1.0


def rates(engine: Engine, bench: Bench, truth: Truth, folder: Path) -> dict[str, float]:
    """Name of a row -> what the engine comes to, in the row's unit. Raises WrongAnswers, NotMeasured."""
    data = bench.data
    written = list(facts(data))
    found = {"load": len(written) / engine.load(written)}
    found |= _first_asks(engine, data, truth)
    asked = [Question(name(each["communicator"]), name(each["customer"]), each["topic"]) for each in questions(data)]
    _check(engine, truth, asked)
    pairs = list(dict.fromkeys((each.customer, each.topic) for each in asked))
    explained = [message for each in asked if (message := engine.explain(each)) is not None]
    bulk = [engine.bulk(asked[at : at + engine.together]) for at in range(0, len(asked), engine.together)]
    who = [engine.who(*pair) for pair in pairs]
    fast = [engine.check(each) for each in asked]
    first = name(data.partners.first)
    works: list[tuple[Sequence[str], str, list[dict[str, Any]], float, int]] = [
        (["check"], "check", fast, 1, 16),
        (["check-full"], "check", [engine.check(each, fresh=True) for each in asked], 1, 16),
        (["check-again"], "check", fast[:AGAIN], 1, 16),
        (["explain"], "explain", explained, 1, 16),
        (["bulk"], "bulk", bulk, engine.together, 16),
        (["who", "who-cold"], "who", who, 1, 16),
        (["contactable"], "contactable", [engine.contactable(first, "renewal")], 1, 1),
        (["microsoft"], "contactable", [engine.contactable(name(MICROSOFT), "incident")], 1, 1),
    ]
    for names, kind, messages, items, connections in works:
        if messages and any(map(bench.wants, names)):
            bodies = write(folder / f"{engine.name}-{names[0]}.bodies", messages)
            url = engine.url + engine.path(kind)
            warm = drive(url, bodies, WARM_SECONDS, connections=connections, headers=engine.headers)
            rate = drive(url, bodies, bench.seconds, connections=connections, after=warm.answers, headers=engine.headers)
            found |= dict.fromkeys(names, rate.rate * items)
    return found


def _first_asks(engine: Engine, data: Data, truth: Truth) -> dict[str, float]:
    """Milliseconds of the first question about whom a communicator may contact, right after another one's."""
    ask(engine, "contactable", engine.contactable(name(data.partners.resellers[0]), "renewal"))
    found = {}
    for row, communicator, topic in (("contactable-first", data.partners.first, "renewal"), ("microsoft-first", MICROSOFT, "incident")):
        message = engine.contactable(name(communicator), topic)
        begun = time.perf_counter()
        given = ask(engine, "contactable", message)
        found[row] = found[f"{row}-page"] = (time.perf_counter() - begun) * 1e3
        right = {name(each.customer) for each in truth.contactable(communicator, topic, data.customers) if each.permitted}
        _expect(engine, f"contactable of {communicator}", right, given)
    return found


def _check(engine: Engine, truth: Truth, asked: Sequence[Question]) -> None:
    """Every kind of answer. Raises WrongAnswers."""
    some = asked[:: max(1, len(asked) // CHECKED)]
    for at in range(0, len(some), engine.together):
        part = some[at : at + engine.together]
        _expect(engine, f"bulk {part}", [_permitted(truth, each) for each in part], ask(engine, "bulk", engine.bulk(part)))
    for each in some[::20]:
        for fresh in (False, True):
            _expect(engine, f"check {each}", _permitted(truth, each), ask(engine, "check", engine.check(each, fresh=fresh)))
        if (message := engine.explain(each)) is not None:
            _expect(engine, f"explain {each}", _permitted(truth, each), ask(engine, "explain", message))
        for topic in TOPICS:
            speakers = truth.permitted_communicators(f"customer:{each.customer}", topic)
            right = {name(one.communicator) for one in speakers if one.permitted}
            _expect(engine, f"who {each.customer} {topic}", right, ask(engine, "who", engine.who(each.customer, topic)))


def _permitted(truth: Truth, question: Question) -> bool:
    who = MICROSOFT if question.communicator == name(MICROSOFT) else f"partner:{question.communicator}"
    return truth.permission(who, f"customer:{question.customer}", question.topic).permitted


def _expect(engine: Engine, what: str, right: object, given: object) -> None:
    if given != right:
        raise WrongAnswers(f"{engine.name}: {what}: right is {right}, it says {given}")
