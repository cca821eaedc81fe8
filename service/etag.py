"""
Tags of what GET answered, so that the same answer need not be sent, or found, twice.

An answer that the revision alone decides is tagged by the revision and the question: while it is the newest, nothing is executed.
Where now has a part in it (no `validAt` is given), it may change though nothing was written: it is found again, and tagged by what it says.
"""

import hashlib
from importlib.metadata import version

import orjson
from strawberry.http import GraphQLRequestData

from graph.revision import Revision
from policy.caller import Caller
from policy.policy import Policy

SERVICE = version("vocero")


def tag_of_question(asked: GraphQLRequestData, policy: Policy, media_type: str, revision: Revision, caller: Caller) -> str:
    """
    The tag of an answer that the revision alone decides. recordedAt tells the revisions of two stores from each other.

    caller: whose role and node decide too; all who have the same are answered the same
    """
    said = [asked.query, asked.variables, asked.operation_name, policy.version, media_type, SERVICE, caller.role, caller.node]
    return _tag(orjson.dumps([*said, revision.number, revision.recorded_at], option=orjson.OPT_SORT_KEYS), "r")


def tag_of_answer(body: bytes) -> str:
    """The tag of an answer by what it says."""
    return _tag(body, "a")


def names(if_none_match: str | None, tag: str) -> bool:
    """Is the tag among those of the header?"""
    return tag in {each.strip() for each in (if_none_match or "").split(",")}


def may_name_a_question(if_none_match: str | None) -> bool:
    """Is there a tag in the header that could be of a question? Only then is it worth a look at the newest revision."""
    return 'W/"r' in (if_none_match or "")


def _tag(what: bytes, mark: str) -> str:
    return f'W/"{mark}{hashlib.sha256(what).hexdigest()[:40]}"'
