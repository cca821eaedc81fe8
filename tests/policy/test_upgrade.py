"""An operator's file of the first form, in the form of today."""

from importlib.resources import files
from pathlib import Path

import pytest

from policy.policy_file import PolicyFault, first_policy, read_policy, read_policy_of_any_form, shipped_policy, upgraded_policy
from policy.terms import Category, Standing, Verdict

FIRST = files("policy").joinpath("policy-1.toml").read_text("utf-8")
OWN_TOPIC = """
[[topics]]
code        = "copilot-trial"
category    = "MARKETING"
name        = { EN = "trials of “Copilot”", ES = "pruebas de Copilot" }
description = { EN = "An invitation to try Copilot.", ES = "La invitación a probar Copilot." }
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "ours.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_file_of_the_first_form_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(PolicyFault) as caught:
        read_policy(written(tmp_path, FIRST))

    told = [fault.reason for fault in caught.value.faults]
    assert any("`vocero policy upgrade " in each for each in told)
    for lacking in (
        "`facts` is missing",
        "`table.RELATED_BESIDES` is missing",
        "`table.RESELLER.ENDING` is missing",
        "the topic `quote` is",
    ):
        assert any(each.startswith(lacking) for each in told), lacking


def test_the_shipped_file_of_the_first_form_becomes_that_of_today(tmp_path: Path) -> None:
    upgraded = upgraded_policy(written(tmp_path, FIRST))

    assert upgraded is not None
    assert read_policy(written(tmp_path, upgraded.text)) == shipped_policy()
    assert upgraded_policy(tmp_path / "ours.toml") is None


def test_topics_wordings_and_switched_readings_are_kept(tmp_path: Path) -> None:
    """A switched cell in each category among which its topics are now, where it rests on the same reading."""
    own = FIRST.replace('"renewals"', '"Verlängerungen"') + OWN_TOPIC
    row = own.index("[table.RELATED]")
    own = own[:row] + own[row:].replace('"EXPECTED S1 *relationship', '"PERMITTED S1 *relationship', 1)
    file = written(tmp_path, own)
    assert read_policy_of_any_form(file).table[Standing.RELATED, Category.SUBSCRIPTION].verdict is Verdict.PERMITTED

    upgraded = upgraded_policy(file)

    assert upgraded is not None
    assert upgraded.lost == ()
    found = read_policy(written(tmp_path, upgraded.text))
    switched = {place for place, cell in found.table.items() if cell != shipped_policy().table[place]}
    assert switched == {(Standing.RELATED, each) for each in (Category.SUBSCRIPTION, Category.ACQUISITION, Category.ENDING)}
    assert [name for name, reading in found.interpretations.items() if reading.changed] == ["relationship-before-purchase"]
    assert list(found.topics) == [*shipped_policy().topics, "copilot-trial"]
    assert found.topics["copilot-trial"].name["EN"] == "trials of “Copilot”"  # type: ignore[index]
    assert found.topics["renewal"].name["EN"] == "Verlängerungen"  # type: ignore[index]
    assert found.topics["renewal"].description == shipped_policy().topics["renewal"].description


def test_a_switched_cell_that_rests_on_another_reading_now_is_named(tmp_path: Path) -> None:
    row = FIRST.index("[table.OPERATOR_ONLY]")
    own = FIRST[:row] + FIRST[row:].replace('RELATIONSHIP = "NOT_STATED *s1', 'RELATIONSHIP = "PERMITTED *s1', 1)

    upgraded = upgraded_policy(written(tmp_path, own))

    assert upgraded is not None
    assert upgraded.lost == ((Standing.OPERATOR_ONLY, Category.RELATIONSHIP),)


def test_the_first_policy_is_the_one_that_was_shipped_first() -> None:
    """Decisions of then name it by its version."""
    assert first_policy().version == "370e2a3dae35c2fe249b576fa715357bdee3c2c8b7b6215db0cd7218389c30f8"
