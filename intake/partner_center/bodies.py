"""The bodies in saved answers: one file may hold one, a list of them, or a page of a list."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy.errors import BadInput

CUSTOMER = re.compile(r"(?:^|/)customers/([^/?#]+)")
CUSTOMER_FOLDER = re.compile(r"(?:^|/)customers/([^/]+)(?=/)")
TENANT = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SECRETS = frozenset({"userCredentials"})
"""Members that are forgotten as they are read: the answer to the making of a tenant holds its password."""
SHOWN = 500
"""Characters of a body that `rejected.csv` shows."""

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Body:
    """
    One resource as Partner Center answered it, and where it was found.

    content: its members, named in camelCase whatever the answer's case
    linked:  the customer in the links of the answer or the path of the file, if any names one
    place:   the file's path in the folder; which of the file's bodies, where it holds several
    """

    content: Content
    linked: str | None
    file: str
    place: str

    def text(self, *path: str) -> str:
        """A member as text, as `text_in` gives it; a path leads into the objects within."""
        content = self.content
        for name in path[:-1]:
            inner = content.get(name)
            content = inner if isinstance(inner, dict) else {}
        return text_in(content, path[-1])

    def parts(self, name: str) -> list[Content]:
        """The objects in a member that is a list; none where it is not."""
        value = self.content.get(name)
        return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []

    @property
    def object_type(self) -> str:
        """What the answer itself says that the resource is; many say nothing."""
        return self.text("attributes", "objectType")

    @property
    def shown(self) -> str:
        """The body's own text on one line, cut."""
        text = _encodable(json.dumps(self.content, ensure_ascii=False))
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def text_in(content: Content, name: str) -> str:
    """A member as text without the spaces around it; empty where it is missing, null or no plain value."""
    value = content.get(name)
    return "" if value is None or isinstance(value, (dict, list)) else _encodable(str(value).strip())


def bodies_in(folder: Path, path: Path) -> Iterator[Body]:
    """
    The bodies of one file.

    raises: BadInput for a file that can't be read or is no JSON
    """
    file = path.relative_to(folder).as_posix()
    answer = _parsed(path)
    page = answer if isinstance(answer, dict) else {}
    listed = next(
        (page[name] for name in ("items", "value") if isinstance(page.get(name), list)), answer if isinstance(answer, list) else None
    )
    around = _linked_in(page) or _in_path(folder, file)
    if listed is None:
        yield _body(answer, around, file, "")
        return
    for number, each in enumerate(listed, start=1):
        yield _body(each, around, file, f"item {number}: ")


def _parsed(path: Path) -> Any:  # noqa: ANN401 - JSON may be anything
    try:
        return json.loads(path.read_bytes(), object_hook=_members)
    except OSError as error:
        raise BadInput(f"can't be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BadInput("holds bytes that are not UTF-8; save the answer as it came") from error
    except json.JSONDecodeError as error:
        raise BadInput(f"is no JSON: {error.msg} at line {error.lineno}, column {error.colno}; save the answer as it came") from error
    except RecursionError as error:
        raise BadInput("is nested too deeply to be an answer of Partner Center") from error


def _members(members: dict[str, Any]) -> dict[str, Any]:
    """The members in camelCase: the answer to a change has them in PascalCase."""
    named = ((name[:1].lower() + name[1:], value) for name, value in members.items())
    return {name: value for name, value in named if name not in SECRETS}


def _encodable(text: str) -> str:
    """The same text, without the half characters that JSON can spell and nothing can store."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _body(value: object, around: str | None, file: str, place: str) -> Body:
    content = value if isinstance(value, dict) else {"": value}
    return Body(content, _linked_in(content) or around, file, place)


def _linked_in(content: Content) -> str | None:
    """The customer that `links.self` names, else that any other link of the body names."""
    links = content.get("links")
    if not isinstance(links, dict):
        return None
    for _, link in sorted(links.items(), key=lambda named: named[0] != "self"):
        uri = link.get("uri") if isinstance(link, dict) else None
        if isinstance(uri, str) and (match := CUSTOMER.search(uri)):
            return match[1]
    return None


def _in_path(folder: Path, file: str) -> str | None:
    """The customer of a `customers/<id>/` segment; in the path of the folder itself only a tenant id counts as one."""
    if match := CUSTOMER_FOLDER.search(file):
        return match[1]
    above = CUSTOMER_FOLDER.findall(f"{folder.absolute().as_posix()}/{file}")
    return above[-1] if above and TENANT.fullmatch(above[-1]) else None
