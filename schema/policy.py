"""The policy as clients read it."""

import strawberry

from policy import policy as data
from policy.terms import Category, Cloud, Language, Standing, Verdict
from schema.node import Node
from schema.scalars import DateTime


@strawberry.type
class Topic(Node):
    """What a communication is about."""

    code: str
    category: Category
    topic: strawberry.Private[data.Topic]

    @classmethod
    def of(cls, topic: data.Topic) -> "Topic":
        """The topic as clients see it."""
        return cls(id=strawberry.ID(f"topic:{topic.code}"), code=topic.code, category=topic.category, topic=topic)

    @strawberry.field
    def name(self, language: Language | None = Language.EN) -> str:
        """A few words."""
        return self.topic.name[language or Language.EN]

    @strawberry.field
    def description(self, language: Language | None = Language.EN) -> str:
        """One sentence."""
        return self.topic.description[language or Language.EN]


@strawberry.type
class Statement:
    """One sentence of the source."""

    code: str
    source: str
    statement: strawberry.Private[data.Statement]

    @classmethod
    def of(cls, statement: data.Statement) -> "Statement":
        """The statement as clients see it."""
        return cls(code=statement.code, source=statement.source, statement=statement)

    @strawberry.field
    def text(self, language: Language | None = Language.EN) -> str:
        """The statement in our words."""
        return self.statement.text[language or Language.EN]


@strawberry.type
class Interpretation:
    """A reading where the policy is silent or two statements meet."""

    name: str
    changed: bool = strawberry.field(
        description="Whether this service's policy file gives one of its cells another verdict than the shipped one."
    )
    interpretation: strawberry.Private[data.Interpretation]

    @classmethod
    def of(cls, interpretation: data.Interpretation) -> "Interpretation":
        """The interpretation as clients see it."""
        return cls(name=interpretation.name, changed=interpretation.changed, interpretation=interpretation)

    @strawberry.field
    def text(self, language: Language | None = Language.EN) -> str:
        """What is read, and why."""
        return self.interpretation.text[language or Language.EN]


@strawberry.type
class PolicyRule:
    """One cell of the table."""

    standing: Standing
    category: Category
    verdict: Verdict
    statements: list[Statement]
    interpretation: Interpretation | None


@strawberry.type
class Policy:
    """The policy that every answer applies."""

    version: str
    title: str
    source: str
    effective_from: DateTime
    clouds: list[Cloud]
    statements: list[Statement]
    interpretations: list[Interpretation]
    rules: list[PolicyRule]

    @classmethod
    def of(cls, policy: data.Policy) -> "Policy":
        """The policy as clients see it."""
        return cls(
            version=policy.version,
            title=policy.title,
            source=policy.source,
            effective_from=DateTime(policy.effective_from),
            clouds=[cloud for cloud in Cloud if cloud in policy.clouds],
            statements=[Statement.of(each) for each in policy.statements.values()],
            interpretations=[Interpretation.of(each) for each in policy.interpretations.values()],
            rules=[
                PolicyRule(
                    standing=standing,
                    category=category,
                    verdict=cell.verdict,
                    statements=[Statement.of(policy.statements[code]) for code in cell.statements],
                    interpretation=Interpretation.of(policy.interpretations[cell.interpretation]) if cell.interpretation else None,
                )
                for (standing, category), cell in policy.table.items()
            ],
        )
