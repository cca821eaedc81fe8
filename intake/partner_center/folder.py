"""A folder of saved answers, in any nesting, as rows."""

from collections.abc import Iterator
from pathlib import Path

from graph.rows import Located, Rejection
from intake.digest import digest_of
from intake.partner_center.bodies import Body, bodies_in
from intake.partner_center.gathering import Gathering, node_id
from intake.partner_center.shapes import shape_of
from policy.errors import BadInput


def read_partner_center(folder: Path, billed_by: str) -> Iterator[Located | Rejection]:
    """
    What the answers say: first every rejection, then nodes, then the relationships between them.

    A rejected body is named by its file's path in the folder. Memory grows with what there is to tell, not with the files.

    billed_by: the key of the partner whose token fetched the answers, which none of them names; `partner:<key>` is the same
    raises:    BadInput, before the first row, for a folder without answers or a key that no partner can have
    """
    gathering = Gathering(_biller(billed_by))
    return _rows_of(folder, _files_in(folder), gathering)


def digest(folder: Path, billed_by: str) -> str:
    """SHA-256 of what the answers say and of who bills, whatever else is in the folder. Raises BadInput."""
    return digest_of(folder, _files_in(folder), _biller(billed_by))


def _biller(key: str) -> str:
    return node_id("partner", key.strip().lower().removeprefix("partner:"))


def _files_in(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".json" and path.is_file()) if folder.is_dir() else []
    if not files:
        raise BadInput(f"`{folder}` holds no saved answers; name a folder with *.json files in it, in any nesting")
    return files


def _rows_of(folder: Path, files: list[Path], gathering: Gathering) -> Iterator[Located | Rejection]:
    for path in files:
        file = path.relative_to(folder).as_posix()
        try:
            for body in bodies_in(folder, path):
                if rejection := _take(body, gathering):
                    yield rejection
        except BadInput as error:
            yield Rejection(file, 1, str(error), "")
    yield from gathering.rows()


def _take(body: Body, gathering: Gathering) -> Rejection | None:
    try:
        shape_of(body).take(body, gathering)
    except BadInput as error:
        return Rejection(body.file, 1, f"{body.place}{error}", body.shown)
    return None
