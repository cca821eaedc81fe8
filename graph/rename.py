"""A partner known by its MPN id only becomes the tenant that turns out to have that id."""

from collections.abc import Iterable, Mapping

from graph.graph import Transaction
from graph.ids import PROVISIONAL
from graph.records import known_ids, ledger_of, write_records
from graph.rows import NodeRow
from graph.store import Revising
from graph.told import by_consumption, keep, reconcile, seeds, told_of
from policy.terms import Boundary, RelationshipType
from policy.told import Told


async def rename_partners(
    transaction: Transaction, rows: Iterable[NodeRow], revising: Revising, boundaries: Mapping[bool, Boundary]
) -> int:
    """
    Give the tenants among the rows what was told of them under their MPN ids; how many records that came to.

    The node of the MPN id stays, for what was believed before; nothing holds of it any more.
    """
    names = {
        f"{PROVISIONAL}{mpn_id}".lower(): row.id
        for row in rows
        if row.id.startswith("partner:") and not row.id.startswith(PROVISIONAL)
        for mpn_id in _mpn_ids(row)
    }
    names = {provisional: names[provisional] for provisional in await known_ids(transaction, names)}
    if not names:
        return 0
    found = (await transaction.run("groups_of_partners", partners=list(names)))["groups"]
    groups = {(RelationshipType(type_), end) for type_, end in found}
    groups |= {(type_, names[end]) for type_, end in groups if end in names}
    if not groups:
        return 0
    ledger = await ledger_of(transaction, (end for _, end in groups), (type_ for type_, _ in groups), revising.recorded_at)
    stored, consumption = await told_of(transaction, groups), await by_consumption(transaction, groups)
    renamed = dict.fromkeys(groups, frozenset[Told]())
    for type_, end in groups:
        told = stored.get((type_, end)) or seeds(ledger, (type_, end))
        renamed[type_, names.get(end, end)] |= frozenset(each._replace(start=names.get(each.start or "", each.start)) for each in told)
    for group, told in renamed.items():
        reconcile(ledger, group, told, boundaries[group[1] in consumption], source="partner-center")
    outcome = ledger.outcome()
    await write_records(transaction, outcome, revising)
    await keep(transaction, renamed)
    return len(outcome.created)


def _mpn_ids(row: NodeRow) -> Iterable[str]:
    mpn_ids = row.properties.get("mpnIds")
    return mpn_ids if isinstance(mpn_ids, list) else ()
