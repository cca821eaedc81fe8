"""The policy out of its file: the one that is shipped, or an operator's own version of it."""

import re
import tomllib
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from policy.draft import is_first, read_draft
from policy.faults import Fault, Faults, PolicyFault
from policy.firm import check_firm, marked
from policy.policy import Policy
from policy.rules import FIRST, Rules
from policy.section import Section
from policy.toml_lines import lines_of
from policy.upgrade import Upgraded, upgraded

__all__ = ["Fault", "PolicyFault", "first_policy", "read_policy", "read_policy_of_any_form", "shipped_policy", "upgraded_policy"]


@cache
def shipped_policy() -> Policy:
    """The policy of policy.toml, read once."""
    return _shipped("policy.toml", None)


@cache
def first_policy() -> Policy:
    """The policy as it was shipped first, in policy-1.toml: what was decided by it is judged by it again."""
    return _shipped("policy-1.toml", FIRST)


def read_policy(path: Path) -> Policy:
    """
    The policy of an operator's own file: a complete one, which may add topics, reword topics and switch interpretations.

    raises: PolicyFault, with every fault of the file
    """
    content = content_of(path)
    file = opened(content)
    if is_first(file):
        file.faults.add((), f"is a file of the first form; `vocero policy upgrade {path}` writes it anew. What it lacks:")
    return _own(content, file, shipped_policy())


def read_policy_of_any_form(path: Path) -> Policy:
    """Read a policy file, also one of the first form. Raises PolicyFault."""
    content = content_of(path)
    file = opened(content)
    return _own(content, file, first_policy(), FIRST) if is_first(file) else _own(content, file, shipped_policy())


def upgraded_policy(path: Path) -> Upgraded | None:
    """An own file of the first form in the form of today; None where it has that already. Raises PolicyFault."""
    content = content_of(path)
    file = opened(content)
    if not is_first(file):
        _own(content, file, shipped_policy())
        return None
    own = _own(content, file, first_policy(), FIRST)
    return upgraded(own, first_policy(), shipped_policy(), files("policy").joinpath("policy.toml").read_text("utf-8"))


def _shipped(name: str, rules: Rules | None) -> Policy:
    content = files("policy").joinpath(name).read_bytes()
    file = opened(content)
    policy = read_draft(file, _version(content), rules)
    _refuse(file)
    return policy


def _own(content: bytes, file: Section, shipped: Policy, rules: Rules | None = None) -> Policy:
    policy = read_draft(file, _version(content), rules)
    check_firm(policy, shipped, file)
    _refuse(file)
    return marked(policy, shipped)


def content_of(path: Path) -> bytes:
    """The bytes of a file. Raises PolicyFault."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = f"`{path}` can't be read ({error.strerror}); name a file in the form of policy.toml"
        raise PolicyFault([Fault(None, reason)]) from error


def _version(content: bytes) -> str:
    return sha256(content).hexdigest()


def _refuse(file: Section) -> None:
    if faults := file.faults.all():
        raise PolicyFault(faults)


def opened(content: bytes) -> Section:
    """The content as TOML, with the lines of all that it holds. Raises PolicyFault."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyFault([Fault(line, "is not UTF-8; save the file in that encoding")]) from error
    try:
        return Section(tomllib.loads(text), (), Faults(lines_of(text)))
    except (ValueError, RecursionError) as error:
        raise PolicyFault([_syntax_fault(str(error), text)]) from error


def _syntax_fault(message: str, text: str) -> Fault:
    """Tomllib says where it stopped in its message only."""
    place = re.search(r" \(at line (\d+), column \d+\)$", message)
    line = int(place[1]) if place else len(text.splitlines()) if message.endswith("(at end of document)") else None
    what = re.sub(r" \(at .*\)$", "", message)
    return Fault(line, f"is not TOML: {what[:1].lower()}{what[1:]}; a line is `key = value`, `[table]` or `[[topics]]`")
