"""Where a value stands in a TOML file."""

import pytest

from policy.toml_lines import Path, line_of, lines_of

TEXT = '''\
a = 1
# b = 2
[one.two]  # a comment
"b c" = """
d = 4
[three]
"""
e.f = 'x = """ y'
[[many]]
g = { h = 1 }
[many.inner]
i = 1
[[many]]
g = ["[x]",
     "j = 1"]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 1),
        (("b",), None),
        (("one", "two"), 3),
        (("one", "two", "b c"), 4),
        (("d",), None),
        (("three",), None),
        (("one", "two", "e", "f"), 8),
        (("many", 0), 9),
        (("many", 0, "g"), 10),
        (("many", 0, "g", "h"), 10),
        (("many", 0, "inner", "i"), 12),
        (("many", 1), 13),
        (("many", 1, "g"), 14),
        (("many", 1, "none"), 13),
        ((), None),
    ],
)
def test_a_value_is_found_by_its_path(path: Path, line: int | None) -> None:
    """A key of an inline table, or one that is missing, has the line of what holds it."""
    assert line_of(lines_of(TEXT), path) == line
