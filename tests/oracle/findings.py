"""Where the service and the oracle differ, and how many answers of theirs were compared at all."""

from dataclasses import dataclass, field
from typing import Any

from tests.oracle.oracle import Answer, Ruling, Step
from tests.oracle.random_books import Instant

SHOWN = 5


@dataclass
class Count:
    """How many answers the tests of this run have compared."""

    compared: int = 0


COUNT = Count()


@dataclass
class Findings:
    """The differences found in one world at one instant."""

    world: str
    instant: Instant
    differences: list[str] = field(default_factory=list)

    def same(self, question: str, expected: object, got: object) -> None:
        """Count one answer, and keep it if the service gave another than the oracle."""
        COUNT.compared += 1
        if expected != got:
            wanted, found = apart(expected, got)
            self.differences.append(f"{question}\n    expected {wanted}\n    got      {found}")

    def holds(self, question: str, *, truth: bool, got: object) -> None:
        """Count one answer, and keep it if what was to be true of it is not."""
        COUNT.compared += 1
        if not truth:
            self.differences.append(f"{question}\n    got      {got}")

    def none_missing(self, question: str, expected_errors: set[tuple[Any, ...]], body: dict[str, Any]) -> None:
        """The errors of the body are exactly one NOT_FOUND at each of those paths."""
        errors = body.get("errors") or []
        wanted = sorted((("NOT_FOUND", path) for path in expected_errors), key=repr)
        found = sorted(((error.get("extensions", {}).get("code"), tuple(error.get("path") or ())) for error in errors), key=repr)
        if wanted != found:
            missing, surplus = [each for each in wanted if each not in found], [each for each in found if each not in wanted]
            told = [error.get("message") for error in errors][:SHOWN]
            self.differences.append(f"{question}: its errors\n    missing  {missing}\n    surplus  {surplus}\n    which say {told}")

    def report(self) -> None:
        """Raise with the first differences, if there are any."""
        if self.differences:
            at = f"validAt={self.instant.valid_at or 'now'} knownAt={self.instant.known_at or 'now'}"
            shown = "\n".join(self.differences[:SHOWN])
            raise AssertionError(f"{len(self.differences)} answers differ from the oracle at {at}\n{shown}\nin the world\n{self.world}")


def apart(expected: object, got: object) -> tuple[str, str]:
    """Both in words; of two answers or two rulings only the parts in which they differ."""
    if isinstance(expected, Answer) and isinstance(got, Answer) and len(expected.rulings) == len(got.rulings):
        parts = [(name, getattr(expected, name), getattr(got, name)) for name in Answer._fields if name != "rulings"]
        for one, other in zip(expected.rulings, got.rulings, strict=True):
            parts += [(f"{name} in {one.scope}", getattr(one, name), getattr(other, name)) for name in Ruling._fields]
        differing = [part for part in parts if part[1] != part[2]]
        return (
            "; ".join(f"{name}: {in_words(one)}" for name, one, _ in differing),
            "; ".join(f"{name}: {in_words(other)}" for name, _, other in differing),
        )
    return in_words(expected), in_words(got)


def in_words(value: object) -> str:
    """A path or an ownership as its edges; anything else as Python shows it."""
    if isinstance(value, Step):
        kind = f" as {value.kind}" if value.kind else ""
        return f"({value.source} {value.type} {value.target}{kind} from {value.valid_from.isoformat()})"
    if isinstance(value, tuple | set) and value and all(isinstance(each, Step) for each in value):
        return ", ".join(in_words(each) for each in (value if isinstance(value, tuple) else sorted(value)))
    if isinstance(value, Answer):
        rulings = [(each.scope, each.verdict, each.standing) for each in value.rulings]
        return f"{value.verdict}, permitted in {list(value.permitted_in)}, rulings {rulings}"
    return "NOT_FOUND or null" if value is None else repr(value)
