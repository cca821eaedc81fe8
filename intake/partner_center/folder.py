"""A folder of saved answers, in any nesting, as rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from graph.rows import Located, NodeRow, Note, Rejection, reason_of
from intake.digest import digest_of
from intake.json_text import expect_sound
from intake.partner_center.bodies import Body, bodies_in, encodable
from intake.partner_center.files import bytes_of, files_in
from intake.partner_center.identities import Identities
from intake.partner_center.shapes import shape_of
from intake.partner_center.told import Told, node_id
from policy.errors import BadInput

NOTHING: Mapping[str, Sequence[str]] = MappingProxyType({})
NAMES_MPN_ID = b"mpnid"
"""What every answer has in it that names a tenant with its MPN id, whatever its case and encoding."""


def read_partner_center(
    folder: Path,
    billed_by: str,
    known_mpn_ids: Mapping[str, Sequence[str]] = NOTHING,
    *,
    note: Callable[[Note], None] = lambda _: None,
) -> Iterator[Located | Rejection]:
    """
    What the answers say, file by file in the order of their paths: of each body its nodes, then its tellings, then what was not taken.

    The folder is read twice: the first time only for the tenants of MPN ids. Memory grows with the number of partners, not with the files.

    billed_by:     the key of the partner whose token fetched the answers, which none of them names; `partner:<key>` is the same
    known_mpn_ids: partner id -> its MPN ids, as the graph has them already
    note:          called with whatever is taken otherwise than it was given
    raises:        BadInput, before the first row, for a folder without answers or a key that no partner can have
    """
    biller = _biller(billed_by)
    _check(folder)
    return _rows_of(folder, biller, Identities(known_mpn_ids), note)


def digest(folder: Path, billed_by: str) -> str:
    """SHA-256 of what the answers say and of who bills, whatever else is in the folder. Raises BadInput."""
    biller = _biller(billed_by)
    _check(folder)
    return digest_of(folder, (folder / file for file in files_in(folder)), biller)


def _biller(key: str) -> str:
    return node_id("partner", key.strip().lower().removeprefix("partner:"))


def _check(folder: Path) -> None:
    if not folder.is_dir() or next(files_in(folder), None) is None:
        raise BadInput(f"`{folder}` holds no saved answers; name a folder with *.json files in it, in any nesting")


def _rows_of(folder: Path, biller: str, identities: Identities, note: Callable[[Note], None]) -> Iterator[Located | Rejection]:
    _identify_all(folder, identities)
    biller = identities.partner(biller)
    yield Located(NodeRow(biller, {}), "", 1, biller)
    refused: list[Rejection] = []
    for file in files_in(folder, lambda path, reason: refused.append(Rejection(encodable(path), 1, reason, ""))):
        try:
            for body in bodies_in(folder, file):
                yield from _told_by(body, biller, identities, note)
        except Exception as error:  # noqa: BLE001 - no file can end a load
            yield Rejection(encodable(file), 1, reason_of(error), "")
    yield from refused


def _told_by(body: Body, biller: str, identities: Identities, note: Callable[[Note], None]) -> Iterator[Located | Rejection]:
    told = Told(body.file, biller, identities, lambda what: note(Note(body.file, 1, f"{body.place}{what}")))
    try:
        expect_sound(body.content)
        shape_of(body).take(body, told)
    except Exception as error:  # noqa: BLE001 - nor can an item of one
        told.refuse(reason_of(error))
    yield from told.rows(body)


def _identify_all(folder: Path, identities: Identities) -> None:
    """Take note which tenant each MPN id is of, as far as any answer says. What can't be read is reported when it is read again."""
    for file in files_in(folder):
        try:
            raw = bytes_of(folder, file)
            if NAMES_MPN_ID not in raw.replace(b"\0", b"").lower():
                continue
            for body in bodies_in(folder, file, raw):
                _identify(body, identities)
        except Exception:  # noqa: BLE001, S112 - what it is will be said when it is read again
            continue


def _identify(body: Body, identities: Identities) -> None:
    try:
        for tenant, mpn_id in shape_of(body).identifies(body):
            identities.note(tenant, mpn_id)
    except Exception:  # noqa: BLE001 - what it is will be said when it is read again
        return
