"""The rows of `versions`: what was known of a node before it changed."""

from collections.abc import Sequence

from graph.ids import kind_of, parse_id
from graph.load_nodes import DEFAULTS
from graph.rows import VersionRow
from intake.columns import COLUMNS
from intake.node_rows import properties_of
from policy.errors import BadInput
from policy.instant import now
from policy.values.instant import instant_from

KINDS = ("customer", "partner", "subscription", "agreement")
GIVEN = COLUMNS["versions"][3:]


def version_row(cells: Sequence[str | None]) -> VersionRow:
    """A superseded version; a property that is empty is what it is at creation. Raises BadInput."""
    node, recorded, superseded, *values = cells
    id_ = parse_id(node or "", KINDS)
    recorded_at, superseded_at = instant_from(recorded or ""), instant_from(superseded or "")
    if superseded_at <= recorded_at:
        raise BadInput(f"superseded_at `{superseded}` is not after recorded_at `{recorded}`")
    if superseded_at > now():
        raise BadInput(f"superseded_at `{superseded}` is in the future; nothing can be superseded later than now")
    kind = kind_of(id_)
    own = COLUMNS[f"{kind}s"][1:]
    cell_of = dict(zip(GIVEN, values, strict=True))
    if foreign := [column for column, cell in cell_of.items() if cell and column not in own]:
        raise BadInput(f"`{foreign[0]}` is no column of {kind}s, which have {', '.join(own)}; leave it empty")
    properties = properties_of(own, [cell_of[column] or "" for column in own])
    return VersionRow(id_, recorded_at, superseded_at, {**DEFAULTS[kind], **{name: v for name, v in properties.items() if v is not None}})
