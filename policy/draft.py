"""The content of a policy file as far as it can be read; a policy once no fault is found."""

import re
from collections.abc import Mapping
from datetime import datetime

from policy.cells import read_table
from policy.instant import instant_of, is_in_calendar
from policy.policy import WITHOUT_CELLS, Interpretation, Policy, Statement, Text, Topic
from policy.rules import CATEGORIES, STANDINGS, Rules
from policy.section import Section, listed
from policy.terms import BillingOperator, Boundary, Category, Cloud, Hidden, Language

MOST_MONTHS = 1200
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
KEYS = ("title", "source", "effective_from", "clouds", "boundaries", "facts", "statements", "interpretations", "table", "topics")
FACTS = ("channel_by_agreement", "billing_operator", "deleted_hides", "closing_months", "closing_categories")


def is_first(file: Section) -> bool:
    """Is it a file of the first form?"""
    return "facts" not in file.content


def read_draft(file: Section, version: str, rules: Rules | None = None) -> Policy:
    """
    Every part of the file that can be read; what can't is missing from it, and noted as a fault.

    rules: those of a file of the first form, which says nothing of them; None = its own
    """
    file.expect(KEYS if rules is None else [key for key in KEYS if key != "facts"], "a policy file holds")
    rules = rules or _rules(file.section("facts"))
    statements = _statements(file.section("statements"))
    interpretations = _interpretations(file.section("interpretations"))
    draft = Policy(
        version=version,
        title=file.string("title"),
        source=file.string("source"),
        effective_from=_effective_from(file),
        clouds=_clouds(file),
        statements=statements,
        interpretations=interpretations,
        topics=_topics(file, rules),
        table=read_table(file.section("table"), statements, interpretations, rules),
        boundaries=_boundaries(file.section("boundaries")),
        rules=rules,
    )
    used = {*WITHOUT_CELLS, *(cell.interpretation for cell in draft.table.values())}
    for name in interpretations:
        if name not in used and not file.faults.within(("table",)):  # a cell that can't be read may use it
            file.refuse("is used by no cell of the table; mark a cell with it or take it out", "interpretations", name)
    return draft


def _effective_from(file: Section) -> int:
    moment = file.content.get("effective_from")
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        if is_in_calendar(instant := instant_of(moment)):
            return instant
        file.refuse(f"is `{moment}`, which is outside the years 1 to 9999 in UTC", "effective_from")
        return 0
    if moment is not None:
        file.refuse(f"is `{moment}`, which is not an instant with an offset; write it like 2019-11-20T00:00:00Z", "effective_from")
    return 0


def _clouds(file: Section) -> frozenset[Cloud]:
    clouds = file.content.get("clouds", list(Cloud))
    if not isinstance(clouds, list) or not clouds:
        file.refuse(f"is not a list with at least one of {listed(Cloud)}", "clouds")
        return frozenset()
    for cloud in clouds:
        if cloud not in list(Cloud):
            file.refuse(f"names `{cloud}`, which is not a cloud: {listed(Cloud)}", "clouds")
    return frozenset(cloud for cloud in Cloud if cloud in clouds)


def _boundaries(boundaries: Section) -> Mapping[bool, Boundary]:
    kinds = {"consumption": True, "licence": False}
    boundaries.expect(kinds, "there is one for each of")
    named = {by_consumption: boundaries.term(kind, Boundary) for kind, by_consumption in kinds.items()}
    return {by_consumption: boundary for by_consumption, boundary in named.items() if boundary}


def _rules(facts: Section) -> Rules:
    facts.expect(FACTS, "how facts are taken is said by")
    by_agreement, months = facts.content.get("channel_by_agreement", True), facts.content.get("closing_months", 1)
    if not isinstance(by_agreement, bool):
        facts.refuse("is neither true nor false", "channel_by_agreement")
    if not isinstance(months, int) or isinstance(months, bool) or not 1 <= months <= MOST_MONTHS:
        facts.refuse(f"is not a whole number from 1 to {MOST_MONTHS}", "closing_months")
    categories = facts.content.get("closing_categories", [])
    if not isinstance(categories, list) or any(each not in list(Category) for each in categories):
        facts.refuse(f"is not a list of some of {listed(Category)}", "closing_categories")
        categories = []
    return Rules(
        categories=CATEGORIES,
        standings=STANDINGS,
        closing_months=months if isinstance(months, int) else 1,
        closing_categories=frozenset(map(Category, categories)),
        channel_by_agreement=by_agreement is True,
        billing_operator=facts.term("billing_operator", BillingOperator) or BillingOperator.OF_THE_CLOUD,
        deleted_hides=facts.term("deleted_hides", Hidden) or Hidden.WITHOUT_END,
    )


def _statements(statements: Section) -> Mapping[str, Statement]:
    read = {}
    for code, statement in statements.sections().items():
        statement.expect([*Language, "source"], "a statement has")
        read[code] = Statement(code, statement.text(), statement.string("source"))
    return read


def _interpretations(interpretations: Section) -> Mapping[str, Interpretation]:
    read = {}
    for name, interpretation in interpretations.sections().items():
        interpretation.expect(list(Language), "an interpretation has")
        read[name] = Interpretation(name, interpretation.text(), changed=False)
    return read


def _topics(file: Section, rules: Rules) -> Mapping[str, Topic]:
    topics = file.content.get("topics", [])
    if not isinstance(topics, list):
        file.refuse("is one table; write each topic under its own `[[topics]]`", "topics")
        return {}
    read: dict[str, Topic] = {}
    for place, content in enumerate(topics):
        topic = Section(content, ("topics", place), file.faults)
        topic.expect(("code", "category", "name", "description"), "a topic has")
        code, category = topic.string("code"), topic.term("category", Category)
        if category and category not in rules.categories:
            topic.refuse(f"names `{category}`, which is not one of {listed(rules.categories)}", "category")
        name, description = _text(topic, "name"), _text(topic, "description")
        if code and not CODE.fullmatch(code):
            topic.refuse(f"is `{code}`; a code is lower-case words joined by hyphens, like `price-change`", "code")
        elif code in read:
            topic.refuse(f"is `{code}` for the second time; every topic has a code of its own", "code")
        elif code and category:
            read[code] = Topic(code, category, name, description)
    return read


def _text(topic: Section, key: str) -> Text:
    text = topic.section(key)
    if key in topic.content:
        text.expect(list(Language), "a text has")
    return text.text()
