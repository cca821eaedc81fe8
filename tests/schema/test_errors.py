"""Every error of a read: its code, its path, and a message that says what would be right and nothing of the inside."""

import base64
import json
import re
import time
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from graph.revision import Revision
from policy.caller import ANYBODY
from resolvers.freshness import WAIT_SECONDS
from resolvers.token import token_of
from tests.running_service import RunningService
from tests.schema.safe_errors import LEAKS, book, expect_safe

OF_ANOTHER_STORE = base64.urlsafe_b64encode(bytes(48)).decode()
"""What looks like the token of a revision, and was sealed by nobody."""
FUTURE = (datetime.now(UTC) + timedelta(days=2)).isoformat(timespec="seconds").replace("+00:00", "Z")


@pytest.fixture(scope="module")
async def asked(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> RunningService:
    """The service, with that book."""
    folder = tmp_path_factory.mktemp("errors")
    book().write(folder)
    assert await service.replace_with(folder) == []
    return service


class Wrong(NamedTuple):
    """A question that can't be answered, and the one error that says so."""

    told: str
    document: str
    code: str
    path: list[str | int] | None
    message: str
    variables: dict[str, object] = {}  # noqa: RUF012 - of a tuple, never changed


def permission(told: str, message: str, code: str = "NOT_FOUND", *, after: str = "", **given: str) -> Wrong:
    arguments = {"communicator": "partner:fabrikam", "customer": "customer:contoso", "topic": "renewal", **given}
    listed = ", ".join(f'{name}: "{value}"' for name, value in arguments.items())
    return Wrong(told, f"{{ permission({listed}{after}) {{ verdict }} }}", code, ["permission"], message)


def customer(told: str, id_: str, message: str) -> Wrong:
    return Wrong(told, f'{{ customer(id: "{id_}") {{ id }} }}', "BAD_INPUT", ["customer"], message)


def page(told: str, arguments: str, message: str, code: str = "BAD_INPUT") -> Wrong:
    return Wrong(told, f"{{ customers({arguments}) {{ totalCount }} }}", code, ["customers"], message)


NO_RFC_3339 = "is no DateTime; give RFC 3339 with an offset, such as 2026-06-01T08:30:00Z"


def instant(told: str, value: str, why: str = "is no time; a time is written as 2024-07-01T00:00:00Z") -> list[Wrong]:
    """The same time where no time is, written in the document and given in a variable."""
    message = f"`{value}` {why}"
    literal = Wrong(f"{told}, literal", f'{{ customers(asOf: {{ validAt: "{value}" }}) {{ totalCount }} }}', "BAD_INPUT", None, message)
    document = "query ($at: DateTime) { customers(asOf: { validAt: $at }) { totalCount } }"
    return [literal, Wrong(f"{told}, variable", document, "BAD_INPUT", None, message, {"at": value})]


def document(told: str, text: str, message: str, **variables: object) -> Wrong:
    return Wrong(told, text, "BAD_INPUT", None, message, variables)


def consistency(told: str, value: str, message: str) -> Wrong:
    return Wrong(told, f'{{ customer(id: "customer:contoso", consistency: {value}) {{ id }} }}', "BAD_INPUT", ["customer"], message)


def no_revision(token: str) -> str:
    return f"`{token}` is no revision of this service; take it from an answer's `revision`"


ASKS_NOTHING = "a consistency of `false` asks nothing; give minimizeLatency: true, full: true, or atLeast with a revision"
TWO = "two different consistencies in one operation; give one, it governs all root fields"
NO_CURSOR = "is no cursor of this list; take it from an edge or from pageInfo"
WRONG = [
    customer("an id without a kind", "contoso", "`contoso` is no id; an id is kind:key, and here the kind is customer"),
    customer(
        "an id of a kind that is not", "tenant:contoso", "`tenant:contoso` is no id; an id is kind:key, and here the kind is customer"
    ),
    customer("an id of another kind", "partner:fabrikam", "`partner:fabrikam` is the id of a partner; here the kind is customer"),
    customer(
        "an id without a key",
        "customer:",
        "`customer:` has no usable key; a key is 1 to 200 characters without spaces, control characters and `|`",
    ),
    customer("an empty id", "", "`` is no id; an id is kind:key, and here the kind is customer"),
    Wrong(
        "a long id",
        '{ partner(id: "partner:' + "x" * 500 + '") { id } }',
        "BAD_INPUT",
        ["partner"],
        "`partner:" + "x" * 72 + "…` has no usable key; a key is 1 to 200 characters without spaces, control characters and `|`",
    ),
    Wrong(
        "node of no kind",
        '{ node(id: "x") { id } }',
        "BAD_INPUT",
        ["node"],
        "`x` is no id; an id is kind:key, and here the kind is customer, partner, operator, subscription, agreement or topic",
    ),
    Wrong(
        "one of many nodes",
        '{ nodes(ids: ["customer:contoso", "x"]) { id } }',
        "BAD_INPUT",
        ["nodes", 1],
        "`x` is no id; an id is kind:key, and here the kind is customer, partner, operator, subscription, agreement or topic",
    ),
    Wrong(
        "no relationship",
        '{ node(id: "relationship:BILLS|x") { id } }',
        "BAD_INPUT",
        ["node"],
        "`relationship:BILLS|x` is no id of a relationship; take it from a relationship's `id`",
    ),
    permission(
        "a customer as communicator",
        "`customer:contoso` is the id of a customer; here the kind is partner or operator",
        "BAD_INPUT",
        communicator="customer:contoso",
    ),
    permission(
        "another operator",
        "no communicator `operator:google` in the graph",
        "NOT_FOUND",
        communicator="operator:google",
    ),
    permission(
        "a partner as customer",
        "`partner:fabrikam` is the id of a partner; here the kind is customer",
        "BAD_INPUT",
        customer="partner:fabrikam",
    ),
    permission(
        "a customer as topic", "`customer:contoso` is the id of a customer; here the kind is topic", "BAD_INPUT", topic="customer:contoso"
    ),
    permission(
        "a partner as scope",
        "`partner:fabrikam` is the id of a partner; here the kind is subscription, agreement or customer",
        "BAD_INPUT",
        scope="partner:fabrikam",
    ),
    permission("an unknown customer", "no customer `customer:nobody` in the graph", customer="customer:nobody"),
    permission(
        "a customer not known yet",
        r"no customer `customer:contoso` in the graph as it was known at 2001-01-01T00:00:00Z",
        after=', asOf: { knownAt: "2001-01-01T00:00:00Z" }',
    ),
    permission("an unknown communicator", "no communicator `partner:nobody` in the graph", communicator="partner:nobody"),
    permission("an unknown topic", "no topic `weather` in the policy; give the code of one, such as `renewal`", topic="weather"),
    permission(
        "an unknown topic by id", "no topic `topic:weather` in the policy; give the code of one, such as `renewal`", topic="topic:weather"
    ),
    permission(
        "a scope of nobody",
        r"customer `customer:contoso` has no scope `subscription:alone` at \S+Z; ask without one, or for one it holds",
        scope="subscription:alone",
    ),
    permission(
        "a scope that is not there",
        r"customer `customer:contoso` has no scope `agreement:none` at \S+Z; ask without one, or for one it holds",
        scope="agreement:none",
    ),
    permission(
        "a scope before it was held",
        "customer `customer:contoso` has no scope `subscription:office` at 2023-12-31T23:59:59.999999Z; ask without one",
        scope="subscription:office",
        after=', asOf: { validAt: "2023-12-31T23:59:59.999999Z" }',
    ),
    permission(
        "the customer itself as scope, though it holds something",
        r"customer `customer:contoso` has no scope `customer:contoso` at \S+Z; ask without one, or for one it holds",
        scope="customer:contoso",
    ),
    Wrong(
        "who may speak to nobody",
        '{ permittedCommunicators(customer: "customer:nobody", topic: "renewal") { verdict } }',
        "NOT_FOUND",
        ["permittedCommunicators"],
        "no customer `customer:nobody` in the graph",
    ),
    Wrong(
        "who may speak about nothing",
        '{ customer(id: "customer:contoso") { permittedCommunicators(topic: "weather") { verdict } } }',
        "NOT_FOUND",
        ["customer", "permittedCommunicators"],
        "no topic `weather` in the policy; give the code of one, such as `renewal`",
    ),
    Wrong(
        "contactable about nothing",
        '{ partner(id: "partner:fabrikam") { contactable(topic: "weather") { totalCount } } }',
        "NOT_FOUND",
        ["partner", "contactable"],
        "no topic `weather` in the policy; give the code of one, such as `renewal`",
    ),
    Wrong(
        "one of many questions",
        '{ permissions(questions: [{communicator: "partner:fabrikam", customer: "customer:contoso", topic: "renewal"}, '
        '{communicator: "partner:fabrikam", customer: "customer:nobody", topic: "renewal"}]) { verdict } }',
        "NOT_FOUND",
        ["permissions", 1],
        "no customer `customer:nobody` in the graph",
    ),
    Wrong(
        "an integer that no machine holds",
        f"{{ customers(first: {'1' * 5_000}) {{ totalCount }} }}",
        "BAD_INPUT",
        None,
        "Syntax Error: A number has more than 1000 digits.",
    ),
    Wrong(
        "a topic of a megabyte",
        'query ($t: String!) { permission(communicator: "partner:fabrikam", customer: "customer:contoso", topic: $t) { verdict } }',
        "NOT_FOUND",
        ["permission"],
        f"no topic `{'x' * 250}…` in the policy; give the code of one, such as `renewal`",
        {"t": "x" * 1_000_000},
    ),
    Wrong("a field of a hundred thousand letters", f"{{ {'x' * 100_000} }}", "BAD_INPUT", None, "xxx…"),
    Wrong(
        "too many questions",
        "query ($q: [Question!]!) { permissions(questions: $q) { verdict } }",
        "BAD_INPUT",
        ["permissions"],
        "5001 questions at once; ask 5000 at most",
        {"q": [{"communicator": "partner:fabrikam", "customer": "customer:contoso", "topic": "renewal"}] * 5001},
    ),
    Wrong(
        "too many ids",
        "query ($i: [ID!]!) { nodes(ids: $i) { id } }",
        "BAD_INPUT",
        ["nodes"],
        "5001 ids at once; ask for 5000 at most",
        {"i": ["customer:contoso"] * 5001},
    ),
    permission(
        "a knownAt to come",
        f"knownAt `{FUTURE}` is in the future; give an instant up to now, or leave it out",
        "BAD_INPUT",
        after=f', asOf: {{ knownAt: "{FUTURE}" }}',
    ),
    page(
        "a knownAt to come, of a list",
        f'asOf: {{ knownAt: "{FUTURE}" }}',
        f"knownAt `{FUTURE}` is in the future; give an instant up to now, or leave it out",
    ),
    Wrong(
        "a knownAt to come, of a field",
        f'{{ customer(id: "customer:contoso") {{ subscriptions(asOf: {{ knownAt: "{FUTURE}" }}) {{ id }} }} }}',
        "BAD_INPUT",
        ["customer", "subscriptions"],
        f"knownAt `{FUTURE}` is in the future; give an instant up to now, or leave it out",
    ),
    *instant("a time without an offset", "2026-06-01T08:30:00", NO_RFC_3339),
    *instant("a day", "2026-06-01", NO_RFC_3339),
    *instant("30 February", "2026-02-30T00:00:00Z"),
    *instant("29 February of another year", "2025-02-29T00:00:00Z"),
    *instant("a 13th month", "2026-13-01T00:00:00Z"),
    *instant("a 25th hour", "2026-06-01T25:00:00Z"),
    *instant("a leap second", "2026-06-30T23:59:60Z"),
    *instant("an offset of a day", "2026-06-01T08:30:00+24:00"),
    *instant("an offset of 60 minutes", "2026-06-01T08:30:00+00:60"),
    *instant("a year 0", "0000-01-01T00:00:00Z"),
    *instant("before the year 1 in UTC", "0001-01-01T00:00:00+01:00", "is outside the years 1 to 9999 in UTC"),
    *instant("after the year 9999 in UTC", "9999-12-31T23:59:59-01:00", "is outside the years 1 to 9999 in UTC"),
    *instant("words", "yesterday", NO_RFC_3339),
    *instant("nothing", "", NO_RFC_3339),
    document(
        "a number as a time",
        "query ($at: DateTime) { customers(asOf: { validAt: $at }) { totalCount } }",
        "`5` is no DateTime; give RFC 3339",
        at=5,
    ),
    document("a syntax error", "{ customers( }", r"Syntax Error: Expected Name, found '\}'"),
    document("an empty document", "# nothing", "Syntax Error: Unexpected <EOF>"),
    Wrong("too deep a document", "{a" * 3000, "TOO_COMPLEX", None, "the document has more than 20 levels of fields; 20 at most are taken"),
    document("an unknown field", "{ customer(id: 5) { nam } }", "Cannot query field 'nam' on type 'Customer'. Did you mean 'name'"),
    document("an unknown argument", "{ customer(id: 5, key: 5) { id } }", "Unknown argument 'key' on field 'Query.customer'"),
    document(
        "an argument left out", "{ customer { id } }", "Argument 'Query.customer(id:)' of type 'ID!' is required, but it was not provided"
    ),
    document(
        "a missing variable",
        "query ($id: ID!) { customer(id: $id) { id } }",
        "Variable '$id' has invalid value: Expected a value of non-null type 'ID!' to be provided",
    ),
    document(
        "a variable of another type",
        "query ($id: ID!) { customer(id: $id) { id } }",
        "Variable '$id' has invalid value: ID cannot represent value: {}",
        id={},
    ),
    document("an unknown enum value", "{ topics(category: WEATHER) { id } }", "Value 'WEATHER' does not exist in 'TopicCategory' enum"),
    consistency("a consistency of false", "{ minimizeLatency: false }", ASKS_NOTHING),
    consistency("full: false", "{ full: false }", ASKS_NOTHING),
    consistency("a revision that is none", '{ atLeast: "latest" }', no_revision("latest")),
    consistency("an empty revision", '{ atLeast: "" }', no_revision("")),
    consistency("a revision without a number", '{ atLeast: "cmV2aXNpb24g" }', no_revision("cmV2aXNpb24g")),
    consistency("a revision of another store", f'{{ atLeast: "{OF_ANOTHER_STORE}" }}', no_revision(OF_ANOTHER_STORE)),
    consistency("a revision in other letters", '{ atLeast: "révision" }', no_revision("révision")),
    Wrong(
        "a consistency of false in a variable",
        'query ($c: Consistency) { customer(id: "customer:contoso", consistency: $c) { id } }',
        "BAD_INPUT",
        ["customer"],
        ASKS_NOTHING,
        {"c": {"full": False}},
    ),
    Wrong(
        "a consistency of false in a member",
        'query ($f: Boolean!) { customer(id: "customer:contoso", consistency: { full: $f }) { id } }',
        "BAD_INPUT",
        ["customer"],
        ASKS_NOTHING,
        {"f": False},
    ),
    document(
        "a number as a revision",
        '{ customer(id: "customer:contoso", consistency: { atLeast: 5 }) { id } }',
        "`5` is no Revision; take it from",
    ),
    document(
        "both members of a consistency",
        '{ customer(id: "customer:contoso", consistency: { full: true, minimizeLatency: true }) { id } }',
        "Within OneOf Input Object type 'Consistency', exactly one field must be specified, and the value for that field must be non-null",
    ),
    document(
        "no member of a consistency",
        '{ customer(id: "customer:contoso", consistency: {}) { id } }',
        "Within OneOf Input Object type 'Consistency', exactly one field must be specified, and the value for that field must be non-null",
    ),
    page("first and last", "first: 5, last: 5", "both `first` and `last` are given; ask for the first ones or the last ones"),
    page("a negative first", "first: -1", "`first` is -1; a page holds 0 to 1000"),
    page("a negative last", "last: -1", "`last` is -1; a page holds 0 to 1000"),
    page("too large a page", "first: 1001", "`first` is 1001; a page holds 0 to 1000"),
    page("too large a last page", "last: 1001", "`last` is 1001; a page holds 0 to 1000"),
    page("a bad after", 'after: "x"', f"`after` {NO_CURSOR}"),
    page("a bad before", 'before: "MTIz"', f"`before` {NO_CURSOR}"),
    page("a revision as a cursor", f'after: "{OF_ANOTHER_STORE}"', f"`after` {NO_CURSOR}"),
    page("too long a search", f'search: "{"a " * 150}"', "`search` is 300 characters long; give 250 at most"),
    page(
        "a customer as biller",
        'filter: { billedBy: "customer:contoso" }',
        "`customer:contoso` is the id of a customer; here the kind is partner or operator",
    ),
    Wrong(
        "too large a page of partners",
        "{ partners(last: 1001) { totalCount } }",
        "BAD_INPUT",
        ["partners"],
        "`last` is 1001; a page holds 0 to 1000",
    ),
    Wrong(
        "too long a search of partners",
        f'{{ partners(search: "{"a" * 251}") {{ totalCount }} }}',
        "BAD_INPUT",
        ["partners"],
        "`search` is 251 characters long; give 250 at most",
    ),
    Wrong(
        "too large a page of contacts",
        '{ partner(id: "partner:fabrikam") { contactable(topic: "renewal", first: 1001) { totalCount } } }',
        "BAD_INPUT",
        ["partner", "contactable"],
        "`first` is 1001; a page holds 0 to 1000",
    ),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.told)
async def test_an_error_has_its_code_and_path_and_says_what_would_be_right(asked: RunningService, wrong: Wrong) -> None:
    body = await asked.execute(wrong.document, **wrong.variables)

    [error] = body["errors"]
    expect_safe(error)
    assert error["extensions"]["code"] == wrong.code
    assert error.get("path") == wrong.path
    pattern = wrong.message if "\\" in wrong.message else re.escape(wrong.message)
    assert re.search(pattern, error["message"]), error["message"]
    assert ("data" in body) is (wrong.path is not None)


async def test_what_can_be_answered_is_answered_beside_an_error(asked: RunningService) -> None:
    body = await asked.execute(
        """{ good: permission(communicator: "partner:fabrikam", customer: "customer:contoso", topic: "renewal") { verdict }
             bad: permission(communicator: "partner:fabrikam", customer: "customer:nobody", topic: "renewal") { verdict }
             nodes(ids: ["customer:contoso", "x", "customer:nobody"]) { id } }"""
    )

    assert body["data"] == {"good": {"verdict": "EXPECTED"}, "bad": None, "nodes": [{"id": "customer:contoso"}, None, None]}
    errors = [(error["path"], error["extensions"]["code"]) for error in body["errors"]]
    assert errors == [(["bad"], "NOT_FOUND"), (["nodes", 1], "BAD_INPUT")]


async def test_where_no_field_around_an_error_can_be_null_the_data_is_with_that_one_error(asked: RunningService) -> None:
    document = '{ node(id: "x") { id } customers(first: -1) { totalCount } topics { code } }'
    body = await asked.execute(document)

    assert body["data"] is None
    assert [(error["path"], error["extensions"]["code"]) for error in body["errors"]] == [(["customers"], "BAD_INPUT")]


async def test_an_unknown_node_customer_or_partner_is_null_without_an_error(asked: RunningService) -> None:
    data = await asked.query(
        '{ node(id: "subscription:nothing") { id } customer(id: "customer:nobody") { id } partner(id: "partner:nobody") { id } '
        'relationship: node(id: "relationship:BILLS|partner:fabrikam|subscription:office|1|2") { id } '
        'topic: node(id: "topic:weather") { id } }'
    )

    assert set(data.values()) == {None}


async def test_two_different_consistencies_are_refused_at_every_root_field_that_reads(asked: RunningService) -> None:
    body = await asked.execute(
        """query ($c: Consistency) { one: customer(id: "customer:contoso", consistency: { full: true }) { id }
             ...Other policy { version } }
           fragment Other on Query { two: customer(id: "customer:contoso", consistency: $c) { id } }""",
        c={"minimizeLatency": True},
    )

    assert [(error["path"], error["message"], error["extensions"]["code"]) for error in body["errors"]] == [
        (["one"], TWO, "BAD_INPUT"),
        (["two"], TWO, "BAD_INPUT"),
    ]


@pytest.mark.parametrize("given", ['"minimizeLatency": true', '"full": true', '"atLeast": "%s"'])
async def test_the_same_consistency_on_two_fields_is_none_too_many(asked: RunningService, given: str) -> None:
    document = """query ($c: Consistency) {
        one: customer(id: "customer:contoso", consistency: $c) { id } two: partner(id: "partner:fabrikam", consistency: $c) { id } }"""
    revision = (await asked.query("{ revision }"))["revision"]
    data = await asked.query(document, c=json.loads(f"{{{given.replace('%s', revision)}}}"))

    assert data == {"one": {"id": "customer:contoso"}, "two": {"id": "partner:fabrikam"}}


async def test_a_revision_that_never_comes_is_waited_for_and_then_unavailable(asked: RunningService) -> None:
    begun = time.monotonic()
    document = '{ customer(id: "customer:contoso", consistency: { atLeast: "%s" }) { id } }'
    body = await asked.execute(document % token_of(asked.graph, Revision(10**6, 0), ANYBODY))
    seconds = time.monotonic() - begun

    [error] = body["errors"]
    expect_safe(error)
    assert body["data"] == {"customer": None}
    assert error["extensions"]["code"] == "UNAVAILABLE"
    assert error["message"] == "the graph did not reach the revision asked for within 5 s; ask again, or without `atLeast`"
    assert WAIT_SECONDS <= seconds < 3 * WAIT_SECONDS


@pytest.mark.parametrize(
    "body",
    [
        b"nonsense",
        b"null",
        b"5",
        b"[]",
        b"{}",
        b"\xff",
        b'{"query": 5}',
        b'{"query": "{ revision }", "variables": [1]}',
        b'{"query": "{ revision }", "operationName": "other"}',
        b'{"query": "query ($id: ID!) { customer(id: $id) { id } }", "variables": {"id": "\\ud800"}}',
        b'{"query": "query ($id: ID!) { customer(id: $id) { id } }", "variables": {"id": "customer:\\udc00"}}',
        b'{"query": "query ($s: String) { customers(filter: {name: {eq: $s}}) { totalCount } }", "variables": {"s": "\\ud800"}}',
    ],
)
async def test_a_request_that_is_no_operation_is_refused_with_a_few_words(asked: RunningService, body: bytes) -> None:
    """Half a surrogate pair is no text: it could be neither stored nor sent back."""
    response = await asked.client.post("/graphql", content=body, headers={"content-type": "application/json"})

    assert response.status_code == 400
    assert 0 < len(response.text) < 200
    assert not LEAKS.search(response.text)


async def test_a_relationship_id_of_an_impossible_instant_is_the_id_of_nothing(asked: RunningService) -> None:
    body = await asked.execute('{ node(id: "relationship:BILLS|partner:fabrikam|subscription:office|99999999999999999999999|0") { id } }')

    assert [error["extensions"]["code"] for error in body.get("errors", ())] in ([], ["BAD_INPUT"])
