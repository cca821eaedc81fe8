"""The page of errors: every code that the service can give, each seen by a test."""

import re
from pathlib import Path

import pytest

import service.app  # noqa: F401 - whatever it imports defines its errors
from policy.errors import VoceroError
from service.media_types import GRAPHQL, JSON, status_for

HERE = Path(__file__).parent
PAGE = (HERE.parent / "docs" / "errors.md").read_text("utf-8")
ROWS = re.findall(r"^\| `(\w+)` \|.*\| (\d+|none) \| (\d+|none) \|$", PAGE, re.MULTILINE)
PRODUCED_IN = {
    "BAD_INPUT": "schema/test_errors.py",
    "NOT_FOUND": "schema/test_errors.py",
    "CONFLICT": "schema/test_apply.py",
    "UNAUTHENTICATED": "service/test_authentication.py",
    "FORBIDDEN": "service/test_trusted_documents.py",
    "PERSISTED_QUERY_NOT_FOUND": "service/test_trusted_documents.py",
    "TOO_COMPLEX": "schema/test_limits.py",
    "RATE_LIMITED": "service/test_http.py",
    "UNAVAILABLE": "schema/test_errors.py",
    "INTERNAL": "schema/test_outage.py",
}


def codes_below(error: type[VoceroError]) -> set[str]:
    return {error.code}.union(*(codes_below(each) for each in error.__subclasses__()))


def test_every_code_of_the_service_is_on_the_page() -> None:
    assert {code for code, *_ in ROWS} == codes_below(VoceroError)
    assert len(ROWS) == len({code for code, *_ in ROWS})


def test_every_code_on_the_page_is_produced_by_a_test() -> None:
    assert {code for code, *_ in ROWS} == set(PRODUCED_IN)
    assert [code for code, file in PRODUCED_IN.items() if f'"{code}"' not in (HERE / file).read_text("utf-8")] == []


@pytest.mark.parametrize(("code", "in_graphql", "in_json"), [row for row in ROWS if "none" not in row])
def test_the_statuses_on_the_page_are_those_given(code: str, in_graphql: str, in_json: str) -> None:
    assert (status_for(code, GRAPHQL), status_for(code, JSON)) == (int(in_graphql), int(in_json))
