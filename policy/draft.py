"""The content of a policy file as far as it can be read; a policy once no fault is found."""

import re
from collections.abc import Mapping
from datetime import datetime

from policy.cells import read_table
from policy.instant import instant_of, is_in_calendar
from policy.policy import Interpretation, Policy, Statement, Text, Topic
from policy.section import Section, listed
from policy.terms import Boundary, Category, Cloud, Language

CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
KEYS = ("title", "source", "effective_from", "clouds", "boundaries", "statements", "interpretations", "table", "topics")


def read_draft(file: Section, version: str) -> Policy:
    """Every part of the file that can be read; what can't is missing from it, and noted as a fault."""
    file.expect(KEYS, "a policy file holds")
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
        topics=_topics(file),
        table=read_table(file.section("table"), statements, interpretations),
        boundaries=_boundaries(file.section("boundaries")),
    )
    used = {cell.interpretation for cell in draft.table.values()}
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


def _topics(file: Section) -> Mapping[str, Topic]:
    topics = file.content.get("topics", [])
    if not isinstance(topics, list):
        file.refuse("is one table; write each topic under its own `[[topics]]`", "topics")
        return {}
    read: dict[str, Topic] = {}
    for place, content in enumerate(topics):
        topic = Section(content, ("topics", place), file.faults)
        topic.expect(("code", "category", "name", "description"), "a topic has")
        code, category = topic.string("code"), topic.term("category", Category)
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
