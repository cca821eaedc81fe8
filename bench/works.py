"""The works: a row of the table each."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from bench import documents
from bench.data import MICROSOFT, Data, Sale
from bench.truth import Truth
from bench.work import Reading, Variables, Work

TOPICS = ("renewal", "incident", "training", "upsell")
QUESTIONS, AGAIN, TOGETHER = 50_000, 200, 100
PER_CUSTOMER = 5
DOCUMENTS = 3_000
"""Different ones of many questions each: no more are answered in one measurement."""


def works(data: Data, truth: Truth) -> list[Work]:
    """Those whose questions are known beforehand."""
    asked = questions(data)
    pairs = [{"customer": buyer, "topic": topic} for buyer in shuffled(data) for topic in TOPICS]
    alone = [{"customer": buyer} for buyer in shuffled(data)]
    draw = Random(f"{data.seed} together")
    together = [{"questions": draw.sample(asked, min(TOGETHER, len(asked)))} for _ in range(min(DOCUMENTS, data.customers))]
    buyers = shuffled(data)
    hundreds = [{"customers": draw.sample(buyers, min(TOGETHER, len(buyers)))} for _ in range(min(DOCUMENTS, data.customers))]
    once = [{"customer": each["customer"], "topic": TOPICS[at % len(TOPICS)]} for at, each in enumerate(alone)]

    def check(name: str, said: str, document: str, about: Sequence[Variables], goal: float) -> Work:
        return Work(name, said, document, about, lambda each: _verdict(truth, each), _verdict_given, facts, goal=goal)

    def who(name: str, said: str, about: Sequence[Variables], goal: float) -> Work:
        return Work(name, said, documents.WHO, about, lambda each: _permitted(truth, each), _permitted_given, facts, goal=goal)

    return [
        check("check", f"permission, {len(asked):,} different questions", documents.CHECK_FAST, asked, 2),
        check("check-full", "the same, fully consistent", documents.CHECK_FULL, asked, 1),
        check("check-again", f"the same {AGAIN} questions again", documents.CHECK_FAST, asked[:AGAIN], 1),
        Work(
            "explain",
            "permission: verdict, statements, path, explanation",
            documents.EXPLAIN,
            asked,
            lambda each: _explained(truth, each),
            _explained_given,
            facts,
            goal=2,
        ),
        Work(
            "bulk",
            f"permissions of {TOGETHER}, with standing and statements",
            documents.BULK,
            together,
            lambda each: [_ruled(truth, one) for one in each["questions"]],
            lambda given: [_ruled_given(one) for one in given["permissions"]],
            lambda each: [histories([one["customer"] for one in each["questions"]])],
            items=TOGETHER,
            goal=50,
        ),
        replace(who("who-cold", "permittedCommunicators, no facts yet, each customer once", once, 1), once=True),
        who("who", "permittedCommunicators, facts known", pairs, 2),
        Work(
            "customer",
            "customer, its subscriptions, who bills and resells them, providers, agreements",
            documents.CUSTOMER,
            alone,
            lambda each: held(truth, each["customer"]),
            _held_given,
            facts,
            goal=2,
        ),
        who("communicators", "permittedCommunicators of one customer x topic", pairs, 3),
        Work(
            "hundred",
            f"the same of {TOGETHER} customers x {len(TOPICS)} topics, one document",
            documents.HUNDRED,
            hundreds,
            lambda each: [[_speakers(truth, customer, topic) for topic in TOPICS] for customer in each["customers"]],
            lambda given: [[[one["communicator"]["id"] for one in node[topic]] for topic in TOPICS] for node in given["nodes"]],
            lambda each: [histories(each["customers"])],
            goal=5,
        ),
    ]


def questions(data: Data) -> list[dict[str, str]]:
    """Communicator, customer and topic; every other time a communicator that has to do with the customer."""
    draw = Random(f"{data.seed} questions")
    everyone = [*data.partners.all, MICROSOFT]
    found = []
    for number in range(min(QUESTIONS, PER_CUSTOMER * data.customers)):
        buyer = data.buyer(draw.randrange(data.customers))
        communicator = draw.choice([*sorted(buyer.parties), MICROSOFT] if number % 2 else everyone)
        found.append({"communicator": communicator, "customer": buyer.id, "topic": draw.choice(TOPICS)})
    return found


def shuffled(data: Data) -> list[str]:
    """Ids of as many customers as there are questions at most, in no order."""
    draw = Random(f"{data.seed} customers")
    return [data.buyer(number).id for number in draw.sample(range(data.customers), min(QUESTIONS, data.customers))]


def histories(customers: Sequence[str]) -> Reading:
    """The facts of these customers."""
    return "histories_of_customers", {"customers": list(dict.fromkeys(customers)), "partner": None}


def facts(about: Variables) -> list[Reading]:
    """The facts of the one customer."""
    return [histories([about["customer"]])]


def _verdict(truth: Truth, about: Variables) -> object:
    answer = truth.permission(**about)
    return answer.verdict, answer.permitted


def _verdict_given(given: dict[str, Any]) -> object:
    return given["permission"]["verdict"], given["permission"]["permitted"]


def _explained(truth: Truth, about: Variables) -> object:
    answer = truth.permission(**about)
    rulings = [
        (each.scope, each.standing, each.statements, sorted((step.type, step.source, step.target) for step in each.path))
        for each in answer.rulings
    ]
    return answer.verdict, True, rulings


def _explained_given(given: dict[str, Any]) -> object:
    found = given["permission"]
    rulings = [
        (
            each["scope"]["id"],
            each["standing"],
            tuple(statement["code"] for statement in each["statements"]),
            sorted((step["type"], step["from"]["id"], step["to"]["id"]) for step in each["path"]),
        )
        for each in found["rulings"]
    ]
    return found["verdict"], bool(found["explanation"]), rulings


def _ruled(truth: Truth, about: Variables) -> object:
    answer = truth.permission(**about)
    return answer.verdict, answer.permitted, [(each.standing, each.statements) for each in answer.rulings]


def _ruled_given(found: dict[str, Any]) -> object:
    rulings = [(each["standing"], tuple(statement["code"] for statement in each["statements"])) for each in found["rulings"]]
    return found["verdict"], found["permitted"], rulings


def _permitted(truth: Truth, about: Variables) -> object:
    return [(each.communicator, each.verdict) for each in truth.permitted_communicators(**about)]


def _permitted_given(given: dict[str, Any]) -> object:
    return [(each["communicator"]["id"], each["verdict"]) for each in given["permittedCommunicators"]]


def _speakers(truth: Truth, customer: str, topic: str) -> list[str]:
    return [each.communicator for each in truth.permitted_communicators(customer, topic)]


def held(truth: Truth, customer: str) -> object:
    """What a customer has: its id, its name, what it bought and of whom, its agreements."""
    buyer = truth.buyer(customer)
    agreements = [buyer.agreement] if buyer.agreement else []
    return buyer.id, buyer.name, [_sold(sale) for sale in buyer.sales], agreements


def _sold(sale: Sale) -> object:
    resellers = [(sale.seller, [sale.provider])] if sale.provider else []
    return sale.subscription, sale.offer, sale.provider or sale.seller, resellers


def _held_given(given: dict[str, Any]) -> object:
    found = given["customer"]
    sales = [
        (
            each["id"],
            each["offer"],
            each["billedBy"]["id"],
            [(reseller["id"], [provider["id"] for provider in reseller["providers"]]) for reseller in each["resellers"]],
        )
        for each in found["subscriptions"]
    ]
    return found["id"], found["name"], sales, [(each["id"], each["type"]) for each in found["agreements"]]
