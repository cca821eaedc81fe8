"""Where in a TOML file a value stands; tomllib gives the values only."""

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]

HEADER = re.compile(r"\s*(?P<open>\[\[?)(?P<name>[^\[\]]+)\]\]?\s*(#.*)?$")
KEY = re.compile(r"""\s*(?P<name>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
WORD = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
STRING_OR_COMMENT = re.compile(
    r"""(?P<long>\"{3}(?:\\.|[^\\])*?\"{3}|'{3}.*?'{3})|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\#[^\n]*""",
    re.DOTALL,
)


def lines_of(text: str) -> Mapping[Path, int]:
    """
    The first line, from 1, of every table and key that has a line of its own; keys of an inline table have none.

    text:    valid TOML
    returns: path -> line; the elements of `[[topics]]` are ("topics", 0), ("topics", 1), ...
    """
    lines: dict[Path, int] = {}
    lengths: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(STRING_OR_COMMENT.sub(_without_lines, text).split("\n"), start=1):
        if header := HEADER.match(line):
            table = _path_of_header(_words(header["name"]), lengths, is_list=header["open"] == "[[")
            lines.setdefault(table, number)
        elif key := KEY.match(line):
            lines.setdefault(table + _words(key["name"]), number)
    return lines


def line_of(lines: Mapping[Path, int], path: Path) -> int | None:
    """The line of the innermost table or key on the path that has one."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), None)


def _without_lines(token: re.Match[str]) -> str:
    """What stands in a string of many lines is no table or key; its lines are kept empty, so that they count."""
    return '""' + "\n" * token[0].count("\n") if token["long"] else token[0]


def _words(name: str) -> Path:
    return tuple(word.strip("\"'") for word in WORD.findall(name))


def _path_of_header(words: Path, lengths: dict[Path, int], *, is_list: bool) -> Path:
    """The path of a header; one inside a list of tables means the last element so far."""
    path: Path = ()
    for word in words[:-1]:
        path = (*path, word)
        if path in lengths:
            path = (*path, lengths[path] - 1)
    path = (*path, words[-1])
    if is_list:
        lengths[path] = lengths.get(path, 0) + 1
        path = (*path, lengths[path] - 1)
    return path
