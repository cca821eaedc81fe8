"""A draft as the files that Neo4j's importer reads."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from graph.first_load.draft import Draft
from graph.first_load.import_file import BLANK, ImportFile
from graph.first_load.pages import lines_of
from graph.ids import kind_of
from graph.labels import LABELS

LEAST_BUFFER: Final = 4 << 20
CHARACTER_BYTES: Final = 4
"""What a character may take."""


class Form(NamedTuple):
    """How the rows of a file begin: what the importer calls them, and the columns by which it ties one to another."""

    option: str
    keys: tuple[str, ...] = ()


ALONE, NODE, VERSION = Form("nodes"), Form("nodes", (":ID(node)",)), Form("nodes", (":ID(version)",))
WAS = Form("relationships", (":START_ID(node)", ":END_ID(version)"))
RECORD = Form("relationships", (":START_ID(node)", ":END_ID(node)"))


class Row(NamedTuple):
    """One row, and which file it stands in; name: a label, or the type of a relationship."""

    form: Form
    name: str
    keys: tuple[str, ...]
    properties: Mapping[str, Any]


def write_files(draft: Draft, folder: Path) -> list[str]:
    """Write a draft into a folder, one file for each label and type; the importer's options for these."""
    files: dict[str, tuple[Form, ImportFile]] = {}
    with ExitStack() as stack:
        for form, name, keys, properties in rows_of(draft):
            if name not in files:
                files[name] = form, stack.enter_context(ImportFile(folder / f"{name}.csv", form.keys, draft.names[name]))
            files[name][1].write(keys, properties)
    longest = max(file.longest for _, file in files.values())
    options = [f"--array-delimiter={BLANK}", f"--read-buffer-size={max(LEAST_BUFFER, 2 * CHARACTER_BYTES * longest)}"]
    if broken := [str(file.path) for _, file in files.values() if file.breaks]:
        options += [f"--multiline-fields={','.join(broken)}", "--multiline-fields-format=v2"]
    return options + [f"--{form.option}={name}={file.path}" for name, (form, file) in files.items()]


def rows_of(draft: Draft) -> Iterator[Row]:
    """Every node and every relationship of a draft; a version before what leads to it."""
    of = draft.pages.of
    yield Row(ALONE, "Store", (), draft.store)
    for _, value in draft.pages.all(of.log):
        label, properties = orjson.loads(value)
        yield Row(ALONE, label, (), properties)
    for _, value in draft.pages.all(of.nodes):
        node = orjson.loads(value)
        yield Row(NODE, LABELS[kind_of(node["id"])], (node["id"],), node)
    number = 0
    for _, value in draft.pages.all(of.versions):
        for version in lines_of(value):
            number += 1
            yield Row(VERSION, f"{LABELS[kind_of(version['id'])]}Version", (str(number),), version)
            yield Row(WAS, "WAS", (version["id"], str(number)), {})
    for _, value in draft.pages.all(of.records):
        for type_, start, end, properties in lines_of(value):
            yield Row(RECORD, type_, (start, end), properties)
