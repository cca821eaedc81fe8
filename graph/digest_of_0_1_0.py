"""
The digest that version 0.1.0 stored: of what Python wrote of its classes then. Frozen; deleted in 0.3.0.

Idempotency keys count for 30 days. Whoever sent a change to 0.1.0 and got no answer sends it again to this version.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from policy.instant import instant_of

PUT = {
    "putCustomer": ("customer", ("name", "domain", "country", "cloud")),
    "putPartner": ("partner", ("name", "country", "mpnIds")),
    "putSubscription": ("subscription", ("offer", "status", "consumption")),
    "putAgreement": ("agreement", ("type", "channel")),
}
ENUMS = {"cloud": "Cloud", "channel": "AgreementChannel"}


def digest_of_0_1_0(request: Mapping[str, Any]) -> str:
    """The digest of a request that that version understood."""
    return sha256(_written(request).encode()).hexdigest()


def _written(request: Mapping[str, Any]) -> str:
    if request["kind"] == "apply":
        return f"[{', '.join(_change(*change) for given in request['changes'] for change in given.items())}]"
    entries = ["'recordCommunications'", *(_entry(given) for given in request["entries"])]
    return f"({', '.join(entries)}{',' if len(entries) == 1 else ''})"


def _change(kind: str, given: Mapping[str, Any]) -> str:
    if kind in PUT:
        node, names = PUT[kind]
        properties = (f"{name!r}: {_enum(ENUMS.get(name), given[name])}" for name in names if name in given)
        return _tuple("Put", {"node": _id(f"{node}:{given['key']}"), "properties": f"{{{', '.join(properties)}}}"})
    if kind == "transferBilling":
        subscriptions = [_id(subscription) for subscription in given["subscriptions"]]
        many = f"({', '.join(subscriptions)}{',' if len(subscriptions) == 1 else ''})"
        members = {"subscriptions": many, "to": _id(given["to"]), "completed_at": _instant(given["completedAt"])}
        return _tuple("Transfer", members | {"reseller": _id(given.get("reseller"))})
    ends = {"type": _enum("RelationshipType", given["type"]), "start": _id(given["from"]), "end": _id(given["to"])}
    ends["kind"] = _enum("AdminKind", given.get("kind"))
    if kind == "end":
        return _tuple("End", ends | {"valid_to": _instant(given["validTo"])})
    if kind == "retract":
        return _tuple("Retract", ends | {"valid_from": _instant(given["validFrom"])})
    span = {"valid_from": _instant(given["validFrom"]), "valid_to": _instant(given.get("validTo"))}
    return _tuple("Start", ends | span | {"source": repr(given.get("source") or "")})


def _entry(given: Mapping[str, Any]) -> str:
    question = {name: repr(given.get(name)) for name in ("communicator", "customer", "topic", "scope")}
    return _tuple("Sent", {"question": _tuple("Question", question), "at": _instant(given["at"]), "reference": repr(given["reference"])})


def _tuple(name: str, members: Mapping[str, str]) -> str:
    return f"{name}({', '.join(f'{member}={value}' for member, value in members.items())})"


def _id(text: str | None) -> str:
    return repr(None if text is None else text.strip().lower())


def _enum(name: str | None, value: object) -> str:
    return repr(value) if name is None or value is None else f"<{name}.{value}: '{value}'>"


def _instant(text: str | None) -> str:
    return repr(None if text is None else instant_of(datetime.fromisoformat(text)))
