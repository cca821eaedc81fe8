"""The table of a policy file, cell by cell."""

import re
from collections.abc import Collection, Mapping

from policy.policy import Cell
from policy.rules import Rules
from policy.section import Section, listed
from policy.terms import Category, Standing, Verdict

Table = Mapping[tuple[Standing, Category], Cell]

CELL = re.compile(r"(?P<verdict>[^\s*]+)(?P<statements>(?:\s+[^\s*]+)*)(?:\s+\*(?P<interpretation>\S+))?")
VERDICTS = [verdict for verdict in Verdict if verdict not in (Verdict.MIXED, Verdict.NOT_COVERED)]
OPERATORS = [standing for standing in Standing if standing.startswith("OPERATOR_")]


def read_table(table: Section, statements: Collection[str], interpretations: Collection[str], rules: Rules) -> Table:
    """Every cell that can be read; a standing or category of these rules without one is a fault."""
    rows = [standing for standing in Standing if rules.has(standing)]
    table.expect(rows, "the standings are")
    cells = {}
    for standing in rows:
        row = table.section(standing)
        if standing in table.content:
            row.expect(rules.categories, "every standing has a cell for each of")
        for category in rules.categories:
            written = row.string(category)
            if written and (cell := _cell(row, category, written)):
                _check_names(row, category, cell, statements, interpretations)
                if cell.verdict is Verdict.PROHIBITED and standing not in OPERATORS:
                    row.refuse("is PROHIBITED, but nothing in the policy prohibits a partner; only an operator can be", category)
                cells[standing, category] = cell
    return cells


def spelled(cell: Cell) -> str:
    """The cell as a policy file writes it."""
    return " ".join([cell.verdict, *cell.statements, *([f"*{cell.interpretation}"] if cell.interpretation else [])])


def _cell(row: Section, category: Category, written: str) -> Cell | None:
    parts = CELL.fullmatch(written)
    if not parts:
        row.refuse(f"reads `{written}`; a cell is a verdict, then statements, then at most one `*interpretation`", category)
        return None
    if parts["verdict"] not in VERDICTS:
        row.refuse(f"starts with `{parts['verdict']}`, which is not a verdict of one cell: {listed(VERDICTS)}", category)
        return None
    return Cell(Verdict(parts["verdict"]), tuple(parts["statements"].split()), parts["interpretation"])


def _check_names(row: Section, category: Category, cell: Cell, statements: Collection[str], interpretations: Collection[str]) -> None:
    for place, code in enumerate(cell.statements):
        if code not in statements:
            row.refuse(f"rests on `{code}`, which is not a statement of this file: {listed(statements)}", category)
        elif code in cell.statements[:place]:
            row.refuse(f"rests on `{code}` twice; once is enough", category)
    if cell.interpretation is not None and cell.interpretation not in interpretations:
        row.refuse(f"uses `{cell.interpretation}`, which is not an interpretation of this file: {listed(interpretations)}", category)
