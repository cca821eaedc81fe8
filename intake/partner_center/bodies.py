"""The bodies in saved answers: one file may hold one, a list of them, or pages of lists."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from intake import json_text
from intake.json_text import Faulty
from intake.partner_center.files import bytes_of
from policy.errors import BadInput
from policy.redaction import is_secret_name, redacted

CUSTOMER = re.compile(r"(?:^|/)customers/([^/?#{}<>%]+)", re.IGNORECASE)
CUSTOMER_FOLDER = re.compile(r"(?:^|/)customers/([^/]+)(?=/)", re.IGNORECASE)
TENANT = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
QUOTED = frozenset({"resourceNewValue", "resourceOldValue"})
"""Members of a record that hold another answer as text; they are not shown."""
SHOWN = 500
"""Characters of a body that `rejected.csv` shows."""

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Body:
    """
    One resource as Partner Center answered it, and where it was found.

    content: its members, named in camelCase whatever the answer's case
    linked:  the customer in the links of the answer or the path of the file, if any names one
    around:  what the list around it says of itself
    place:   the file's path in the folder; which of the file's bodies, where it holds several
    """

    content: Content
    linked: str | None
    around: Content
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
        return parts_in(self.content, name)

    def has(self, *names: str) -> bool:
        """Whether it has all of these members, whatever is in them."""
        return self.content.keys() >= set(names)

    @property
    def object_type(self) -> str:
        """What the answer itself says that the resource is; many say nothing."""
        return self.text("attributes", "objectType")

    @property
    def shown(self) -> str:
        """The body's own text on one line, cut."""
        shown = {name: value for name, value in self.content.items() if name not in QUOTED}
        text = redacted(encodable(json.dumps(shown, ensure_ascii=False, default=lambda faulty: f"it {faulty.reason}")))  # before it is cut
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def text_in(content: Content, name: str) -> str:
    """A member as text without the spaces around it; empty where it is missing, null or no plain value."""
    value = content.get(name)
    return "" if value is None or isinstance(value, (dict, list, Faulty)) else encodable(str(value).strip())


def parts_in(content: Content, name: str) -> list[Content]:
    """The objects in a member that is a list; none where it is not."""
    value = content.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def customer_in(uri: str) -> str | None:
    """The customer that an address names."""
    return match[1] if (match := CUSTOMER.search(uri)) else None


def bodies_in(folder: Path, file: str, raw: bytes | None = None) -> Iterator[Body]:
    """
    The bodies of one file.

    file:   its path in the folder
    raw:    its bytes, where they are read already
    raises: BadInput for a file that can't be read or is no JSON
    """
    try:
        answer = parsed(bytes_of(folder, file) if raw is None else raw)
        yield from _bodies(answer, _in_path(folder, file), {}, encodable(file), "")
    except RecursionError as error:
        raise BadInput("is nested too deeply to be an answer of Partner Center") from error


def parsed(text: bytes | str) -> Any:  # noqa: ANN401 - JSON may be anything
    """JSON as intake.json_text has it, its members in camelCase and without secrets. Raises BadInput."""
    try:
        return json_text.parsed(text, _member)
    except BadInput as error:
        raise BadInput(f"{error}; save the answer as it came") from error


def _bodies(answer: object, linked: str | None, around: Content, file: str, place: str) -> Iterator[Body]:
    """An answer alone, or each of a list; lists may be pages of lists."""
    answer = _unwrapped(answer)
    page = answer if isinstance(answer, dict) else {}
    listed = (
        answer if isinstance(answer, list) else next((page[name] for name in ("items", "value") if isinstance(page.get(name), list)), None)
    )
    linked = _linked_in(page) or linked
    if listed is None:
        yield Body(page or {"": answer}, linked, around, file, place)
        return
    for number, each in enumerate(listed, start=1):
        yield from _bodies(each, linked, page or around, file, f"{place}item {number}: ")


def _unwrapped(answer: object) -> object:
    """The body in an example of Azure's specifications, which has the request beside it; any other answer as it is."""
    responses = answer.get("responses") if isinstance(answer, dict) else None
    for code, response in responses.items() if isinstance(responses, dict) else ():
        if code.startswith("2") and isinstance(response, dict) and isinstance(response.get("body"), (dict, list)):
            return response["body"]
    return answer


def _member(name: str) -> str | None:
    """The name in camelCase: the answer to a change has PascalCase. None for a secret, which is forgotten as it is read."""
    return None if is_secret_name(name) else name[:1].lower() + name[1:]


def encodable(text: str) -> str:
    """The same text, without the half characters that JSON can spell and nothing can store."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _linked_in(content: Content) -> str | None:
    """The customer that `links.self` names, else that any other link of the body names."""
    links = content.get("links")
    if not isinstance(links, dict):
        return None
    for _, link in sorted(links.items(), key=lambda named: named[0] != "self"):
        uri = link.get("uri") if isinstance(link, dict) else None
        if isinstance(uri, str) and (customer := customer_in(uri)):
            return customer
    return None


def _in_path(folder: Path, file: str) -> str | None:
    """The customer of a `customers/<id>/` segment; in the path of the folder itself only a tenant id counts as one."""
    if match := CUSTOMER_FOLDER.search(file):
        return match[1]
    return _above(folder)


@lru_cache(maxsize=1)
def _above(folder: Path) -> str | None:
    above = CUSTOMER_FOLDER.findall(f"{folder.absolute().as_posix()}/")
    return above[-1] if above and TENANT.fullmatch(above[-1]) else None
