"""The policy out of its file: the one that is shipped, or an operator's own version of it."""

import re
import tomllib
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from policy.draft import read_draft
from policy.faults import Fault, Faults, PolicyFault
from policy.firm import check_firm, marked
from policy.policy import Policy
from policy.section import Section
from policy.toml_lines import lines_of

__all__ = ["Fault", "PolicyFault", "read_policy", "shipped_policy"]


@cache
def shipped_policy() -> Policy:
    """The policy of policy.toml, read once."""
    content = files("policy").joinpath("policy.toml").read_bytes()
    file = _opened(content)
    policy = read_draft(file, _version(content))
    _refuse(file)
    return policy


def read_policy(path: Path) -> Policy:
    """
    The policy of an operator's own file: a complete one, which may add topics, reword topics and switch interpretations.

    raises: PolicyFault, with every fault of the file
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = f"`{path}` can't be read ({error.strerror}); name a file in the form of policy.toml"
        raise PolicyFault([Fault(None, reason)]) from error
    file = _opened(content)
    policy = read_draft(file, _version(content))
    check_firm(policy, shipped_policy(), file)
    _refuse(file)
    return marked(policy, shipped_policy())


def _version(content: bytes) -> str:
    return sha256(content).hexdigest()


def _refuse(file: Section) -> None:
    if faults := file.faults.all():
        raise PolicyFault(faults)


def _opened(content: bytes) -> Section:
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
