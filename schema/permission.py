from typing import Annotated, cast

import strawberry

from policy.decision import CLOSING, Outline
from policy.terms import Language, Standing, Verdict
from resolvers.explanation import explanation
from resolvers.permission import Answer
from schema.agreement import Agreement
from schema.context import Info
from schema.customer import Customer
from schema.node import Communicator, shown_at
from schema.policy import Interpretation, Statement, Topic
from schema.relationship import Relationship
from schema.scalars import DateTime, Revision
from schema.subscription import ProductSubscription

Scope = Annotated[ProductSubscription | Agreement | Customer, strawberry.union("Scope")]


@strawberry.type
class Instant:
    """When an answer is about."""

    valid_at: DateTime
    known_at: DateTime


@strawberry.type
class Ruling:
    """The verdict in one scope, and why."""

    verdict: Verdict
    standing: Standing
    outline: strawberry.Private[Outline]
    place: strawberry.Private[int]
    answer: strawberry.Private[Answer]

    @classmethod
    def of(cls, outline: Outline, place: int, answer: Answer) -> "Ruling":
        """The ruling at a place of an answer, as clients see it."""
        return cls(verdict=outline.verdict, standing=outline.standing, outline=outline, place=place, answer=answer)

    @strawberry.field
    def scope(self, info: Info) -> Scope:
        """The subscription, agreement or customer that it is about."""
        return _scope(info, self.answer.decision.rulings[self.place].scope)

    @strawberry.field
    def statements(self) -> list[Statement]:
        """The statements of the policy that it rests on."""
        return [Statement.of(self.answer.policy.statements[code]) for code in self.outline.statements]

    @strawberry.field(description="The first of `interpretations`.")
    def interpretation(self) -> Interpretation | None:
        """The interpretation that it used, of its cell if that names one."""
        name = next(iter(self.outline.interpretations), None)
        return Interpretation.of(self.answer.policy.interpretations[name]) if name else None

    @strawberry.field
    def interpretations(self) -> list[Interpretation]:
        """The interpretations that it used: that of its cell, then those which the facts of the scope bring with them."""
        return [Interpretation.of(self.answer.policy.interpretations[name]) for name in self.outline.interpretations]

    @strawberry.field(description="Whether the scope is a closing one: of this communicator alone, in the categories BILLING and ENDING.")
    def closing(self) -> bool:
        """Is it the scope of a subscription that the customer does not have any more?"""
        return self.outline.standing in CLOSING

    @strawberry.field(description="The edges which give this standing, as policy.md section 8 lists them.")
    def path(self) -> list[Relationship]:
        """The ownership path."""
        return [Relationship.of(each) for each in self.answer.decision.rulings[self.place].path]


@strawberry.type
class Permission:
    """The answer for a communicator, a customer and a topic."""

    verdict: Verdict
    answer: strawberry.Private[Answer]

    @classmethod
    def of(cls, answer: Answer) -> "Permission":
        """The answer as clients see it."""
        return cls(verdict=answer.decision.verdict, answer=answer)

    @strawberry.field(description="It may speak in some scope, and is forbidden to in none.")
    def permitted(self) -> bool:
        """Is the verdict EXPECTED or PERMITTED?"""
        return self.answer.decision.permitted

    @strawberry.field(
        description="It may speak in every scope asked about; where it is permitted and not everywhere, the explanation's first sentence "
        "names the scopes."
    )
    def everywhere(self) -> bool:
        """Is every scope asked about ruled EXPECTED or PERMITTED?"""
        return self.answer.decision.everywhere

    @strawberry.field(description="Whether the page that is applied was published at validAt.")
    def policy_in_force(self) -> bool:
        """Is the answer about an instant at which the policy had been published?"""
        return self.answer.policy.in_force(self.answer.as_of.valid_at)

    @strawberry.field
    def topic(self) -> Topic:
        """About what."""
        return Topic.of(self.answer.topic)

    @strawberry.field
    def as_of(self) -> Instant:
        """When it is about."""
        at = self.answer.as_of
        return Instant(valid_at=DateTime(at.valid_at), known_at=DateTime(at.known_at))

    @strawberry.field
    def revision(self) -> Revision:
        """The state of the graph that it rests on."""
        return Revision(self.answer.revision)

    @strawberry.field
    def communicator(self, info: Info) -> Communicator:
        """Who would speak."""
        return cast("Communicator", shown_at(info, self.answer.decision.communicator))

    @strawberry.field
    def customer(self, info: Info) -> Customer:
        """To whom."""
        return cast("Customer", shown_at(info, self.answer.decision.customer))

    @strawberry.field
    def permitted_in(self, info: Info) -> list[Scope]:
        """The scopes in which it may speak."""
        return [_scope(info, scope) for scope in self.answer.decision.permitted_in]

    @strawberry.field
    def rulings(self) -> list[Ruling]:
        """One for each scope."""
        return [Ruling.of(each, place, self.answer) for place, each in enumerate(self.answer.decision.outlines)]

    @strawberry.field(description="One paragraph a person can read out.")
    def explanation(self, info: Info, language: Language | None = Language.EN) -> str:
        """The reason in words."""
        return explanation(info.context.operation, self.answer, language or Language.EN)

    @strawberry.field
    def policy_version(self) -> str:
        """The version of the policy that was applied."""
        return self.answer.policy.version


def _scope(info: Info, scope: str) -> ProductSubscription | Agreement | Customer:
    return cast("ProductSubscription | Agreement | Customer", shown_at(info, scope))
