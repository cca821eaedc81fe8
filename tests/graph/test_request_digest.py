"""The stored digest of a request: it depends on what was sent, and on nothing of this program."""

from hashlib import sha256

import pytest

from graph.request_digest import Request, digest_of

START = {"type": "BILLS", "from": "partner:a", "to": "subscription:b", "validFrom": "2026-01-01T00:00:00Z"}
SENT: Request = {"kind": "apply", "changes": [{"putCustomer": {"key": "contoso", "name": "Contoso\t€", "domain": None}}, {"start": START}]}


def test_it_is_the_version_and_the_sha_256_of_canonical_json() -> None:
    """Written out, for these bytes are part of every store: other ones need another version."""
    canonical = (
        '{"changes":[{"putCustomer":{"domain":null,"key":"contoso","name":"Contoso\\t€"}},'
        '{"start":{"from":"partner:a","to":"subscription:b","type":"BILLS","validFrom":"2026-01-01T00:00:00Z"}}],"kind":"apply","v":1}'
    )

    assert digest_of(SENT) == f"1:{sha256(canonical.encode()).hexdigest()}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"customer": "customer:contoso"}, {"customer": " Customer:CONTOSO "}),
        ({"subscriptions": ["subscription:a"]}, {"subscriptions": ["SUBSCRIPTION:A"]}),
        ({"start": START}, {"start": dict(reversed(START.items()))}),
    ],
)
def test_what_means_the_same_has_the_same(one: Request, other: Request) -> None:
    assert digest_of(one) == digest_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Contoso"}, {"name": "contoso"}),
        ({"name": None}, {}),
        ({"name": ""}, {"name": None}),
        ({"mpnIds": []}, {"mpnIds": None}),
        ({"mpnIds": ["1", "2"]}, {"mpnIds": ["2", "1"]}),
        ({"mpnIds": ["1", "2"]}, {"mpnIds": ["1 2"]}),
        ({"consumption": True}, {"consumption": "true"}),
        ({"changes": [{"end": START}]}, {"changes": [{"retract": START}]}),
    ],
)
def test_what_means_something_else_has_another(one: Request, other: Request) -> None:
    assert digest_of(one) != digest_of(other)
