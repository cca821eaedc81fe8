"""An operator's own policy file: what it may change, and what is refused."""

from hashlib import sha256
from pathlib import Path

import pytest

import policy
from policy.policy_file import Fault, PolicyFault, read_policy, shipped_policy
from policy.terms import Category, Standing, Verdict

SHIPPED = Path(policy.__file__).with_name("policy.toml").read_text(encoding="utf-8")

NEW_TOPIC = """
[[topics]]
code        = "copilot-trial"
category    = "MARKETING"
name        = { EN = "trials of Copilot", ES = "pruebas de Copilot" }
description = { EN = "An invitation to try Copilot.", ES = "La invitación a probar Copilot." }
"""


def line_of(text: str, within: str = SHIPPED) -> int:
    """The line, from 1, on which the text first stands."""
    return within[: within.index(text)].count("\n") + 1


class File:
    """A policy file as an operator writes it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ours.toml"
        self.text = SHIPPED

    def change(self, old: str, new: str, after: str = "") -> int:
        """Replace the first `old` that follows `after`; returns its line."""
        start = self.text.index(old, self.text.index(after))
        self.text = self.text[:start] + new + self.text[start + len(old) :]
        return self.text[:start].count("\n") + 1

    def read(self) -> policy.policy.Policy:
        self.path.write_text(self.text, encoding="utf-8")
        return read_policy(self.path)

    def faults(self) -> tuple[Fault, ...]:
        with pytest.raises(PolicyFault) as caught:
            self.read()
        told = "\n".join(map(str, caught.value.faults))
        assert str(caught.value) == told or told.startswith(str(caught.value).partition("…")[0])
        assert caught.value.code == "BAD_INPUT"
        return caught.value.faults

    def fault(self) -> Fault:
        (fault,) = self.faults()
        return fault


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path)


def test_the_shipped_file_is_a_policy_file_like_any_other(file: File) -> None:
    assert file.read() == shipped_policy()


def test_a_file_saved_on_windows_is_read(file: File) -> None:
    """A byte order mark and CRLF change the version, nothing else."""
    file.path.write_bytes(b"\xef\xbb\xbf" + SHIPPED.replace("\n", "\r\n").encode())

    theirs = read_policy(file.path)

    assert theirs.table == shipped_policy().table
    assert theirs.version != shipped_policy().version


def test_the_version_is_the_digest_of_the_content(file: File) -> None:
    file.text += "# a comment of ours\n"

    assert file.read().version == sha256(file.text.encode()).hexdigest()
    assert shipped_policy().version == sha256(SHIPPED.encode()).hexdigest()


def test_an_operator_may_add_a_topic(file: File) -> None:
    file.text += NEW_TOPIC

    theirs = file.read()

    assert list(theirs.topics)[-1] == "copilot-trial"
    assert theirs.topics["copilot-trial"].category is Category.MARKETING


def test_an_operator_may_reword_a_topic(file: File) -> None:
    file.change('"renewals"', '"Vertragsverlängerungen"')

    assert file.read().topics["renewal"].name["EN"] == "Vertragsverlängerungen"  # type: ignore[index]


def test_switching_a_cell_of_an_interpretation_marks_it_as_changed(file: File) -> None:
    file.change('"NOT_STATED *provider', '"PERMITTED *provider', after="[table.PROVIDER]")

    theirs = file.read()

    assert theirs.table[Standing.PROVIDER, Category.MARKETING].verdict is Verdict.PERMITTED
    assert [reading.name for reading in theirs.interpretations.values() if reading.changed] == ["provider-behind-reseller"]
    assert not any(reading.changed for reading in shipped_policy().interpretations.values())


def test_a_firm_cell_stays(file: File) -> None:
    line = file.change("PROHIBITED S2", "PERMITTED S2", after="[table.OPERATOR_OF_CSP]")

    assert file.fault() == (line, "`table.OPERATOR_OF_CSP.SUBSCRIPTION` is firm; it stays `PROHIBITED S2`")


@pytest.mark.parametrize("cell", ["EXPECTED S1 *administrator-operates", "PERMITTED", "PERMITTED *closing-invoices"])
def test_a_switched_cell_keeps_its_statements_and_its_interpretation(file: File, cell: str) -> None:
    line = file.change("PERMITTED *administrator-operates", cell, after="[table.ADMINISTRATOR]")

    (fault,) = file.faults()

    right = f"{cell.split(maxsplit=1)[0]} *administrator-operates"
    assert fault == (line, f"`table.ADMINISTRATOR.OPERATIONAL` may switch its verdict only; with this one it reads `{right}`")


def test_nothing_prohibits_a_partner(file: File) -> None:
    line = file.change("NOT_STATED *own", "PROHIBITED *own", after="[table.OTHER_PARTNER]")

    fault = file.fault()

    assert fault.line == line
    assert "nothing in the policy prohibits a partner" in fault.reason


def test_a_cell_that_is_missing_makes_the_table_not_total(file: File) -> None:
    file.change('SUPPORT        = "EXPECTED S4"\n', "", after="[table.OPERATOR_DIRECT]")

    fault = file.fault()

    assert fault.line == line_of("[table.OPERATOR_DIRECT]")
    assert fault.reason.startswith("`table.OPERATOR_DIRECT.SUPPORT` is missing; every standing has a cell for each of SUBSCRIPTION, ")


def test_a_standing_that_is_misspelled_is_both_unknown_and_missing(file: File) -> None:
    line = file.change("[table.NONE]", "[table.NOBODY]")

    unknown, missing = file.faults()

    assert (unknown.line, missing.line) == (line, None)
    assert unknown.reason.startswith("`table.NOBODY` is not known; the standings are DIRECT_BILLER, ")
    assert missing.reason.startswith("`table.NONE` is missing; ")


@pytest.mark.parametrize(
    ("after", "old", "new", "reason"),
    [
        ("[table.NONE]", "NOT_STATED", "MIXED", "`table.NONE.SUBSCRIPTION` starts with `MIXED`, which is not a verdict of one cell: EX"),
        ("[table.NONE]", "NOT_STATED", "NOT_COVERED", "`table.NONE.SUBSCRIPTION` starts with `NOT_COVERED`"),
        ("[table.NONE]", "NOT_STATED", "ALLOWED", "`table.NONE.SUBSCRIPTION` starts with `ALLOWED`"),
        ("[table.NONE]", "NOT_STATED", "NOT_STATED *a *b", "`table.NONE.SUBSCRIPTION` reads `NOT_STATED *a *b`; a cell is a verdict, then"),
        ("[table.NONE]", "NOT_STATED", "NOT_STATED S9", "`table.NONE.SUBSCRIPTION` rests on `S9`, which is not a statement of this "),
        ("[table.DIRECT_BILLER]", "S1 S2", "S1 S2 S1", "`table.DIRECT_BILLER.SUBSCRIPTION` rests on `S1` twice; once is enough"),
        ("[table.RELATED]", "*relationship-before-purchase", "*guess", "`table.RELATED.SUBSCRIPTION` uses `guess`, which is not"),
        ("[table.NONE]", "SUBSCRIPTION", "SUBSCRIPTIONS", "`table.NONE.SUBSCRIPTIONS` is not known; every standing has a cell for each of"),
        ("[[topics]]", '"SUBSCRIPTION"', '"SALES"', "`topics.category` names `SALES`, which is not one of SUBSCRIPTION, ACQUISITION,"),
        ("[[topics]]", '"renewal"', '"Renewal"', "`topics.code` is `Renewal`; a code is lower-case words joined by hyphens"),
        ("[[topics]]", '"renewal"', '"renewal-"', "`topics.code` is `renewal-`; a code is lower-case words"),
        ("[[topics]]", '"renewal"', "[1]", "`topics.code` is empty or not a text"),
        ("[[topics]]", '"renewals"', '""', "`topics.name.EN` is empty or not a text; write it in quotes"),
        ("[[topics]]", '"renewals"', '"a\\nb"', "`topics.name.EN` has a line break in it; write it as one line"),
        ("[[topics]]", '"renewals"', '"a\\u202eb"', "`topics.name.EN` can't be taken: EN `a\\u202eb` holds a bidirectional override"),
        ("[[topics]]", '"renewals"', '"a\\u0007b"', "`topics.name.EN` can't be taken: EN `a\\x07b` holds a control character"),
        ("[[topics]]", 'EN = "renewals", ', "", "`topics.name.EN` is missing; a text has EN, ES"),
        ("[[topics]]", 'EN = "renewals"', 'FR = "renouvellements", EN = "renewals"', "`topics.name.FR` is not known; a text has EN, ES"),
        ("[[topics]]", 'category    = "SUB', 'kind = 1\ncategory    = "SUB', "`topics.kind` is not known; a topic has code, category,"),
        ("[[topics]]", '{ EN = "renewals", ES = "renovaciones" }', '"renewals"', "`topics.name` is not a table"),
        ("title", '"US_GOVERNMENT"', '"US"', "`clouds` names `US`, which is not a cloud: PUBLIC, US_GOVERNMENT, CHINA, GERMANY"),
        ("title", '["PUBLIC", "US_GOVERNMENT"]', "[]", "`clouds` is not a list with at least one of PUBLIC,"),
        ("title", '["PUBLIC", "US_GOVERNMENT"]', '["PUBLIC"]', "`clouds` is firm; it stays `PUBLIC, US_GOVERNMENT`"),
        ("title", "2019-11-20T00:00:00Z", "2019-11-20T00:00:00", "`effective_from` is `2019-11-20 00:00:00`, which is not an instant with"),
        ("title", "2019-11-20T00:00:00Z", "2019-11-20", "`effective_from` is `2019-11-20`, which is not an instant with an offset"),
        ("title", "2019-11-20T00:00:00Z", "2020-11-20T00:00:00Z", "`effective_from` is firm; it stays `2019-11-20T00:00:00Z`"),
        ("title", "2019-11-20T00:00:00Z", "0001-01-01T00:00:00+01:00", "`effective_from` is `0001-01-01 00:00:00+01:00`, which is outside"),
        ("title", "title ", 'colour = "red"\ntitle ', "`colour` is not known; a policy file holds title, source,"),
        ("[boundaries]", '"INSTANT"', '"SOON"', "`boundaries.consumption` names `SOON`, which is not one of INSTANT, NEXT_UTC_DAY"),
        ("[statements.S1]", "In general", "Never", "`statements.S1.EN` is firm; it stays `In general, all"),
        ("[statements.S1]", "ES ", "DE ", "`statements.S1.DE` is not known; a statement has EN, ES, source"),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_would_be_right(file: File, after: str, old: str, new: str, reason: str) -> None:
    line = file.change(old, new, after=after)

    told = [fault for fault in file.faults() if fault.reason.startswith(reason)]

    assert len(told) == 1
    assert told[0].line == line


def test_boundaries_are_firm(file: File) -> None:
    file.change('"INSTANT"     ', '"NEXT_UTC_DAY"')

    assert file.fault() == (line_of("[boundaries]"), "`boundaries` is firm; it stays `consumption INSTANT, licence NEXT_UTC_DAY`")


def test_a_topic_has_a_code_of_its_own(file: File) -> None:
    file.text += NEW_TOPIC.replace("copilot-trial", "renewal")

    fault = file.fault()

    assert fault.line == line_of('"renewal"', file.text.replace('"renewal"', '"first"', 1))
    assert fault.reason == "`topics.code` is `renewal` for the second time; every topic has a code of its own"


def test_a_shipped_topic_keeps_its_category(file: File) -> None:
    line = file.change('"BILLING"', '"GENERAL"', after='"invoice"')

    assert file.fault() == (line, "`topics.category` of `invoice` is firm; it stays `BILLING`")


def test_a_shipped_topic_can_not_be_taken_out(file: File) -> None:
    file.text = file.text[: file.text.rindex("[[topics]]")]

    assert file.fault() == (None, "the topic `promotion` is missing; what is shipped can't be taken out")


def test_a_shipped_statement_can_not_be_taken_out(file: File) -> None:
    file.change("[statements.S4]", "[statements.S5]")

    faults = file.faults()

    assert (None, "`statements.S4` is missing; what is shipped can't be taken out") in faults
    assert (
        line_of("[statements.S4]"),
        "`statements.S5` is not one of the shipped statements, and no others can be added: S1, S2, S3, S4",
    ) in faults


def test_an_interpretation_that_no_cell_uses_is_refused(file: File) -> None:
    file.change("[table.DIRECT", '[interpretations.ours]\nEN = "We may."\nES = "Podemos."\n\n[table.DIRECT')

    unused, foreign = file.faults()

    assert unused.line == foreign.line == line_of("[interpretations.ours]", file.text)
    assert unused.reason == "`interpretations.ours` is used by no cell of the table; mark a cell with it or take it out"
    assert foreign.reason.startswith("`interpretations.ours` is not one of the shipped interpretations")


def test_every_fault_is_told_in_the_order_of_the_file(file: File) -> None:
    file.change('"renewals"', '""')
    file.change("PROHIBITED S2", "EXPECTED S2", after="[table.OPERATOR_OF_CSP]")
    file.change("2019-11-20T00:00:00Z", "2019-11-20")

    lines = [fault.line for fault in file.faults()]

    assert len(lines) == 3
    assert lines == sorted(line for line in lines if line)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("title = \n", 1, "is not TOML: invalid value; a line is `key = value`, `[table]` or `[[topics]]`"),
        ("[a]\n[b]\n[a]\n", 3, "is not TOML: cannot declare ('a',) twice; "),
        ('title = """\nnever\nclosed', 3, "is not TOML: unterminated string; "),
        ("a = " + "[" * 5000, None, "is not TOML: "),
    ],
)
def test_what_is_not_toml_is_refused_with_its_line(file: File, text: str, line: int | None, reason: str) -> None:
    file.text = text

    fault = file.fault()

    assert fault.line == line
    assert fault.reason.startswith(reason)


def test_what_is_not_utf_8_is_refused_with_its_line(file: File) -> None:
    file.path.write_bytes(b"# one\n# dos: renovaci\xf3n\n")

    with pytest.raises(PolicyFault, match=r"^line 2: is not UTF-8; save the file in that encoding$"):
        read_policy(file.path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyFault, match="can't be read") as caught:
        read_policy(tmp_path / "none.toml")

    assert caught.value.faults[0].line is None


@pytest.mark.parametrize(
    "text", ["", "table = 3", "topics = 3", "[topics]", "topics = [3]", "statements = [1]", "[[table.NONE]]", "clouds = 3"]
)
def test_a_file_of_another_form_is_refused_and_does_no_harm(file: File, text: str) -> None:
    file.text = text

    assert len(file.faults()) > 40
