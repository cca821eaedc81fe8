"""Documents that need not be sent: trusted ones of a manifest, and those that a client has sent before."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from intake.json_text import expect_sound, parsed
from policy.errors import BadInput, Forbidden
from service.parameters import Malformed, Parameters

MOST_KEPT = 500
LONGEST_KEPT = 50_000
APOLLO = "apollo-persisted-query-manifest"


class PersistedQueryNotFound(BadInput):
    """The hash of a document that is not kept: the client sends both. Message and code are Apollo's, and clients compare them."""

    code = "PERSISTED_QUERY_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("PersistedQueryNotFound")


class SentDocuments:
    """Automatic persisted queries: what was sent with its hash need not be sent again, while it is among the latest of this process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, str] = OrderedDict()

    def text(self, asked: Parameters) -> str:
        """The document that is asked. Raises BadInput, PersistedQueryNotFound."""
        if asked.document_id is not None:
            raise BadInput(f"no document `{asked.document_id[:80]}`, for no documents are trusted here; send `query`")
        hash_ = _hash_in(asked)
        if hash_ is None:
            return _sent(asked)
        if asked.query is None:
            if hash_ not in self._kept:
                raise PersistedQueryNotFound
            self._kept.move_to_end(hash_)
            return self._kept[hash_]
        if hash_of(asked.query) != hash_:
            raise BadInput("`sha256Hash` is not the SHA-256 of `query` in hexadecimal; send the hash of the very text")
        self._keep(hash_, asked.query)
        return asked.query

    def _keep(self, hash_: str, document: str) -> None:
        if len(document) > LONGEST_KEPT:
            return
        self._kept[hash_] = document
        self._kept.move_to_end(hash_)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


class TrustedDocuments:
    """
    A manifest, which holds all that is answered.

    documents: id -> document
    """

    def __init__(self, documents: Mapping[str, str]) -> None:
        self._texts = frozenset(documents.values())
        self._by_id = {hash_of(text): text for text in self._texts} | dict(documents)

    def text(self, asked: Parameters) -> str:
        """The document that is asked, by its id, its hash, or its own text. Raises Forbidden, BadInput."""
        id_ = asked.document_id or _hash_in(asked)
        if id_ is None:
            if _sent(asked) not in self._texts:
                raise Forbidden("only trusted documents are answered here; give the `documentId` of one, or its very text")
            return _sent(asked)
        text = self._by_id.get(id_) or self._by_id.get(id_.removeprefix("sha256:"))
        if text is None:
            raise Forbidden(f"no trusted document `{id_[:80]}`; only those of this service's manifest are answered")
        if asked.query not in {None, text}:
            raise BadInput(f"`query` is not the trusted document `{id_[:80]}`; leave it out")
        return text


Documents = SentDocuments | TrustedDocuments


def read_documents(manifest: Path | None, faults_in: Callable[[str], list[str]]) -> Documents:
    """
    The documents of a manifest in Apollo's form or Relay's; without one, whatever is sent.

    faults_in: what is wrong with a document; empty where it can be answered
    raises:    BadInput
    """
    if manifest is None:
        return SentDocuments()
    try:
        content = parsed(manifest.read_bytes())
        expect_sound(content)
        documents = _documents_in(content)
    except OSError as error:
        raise BadInput(f"the manifest `{manifest}` can't be read ({error.strerror})") from error
    except (BadInput, ValueError, RecursionError) as error:
        raise BadInput(f"`{manifest}` is no manifest of trusted documents: {error}") from error
    for id_, text in documents.items():
        for fault in faults_in(text):
            raise BadInput(f"trusted document `{id_}` of `{manifest}`: {fault}")
    return TrustedDocuments(documents)


def hash_of(document: str) -> str:
    """Its SHA-256, in hexadecimal."""
    return hashlib.sha256(document.encode()).hexdigest()


def _documents_in(manifest: object) -> dict[str, str]:
    match manifest:
        case {"format": str(format_), "version": version, "operations": [*operations]}:
            if (format_, version) != (APOLLO, 1):
                raise ValueError(f"its format is `{format_}` {version}; known is `{APOLLO}` 1")
            pairs = [_operation(each) for each in operations]
        case dict():
            pairs = list(manifest.items())
        case _:
            raise ValueError("it is no JSON object")
    documents: dict[str, str] = {}
    for id_, text in pairs:
        if not isinstance(text, str):
            raise ValueError(f"`{id_}` is no text of a document")  # noqa: TRY004 - of the file, not of the code
        if documents.setdefault(id_, text) != text:
            raise ValueError(f"`{id_}` stands for two documents")
    return documents


def _operation(given: Any) -> tuple[str, str]:  # noqa: ANN401 - JSON
    match given:
        case {"id": str(id_), "body": str(body)}:
            return id_, body
    raise ValueError("an operation has no `id` and `body`")


def _sent(asked: Parameters) -> str:
    if not asked.query:
        raise Malformed("no document: send `query`")
    return asked.query


def _hash_in(asked: Parameters) -> str | None:
    match (asked.extensions or {}).get("persistedQuery"):
        case None:
            return None
        case {"version": 1, "sha256Hash": str(hash_)}:
            return hash_.lower()
    raise Malformed('`persistedQuery` has to be `{"version": 1, "sha256Hash": "…"}`')
