"""What a partner sees: its own, Microsoft's, and of another partner only that there is one."""

import re
from collections.abc import AsyncIterator

import pytest

from graph.embedded import Running
from tests.oracle.book import Book, row_of
from tests.running_index import indexed_book
from tests.schema.asked_by import ANALYST, OPERATOR, Asked, customer, partner

FABRIKAM, TAILSPIN = partner("fabrikam"), partner("tailspin")
ANOTHER = {"id": "partner:another", "name": "another partner"}
OWN = {"id": "partner:fabrikam", "name": "Fabrikam"}
MICROSOFT = {"id": "operator:microsoft", "name": "Microsoft"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
HIDDEN = ("tailspin", "northwind", "adatum", "visio", "dynamics")


def relationship(type_: str, from_: str, to: str, *, until: str = "", kind: str = "") -> dict[str, str]:
    source = "fabrikam" if from_ == "partner:fabrikam" else "" if from_.startswith("customer:contoso") else "tailspin"
    return row_of("relationships", type=type_, from_=from_, to=to, valid_from="2020-01-01", valid_to=until, kind=kind, source=source)


def book() -> Book:
    """Contoso buys from three and Microsoft; Adatum from others alone; Woodgrove was Fabrikam's until 2025."""
    return Book(
        customers=[row_of("customers", key=key, name=key.title(), country="US") for key in ("contoso", "adatum", "woodgrove")],
        partners=[row_of("partners", key=key, name=key.title(), country="DE") for key in ("fabrikam", "tailspin", "northwind")],
        subscriptions=[row_of("subscriptions", key=key, offer=f"Offer of {key}") for key in ("s1", "visio", "s3", "dynamics", "d1")],
        agreements=[
            row_of("agreements", key="a1", type="Enterprise", channel="DIRECT"),
            row_of("agreements", key="a2", type="MCA", channel="CSP"),
        ],
        relationships=[
            relationship("HOLDS", "customer:contoso", "subscription:s1"),
            relationship("BILLS", "partner:northwind", "subscription:s1"),
            relationship("RESELLS", "partner:fabrikam", "subscription:s1"),
            relationship("PROVIDES_FOR", "partner:northwind", "partner:fabrikam"),
            relationship("HOLDS", "customer:contoso", "subscription:visio"),
            relationship("BILLS", "partner:tailspin", "subscription:visio"),
            relationship("HOLDS", "customer:contoso", "subscription:d1"),
            relationship("BILLS", "operator:microsoft", "subscription:d1"),
            relationship("PARTY_TO", "customer:contoso", "agreement:a1"),
            relationship("PARTY_TO", "operator:microsoft", "agreement:a1"),
            relationship("PARTY_TO", "customer:adatum", "agreement:a1"),
            relationship("PARTY_TO", "customer:contoso", "agreement:a2"),
            relationship("ADMINISTERS", "partner:tailspin", "customer:contoso", kind="GDAP"),
            relationship("HOLDS", "customer:adatum", "subscription:dynamics"),
            relationship("BILLS", "partner:tailspin", "subscription:dynamics"),
            relationship("HOLDS", "customer:woodgrove", "subscription:s3"),
            relationship("BILLS", "partner:fabrikam", "subscription:s3", until="2025-01-01"),
        ],
    )


@pytest.fixture(scope="module")
async def asked(neo4j: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Asked]:
    """The graph with that book."""
    async with indexed_book(neo4j, book(), tmp_path_factory.mktemp("isolation")) as index:
        yield Asked(index)


EDGE = "type kind from { id } to { id } validFrom validTo recordedAt source"
RULING = f"verdict standing scope {{ ... on Node {{ id }} }} path {{ {EDGE} }}"
PERMISSION = "verdict permitted explanation communicator { id name } customer { id } permittedIn { ... on Node { id } } "
PERMISSION += f"rulings {{ {RULING} }}"
CUSTOMER = f"""id name domain country cloud
  subscriptions {{ id offer channel billedBy {{ id name }} resellers {{ id name }} customer {{ id }} history {{ {EDGE} }} }}
  agreements {{ id type customers {{ id }} }}
  partners {{ id name country mpnIds roles providers {{ id }} resellers {{ id }} contactable(topic: "renewal") {{ totalCount }} }}
  permittedCommunicators(topic: "renewal") {{ {PERMISSION} }}
  permissionMatrix {{ communicators {{ id }} verdicts }}
  ownership {{ {EDGE} }} relationships {{ {EDGE} }}"""


async def test_a_partner_is_shown_its_own_and_microsofts_and_of_the_others_that_there_is_one(asked: Asked) -> None:
    data = await asked.data(FABRIKAM, f'{{ customer(id: "customer:contoso") {{ {CUSTOMER} }} }}')

    contoso = data["customer"]
    assert [each["id"] for each in contoso["subscriptions"]] == ["subscription:d1", "subscription:s1"]
    assert contoso["subscriptions"][1]["billedBy"] == ANOTHER
    assert contoso["subscriptions"][1]["resellers"] == [OWN]
    assert contoso["agreements"] == [{"id": "agreement:a1", "type": "Enterprise", "customers": [{"id": "customer:contoso"}]}]
    assert [each["id"] for each in contoso["partners"]] == ["partner:another", "partner:fabrikam"]
    assert contoso["partners"][0] == {
        **ANOTHER, "country": None, "mpnIds": [], "roles": [], "providers": [], "resellers": [], "contactable": {"totalCount": 0}
    }  # fmt: skip
    assert contoso["partners"][1]["providers"] == [{"id": "partner:another"}]
    assert contoso["permissionMatrix"]["communicators"] == [{"id": "partner:fabrikam"}, {"id": "operator:microsoft"}]
    assert [(each["communicator"], each["verdict"]) for each in contoso["permittedCommunicators"]] == [
        (OWN, "EXPECTED"),
        (MICROSOFT, "MIXED"),
    ]
    assert not [hidden for hidden in HIDDEN if hidden in str(data).lower()]


async def test_its_rulings_are_those_that_an_analyst_sees_of_it(asked: Asked) -> None:
    """Of what it may see: in other scopes there is nothing that it is told."""
    document = f'{{ permission(communicator: "partner:fabrikam", customer: "customer:contoso", topic: "renewal") {{ {PERMISSION} }} }}'
    whole = (await asked.data(ANALYST, document))["permission"]
    seen = (await asked.data(FABRIKAM, document))["permission"]

    assert (seen["verdict"], seen["permittedIn"]) == (whole["verdict"], whole["permittedIn"])
    told = [each for each in whole["rulings"] if each["scope"]["id"] != "subscription:visio"]
    assert [(each["scope"], each["verdict"], each["standing"]) for each in seen["rulings"]] == [
        (each["scope"], each["verdict"], each["standing"]) for each in told
    ]
    own = next(each for each in seen["rulings"] if each["standing"] == "RESELLER")
    assert [(each["type"], each["from"]["id"]) for each in own["path"]] == [
        ("RESELLS", "partner:fabrikam"),
        ("BILLS", "partner:another"),
        ("PROVIDES_FOR", "partner:another"),
        ("HOLDS", "customer:contoso"),
    ]
    assert "which its indirect provider another partner bills" in seen["explanation"]


@pytest.mark.parametrize(
    "field",
    [
        'node(id: "%s") { id }',
        'nodes(ids: ["%s"]) { id }',
        'customer(id: "customer:%s") { id }',
        'partner(id: "partner:%s") { id }',
        'permission(communicator: "partner:fabrikam", customer: "customer:%s", topic: "renewal") { verdict }',
        'permission(communicator: "partner:%s", customer: "customer:contoso", topic: "renewal") { verdict }',
        'permission(communicator: "partner:fabrikam", customer: "customer:contoso", topic: "tax", scope: "subscription:%s") { verdict }',
        'permissions(questions: [{ communicator: "partner:%s", customer: "customer:contoso", topic: "renewal" }]) { verdict }',
        'permittedCommunicators(customer: "customer:%s", topic: "renewal") { verdict }',
        'outreach(topic: "renewal", communicator: "partner:%s") { groups { customerCount } }',
        'customers(filter: { billedBy: "partner:%s" }) { totalCount edges { node { id } } }',
        'customers(search: "%s") { totalCount edges { node { id } } }',
        'partners(search: "%s") { totalCount edges { node { id } } }',
    ],
)
async def test_what_is_not_to_be_seen_is_answered_as_what_there_is_not(asked: Asked, field: str) -> None:
    hidden = {"partner": "tailspin", "subscription": "visio", "customer": "adatum"}
    for kind, key in hidden.items():
        if field.startswith(("node(", "nodes(")):
            document, unknown = (f"{{ {field % id_} }}" for id_ in (f"{kind}:{key}", f"{kind}:{'x' * len(key)}"))
        elif f'"{kind}:%s"' in field or "search" in field:
            document, unknown = (f"{{ {field % id_} }}" for id_ in (key, "x" * len(key)))
        else:
            continue
        found, expected = await asked.body(FABRIKAM, document), await asked.body(FABRIKAM, unknown)

        assert TIME.sub("T", str(found)).replace(key, "x" * len(key)) == TIME.sub("T", str(expected)), document


async def test_another_partner_is_no_node_and_no_communicator_to_be_asked_about(asked: Asked) -> None:
    body = await asked.body(
        FABRIKAM,
        """{ node(id: "partner:another") { id } partner(id: "partner:another") { id } hidden: node(id: "subscription:another") { id }
             permission(communicator: "partner:another", customer: "customer:contoso", topic: "renewal") { verdict }
             scoped: permission(
               communicator: "partner:fabrikam", customer: "customer:contoso", topic: "renewal", scope: "subscription:another")
               { verdict } }""",
    )

    assert body["data"] == {"node": None, "partner": None, "hidden": None, "permission": None, "scoped": None}
    assert [each["extensions"]["code"] for each in body["errors"]] == ["NOT_FOUND", "NOT_FOUND"]


async def test_lists_counts_and_groups_hold_what_it_sees(asked: Asked) -> None:
    data = await asked.data(
        FABRIKAM,
        """{ customers { totalCount edges { node { id } } }
             then: customers(asOf: { validAt: "2024-06-01T00:00:00Z" }) { totalCount edges { node { id name } } }
             partners { totalCount edges { node { id } } }
             outreach(topic: "renewal") {
               total groups { communicator { id } customerCount customers { edges { node { id } } } } uncovered { totalCount } }
             customerStatistics(by: [PARTNER_COUNT, BILLER]) { partnerCount biller { id name } customers }
             findingCounts { kind customers } findings { edges { node { text } } }
             partner(id: "partner:fabrikam") { contactable(topic: "renewal") { totalCount edges { node { id } } } }
             node(id: "operator:microsoft") {
               ... on Operator { contactable(topic: "incident") { totalCount edges { node { id } } } } } }""",
    )

    contoso = {"node": {"id": "customer:contoso"}}
    assert data["customers"] == {"totalCount": 1, "edges": [contoso]}
    assert [each["node"]["name"] for each in data["then"]["edges"]] == ["Contoso", "Woodgrove"]
    assert data["partners"] == {"totalCount": 1, "edges": [{"node": {"id": "partner:fabrikam"}}]}
    assert data["outreach"] == {
        "total": 1,
        "groups": [
            {"communicator": {"id": "partner:fabrikam"}, "customerCount": 1, "customers": {"edges": [contoso]}},
            {"communicator": {"id": "operator:microsoft"}, "customerCount": 1, "customers": {"edges": [contoso]}},
        ],
        "uncovered": {"totalCount": 0},
    }
    assert data["customerStatistics"] == [
        {"partnerCount": 2, "biller": ANOTHER, "customers": 1},
        {"partnerCount": 2, "biller": MICROSOFT, "customers": 1},
    ]
    assert data["partner"]["contactable"] == {"totalCount": 1, "edges": [contoso]}
    assert data["node"]["contactable"] == {"totalCount": 1, "edges": [contoso]}
    assert not [hidden for hidden in HIDDEN if hidden in str(data).lower()]


async def test_what_was_its_own_then_stays_visible_at_the_instants_of_then(asked: Asked) -> None:
    document = """query ($asOf: AsOf) {
      permission(communicator: "partner:fabrikam", customer: "customer:woodgrove", topic: "renewal", asOf: $asOf) {
        verdict customer { name }
        rulings { scope { ... on ProductSubscription { id offer } } } }
      customer(id: "customer:woodgrove") { id } node(id: "subscription:s3") { id } }"""
    then = await asked.data(FABRIKAM, document, asOf={"validAt": "2024-06-01T00:00:00Z"})
    now = await asked.body(FABRIKAM, document)

    assert then["permission"] == {
        "verdict": "EXPECTED",
        "customer": {"name": "Woodgrove"},
        "rulings": [{"scope": {"id": "subscription:s3", "offer": "Offer of s3"}}],
    }
    assert (then["customer"], then["node"]) == (None, None)
    assert now["data"] == {"permission": None, "customer": None, "node": None}


async def test_what_began_and_ended_around_a_customer_is_told_of_its_own_and_microsofts_alone(asked: Asked) -> None:
    document = """query ($id: ID!) { customer(id: $id) {
      events { at kind relationship { type from { id __typename } to { id } source } } } }"""
    whole = (await asked.data(ANALYST, document, id="customer:contoso"))["customer"]["events"]
    seen = (await asked.data(FABRIKAM, document, id="customer:contoso"))["customer"]["events"]
    own = (await asked.data(customer("contoso"), document, id="customer:contoso"))["customer"]["events"]

    assert [(each["relationship"]["type"], each["relationship"]["to"]["id"]) for each in seen] == [
        ("HOLDS", "subscription:d1"),
        ("HOLDS", "subscription:s1"),
        ("BILLS", "subscription:d1"),
        ("RESELLS", "subscription:s1"),
        ("PARTY_TO", "agreement:a1"),
        ("PARTY_TO", "agreement:a1"),
    ]
    assert {(each["at"], each["kind"], each["relationship"]["source"]) for each in seen} == {("2020-01-01T00:00:00Z", "BEGINS", "")}
    assert not [hidden for hidden in HIDDEN if hidden in str(seen).lower()]
    assert own == whole
    assert len(whole) == 12


async def test_what_ended_long_since_is_told_to_those_who_see_the_customer(asked: Asked) -> None:
    document = """query ($id: ID!, $then: DateTime) { customer(id: $id) {
      events { at kind relationship { type } } then: events(knownAt: $then) { at } } }"""
    woodgrove = await asked.data(ANALYST, document, id="customer:woodgrove", then="2024-01-01T00:00:00Z")

    assert [(each["at"], each["kind"], each["relationship"]["type"]) for each in woodgrove["customer"]["events"]] == [
        ("2020-01-01T00:00:00Z", "BEGINS", "HOLDS"),
        ("2020-01-01T00:00:00Z", "BEGINS", "BILLS"),
        ("2025-01-01T00:00:00Z", "ENDS", "BILLS"),
    ]
    assert woodgrove["customer"]["then"] == []
    assert (await asked.data(FABRIKAM, document, id="customer:woodgrove"))["customer"] is None


async def test_a_customer_sees_itself_and_whoever_sells_to_it(asked: Asked) -> None:
    data = await asked.data(
        customer("contoso"),
        f"""{{ customers(first: 1) {{ totalCount edges {{ node {{ {CUSTOMER} }} }} }}
              partners {{ edges {{ node {{ name }} }} }}
              other: customer(id: "customer:adatum") {{ id }}
              subscription: node(id: "subscription:visio") {{ id }} its: node(id: "subscription:dynamics") {{ id }}
              seller: partner(id: "partner:tailspin") {{
                name contactable(topic: "renewal") {{ edges {{ node {{ id }} }} }} roles resellers {{ id }} }} }}""",
    )

    [contoso] = (each["node"] for each in data["customers"]["edges"])
    assert [each["id"] for each in contoso["subscriptions"]] == ["subscription:d1", "subscription:s1", "subscription:visio"]
    assert contoso["agreements"][0]["customers"] == [{"id": "customer:contoso"}]
    assert [each["node"]["name"] for each in data["partners"]["edges"]] == ["Fabrikam", "Northwind", "Tailspin"]
    assert (data["other"], data["subscription"], data["its"]) == (None, {"id": "subscription:visio"}, None)
    assert data["seller"] == {
        "name": "Tailspin",
        "contactable": {"edges": [{"node": {"id": "customer:contoso"}}]},
        "roles": ["DIRECT_BILL"],
        "resellers": [],
    }
    assert "adatum" not in str(data).lower()


async def test_what_becomes_of_a_customer_after_its_relationship_ended_is_not_shown_to_a_partner(asked: Asked) -> None:
    document = """{
      permission(
        communicator: "partner:fabrikam", customer: "customer:woodgrove", topic: "tax", asOf: { validAt: "2024-06-01T00:00:00Z" }) {
        verdict explanation customer { name }
        rulings { standing scope { ... on ProductSubscription { offer status } } path { validTo to { id } } } }
      customers(asOf: { validAt: "2024-06-01T00:00:00Z" }) { edges { cursor node { name } } } }"""
    before = await asked.data(FABRIKAM, document)
    changes = [
        {"putCustomer": {"key": "woodgrove", "name": "Aardvark"}},
        {"putSubscription": {"key": "s3", "offer": "Renamed", "status": "deleted"}},
        {"start": {"type": "RESELLS", "from": "partner:tailspin", "to": "subscription:s3", "validFrom": "2021-01-01T00:00:00Z"}},
    ]
    apply = 'mutation ($changes: [Change!]!) { apply(changes: $changes, idempotencyKey: "after") { applied } }'
    applied = await asked.data(OPERATOR, apply, changes=changes)

    assert applied == {"apply": {"applied": 3}}
    assert before["permission"]["verdict"] == "EXPECTED"
    assert await asked.data(FABRIKAM, document) == before
    assert (await asked.data(ANALYST, document))["permission"]["customer"] == {"name": "Aardvark"}
