from collections.abc import Callable, Iterable
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple

import lmdb

from graph.embedded.errors import NotImported
from graph.embedded.folder import has_store, making, prepare
from graph.embedded.importer import import_files
from graph.first_load.begun import begun
from graph.first_load.draft import NOTHING, Draft
from graph.first_load.import_files import write_files
from graph.load import begin_load, take
from graph.load_batch import Loaded, Terms
from graph.rows import Located, Rejection
from graph.space import Space
from policy.errors import Unavailable, VoceroError

DRAFT = "draft"


class NotEmpty(Unavailable):
    """The store is not one for a first load."""


class Home(NamedTuple):
    """
    Where a store is to be made.

    data:  its data folder
    cache: where the jars are, or will be fetched to
    space: of the disk of the data folder
    """

    data: Path
    cache: Path
    space: Space | None = None

    def expect_space(self) -> None:
        """Look whether there is room for more. Raises Unavailable."""
        if self.space is not None and (lack := self.space.lack()):
            raise Unavailable(lack)


async def first_load(
    home: Home,
    rows: Iterable[Located | Rejection],
    terms: Terms,
    *,
    reject: Callable[[Rejection], None],
    progress: Callable[[int], None],
    imported: Callable[[float], None],
) -> Loaded:
    """
    Make the store of a data folder out of all rows that can be taken: what `graph.load.load` would make of them.

    A store that is there already keeps its seal and its API keys, and nothing else may have been written to it.
    The store appears whole or not at all. It notes that its load is not ended, lacks its schema, which comes when it is opened, and its
    lists without anything in them: the importer knows none, and the schema gives them back.

    rows:     as `load` takes them, but for tellings
    reject:   called with every row that was not taken, in the order of the rows
    progress: called with the number of rows of each batch
    imported: called with the part of the import that is done, 0 to 1
    raises:   FolderInUse, FolderNotWritable, NotEmpty, NotImported, Unavailable where the disk has no room, and what `graph.embedded.fetch`
              raises; nothing is kept then
    """
    prepare(home.data)
    home.expect_space()
    with making(home.data) as folder:
        kept = await begun(home.data, home.cache) if has_store(home.data) else NOTHING
        if kept is None:
            raise NotEmpty(f"the store in `{home.data}` is not empty")

        def read(number: int) -> None:
            home.expect_space()
            progress(number)

        try:
            with Draft(folder / DRAFT, kept) as draft:
                note = await begin_load(draft.write, terms)
                loaded = await take(draft.write, rows, terms, note.baseline, reject=reject, progress=read)
                options = write_files(draft, folder)
        except (OSError, lmdb.Error) as error:
            raise NotImported(f"no draft of the store can be written to `{folder}` ({error})") from error
        except VoceroError:
            raise
        except Exception as error:  # a row that no store takes, which the ordinary way finds and rejects
            raise NotImported(f"no draft of the store can be made of these rows ({type(error).__name__})") from error
        rmtree(folder / DRAFT)  # the store needs the room
        home.expect_space()
        await import_files(home.data, folder, home.cache, options, progress=imported)
    return loaded
