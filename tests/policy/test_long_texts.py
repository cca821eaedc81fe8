"""Texts that repeat what somebody gave: none gets as long as that was."""

import pytest

from policy.errors import LONGEST_INPUT, LONGEST_MESSAGE, NotFound
from policy.named import LONGEST_NAME, Names
from policy.terms import Language

MEGABYTE = "x" * 1_000_000


def test_a_message_repeats_the_beginning_of_long_input() -> None:
    error = NotFound(f"no topic `{MEGABYTE}` in the policy; give the code of one, such as `renewal`")

    assert str(error) == f"no topic `{'x' * LONGEST_INPUT}…` in the policy; give the code of one, such as `renewal`"


@pytest.mark.parametrize("given", ["`" * 1_000_000, f"a`{MEGABYTE}", f"``{MEGABYTE}``"])
def test_a_message_is_short_whatever_marks_the_input_has(given: str) -> None:
    assert len(str(NotFound(f"no topic `{given}` in the policy"))) <= LONGEST_MESSAGE + 1


def test_a_name_of_a_megabyte_is_cut_where_it_is_said() -> None:
    names = Names(["subscription:s"], {"subscription:s": MEGABYTE}, Language.EN)

    assert names.nodes(["subscription:s"]) == f"{'x' * LONGEST_NAME}…"
