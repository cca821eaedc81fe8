from pathlib import Path

import pytest

from graph.rows import Located, NodeRow, Rejection, RelationshipRow, Telling, VersionRow
from intake.book import digest, read_book, restores_history
from policy.errors import BadInput
from policy.instant import written
from policy.terms import AdminKind, RelationshipType

HEADER = "type,from,to,kind,valid_from,valid_to,recorded_at,superseded_at,source\n"
HOLDS = "HOLDS,customer:a,subscription:s,,2024-01-01T00:00:00Z,,,,crm"


def book(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        (folder / f"{name}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def taken(folder: Path) -> list[NodeRow | RelationshipRow | VersionRow | Telling]:
    """The rows of a book in which nothing is wrong."""
    rows = list(read_book(folder))
    assert [row for row in rows if isinstance(row, Rejection)] == []
    return [row.row for row in rows if isinstance(row, Located)]


def refused(folder: Path) -> list[Rejection]:
    return [row for row in read_book(folder) if isinstance(row, Rejection)]


def test_nodes_have_the_names_of_the_graph(tmp_path: Path) -> None:
    book(
        tmp_path,
        customers="key,name,domain,country,cloud\nC1,Contoso,contoso.example,ES,CHINA\n",
        partners="key,name,country,mpn_ids\np1,Fabrikam,US,12 34\n",
        subscriptions="key,offer,status,consumption\ns1,Azure plan,suspended,true\n",
        agreements="key,type,channel\na1,EA,DIRECT\n",
    )

    assert taken(tmp_path) == [
        NodeRow("customer:c1", {"name": "Contoso", "domain": "contoso.example", "country": "ES", "cloud": "CHINA"}),
        NodeRow("partner:p1", {"name": "Fabrikam", "country": "US", "mpnIds": ["12", "34"]}),
        NodeRow("subscription:s1", {"offer": "Azure plan", "status": "suspended", "consumption": True}),
        NodeRow("agreement:a1", {"type": "EA", "channel": "DIRECT"}),
    ]


def test_an_empty_cell_clears_and_a_column_that_is_not_there_keeps(tmp_path: Path) -> None:
    book(tmp_path, customers="name,key\n,c1\n", subscriptions="key,consumption\ns1,\n")

    assert taken(tmp_path) == [NodeRow("customer:c1", {"name": None}), NodeRow("subscription:s1", {"consumption": None})]


def test_a_relationship_has_its_times_in_utc(tmp_path: Path) -> None:
    row = "ADMINISTERS,Partner:P,customer:a,GDAP,2024-01-01,2024-06-30T22:30:00.1234567-01:30,2024-02-01 10:00,2024-03-01t00:00:00z,graph"

    (relationship,) = taken(book(tmp_path, relationships=HEADER + row))

    assert isinstance(relationship, RelationshipRow)
    type_, start, end, kind, *times, source = relationship
    assert (type_, start, end, kind) == (RelationshipType.ADMINISTERS, "partner:p", "customer:a", AdminKind.GDAP)
    assert [written(time) for time in times if isinstance(time, int)] == [
        "2024-01-01T00:00:00Z",
        "2024-07-01T00:00:00.123456Z",
        "2024-02-01T10:00:00Z",
        "2024-03-01T00:00:00Z",
    ]
    assert source == "graph"


def test_the_short_form_of_relationships_is_enough(tmp_path: Path) -> None:
    (row,) = taken(book(tmp_path, relationships="valid_from,type,from,to\n2024-01-01,HOLDS,customer:a,subscription:s\n"))

    assert row == RelationshipRow(RelationshipType.HOLDS, "customer:a", "subscription:s", None, 1_704_067_200_000_000, None, None, None, "")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("OWNS,customer:a,subscription:s,,2024-01-01,,,,", "unknown type `OWNS`; it is one of HOLDS, BILLS"),
        ("HOLDS,,subscription:s,,2024-01-01,,,,", "no `from`; give the id of a customer, such as customer:<key>"),
        ("HOLDS,nonsense,subscription:s,,2024-01-01,,,,", "`from`: `nonsense` is no id"),
        ("HOLDS,customer:a,subscription:a b,,2024-01-01,,,,", "`to`: `subscription:a b` has no usable key"),
        ("HOLDS,partner:a,subscription:s,,2024-01-01,,,,", "HOLDS starts from a customer, and `from` is `partner:a`"),
        ("BILLS,customer:a,subscription:s,,2024-01-01,,,,", "BILLS starts from a partner or an operator, and `from` is `customer:a`"),
        ("HOLDS,customer:a,agreement:s,,2024-01-01,,,,", "HOLDS leads to a subscription, and `to` is `agreement:s`"),
        ("HOLDS,customer:a,subscription:s,GDAP,2024-01-01,,,,", "kind `GDAP` on a HOLDS; kind is for ADMINISTERS only"),
        ("ADMINISTERS,partner:p,customer:a,,2024-01-01,,,,", "unknown kind ``; ADMINISTERS is one of DAP, GDAP, AOBO, LIGHTHOUSE"),
        ("ADMINISTERS,partner:p,customer:a,ROOT,2024-01-01,,,,", "unknown kind `ROOT`"),
        ("HOLDS,customer:a,subscription:s,,,,,,", "no valid_from; give the instant"),
        ("HOLDS,customer:a,subscription:s,,soon,,,,", "valid_from `soon` is no time; a time is written as 2024-07-01T00:00:00Z"),
        ("HOLDS,customer:a,subscription:s,,2024-02-30,,,,", "valid_from `2024-02-30` is no time"),
        ("HOLDS,customer:a,subscription:s,,9999-12-31T23:59:59-01:00,,,,", "outside the years 1 to 9999"),
        ("HOLDS,customer:a,subscription:s,,2025-01-01T00:00:00Z,2025-01-01T01:00:00+01:00,,,", "is not after valid_from"),
        ("HOLDS,customer:a,subscription:s,,2024-01-01,,2025-01-01,2025-01-01,", "is not after recorded_at"),
        ("HOLDS,customer:a,subscription:s,,2024-01-01,,,2025-01-01,", "is not after recorded_at, which is empty and so now; give both"),
        ("HOLDS,customer:a,subscription:s,,2024-01-01,,x,,", "recorded_at `x` is no time"),
        ("HOLDS,customer:a,subscription:s", "has 3 cells where the header has 9"),
    ],
)
def test_a_relationship_that_cannot_be_taken_says_why_and_the_others_are_taken(tmp_path: Path, row: str, reason: str) -> None:
    rows = list(read_book(book(tmp_path, relationships=f"{HEADER}{row}\n{HOLDS}\n")))

    rejection, located = rows
    assert isinstance(rejection, Rejection)
    assert reason in rejection.reason
    assert rejection[:2] == ("relationships.csv", 2)
    assert rejection.text == row
    assert isinstance(located, Located)
    assert located[1:] == ("relationships.csv", 3, HOLDS)


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("customers", "key,name\n,Nobody\n", "no key; give the customer's own key"),
        ("customers", "key,name\ntwo words,x\n", "`customer:two words` has no usable key"),
        ("customers", "key,name\na|b,x\n", "has no usable key"),
        ("customers", "key,cloud\nz9,MARS\n", "unknown cloud `MARS`; it is one of PUBLIC, US_GOVERNMENT, CHINA, GERMANY"),
        (
            "partners",
            "key,name\noperator:microsoft,Microsoft\n",
            "is an operator, which always exists, and no key of a partner; leave it out",
        ),
        ("subscriptions", "key,consumption\nz9,maybe\n", "consumption `maybe` is neither true nor false"),
        ("agreements", "key,type,channel\nz9,EA,SIDEWAYS\n", "unknown channel `SIDEWAYS`; an agreement's channel is CSP or DIRECT"),
        ("agreements", "key,type,channel\nz9,EA,\n", "unknown channel ``"),
    ],
)
def test_a_node_that_cannot_be_taken_says_why(tmp_path: Path, file: str, content: str, reason: str) -> None:
    (rejection,) = refused(book(tmp_path, **{file: content}))

    assert reason in rejection.reason
    assert rejection.line == 2


def test_a_row_is_on_the_line_where_it_begins(tmp_path: Path) -> None:
    content = 'key,name\r\n"a","two\r\nlines, ""quoted"""\r\n\r\n,wrong\rb,after a lone return\nc,"one ""quoted"""\n'

    rows = list(read_book(book(tmp_path, customers=content)))

    assert [(row.line, type(row)) for row in rows] == [(2, Rejection), (5, Rejection), (6, Located), (7, Located)]
    assert isinstance(rows[0], Rejection)
    assert rows[0].text == '"a","two\r\nlines, ""quoted"""'
    assert isinstance(rows[3], Located)
    assert rows[3].row == NodeRow("customer:c", {"name": 'one "quoted"'})


@pytest.mark.parametrize("quote", ['b,"left open', 'b,5" disk', 'b,"closed" too soon'])
def test_a_quote_out_of_place_costs_its_own_line_and_no_other(tmp_path: Path, quote: str) -> None:
    after = "".join(f'c{number},"name {number}"\n' for number in range(20_000))

    rows = list(read_book(book(tmp_path, customers=f"key,name\na,x\n{quote}\n{after}")))

    assert len(rows) == 20_002
    assert [(row.line, row.text) for row in rows if isinstance(row, Rejection)] == [(3, quote)]


def test_bytes_that_are_not_utf_8_cost_their_row(tmp_path: Path) -> None:
    content = "key,name\na,Zoë\n".encode() + b"b,Zo\xeb\nc,x\n"

    rows = list(read_book(book(tmp_path, customers=content)))

    assert [type(row) for row in rows] == [Located, Rejection, Located]
    assert "not UTF-8" in refused(tmp_path)[0].reason
    assert refused(tmp_path)[0].text == "b,Zo\N{REPLACEMENT CHARACTER}"


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    assert taken(book(tmp_path, customers=b"\xef\xbb\xbfkey\na\n")) == [NodeRow("customer:a", {})]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no readable header row"),
        ("key,name\na,b\n".encode("utf-16"), "no readable header row"),
        (b"name\nx\n", "lacks `key`; its columns are key,name,domain,country,cloud"),
        (b"key,nmae,colour\n", "has unknown columns `nmae`, `colour`"),
        (b"key,name,name\n", "has `name` more than once"),
    ],
)
def test_a_file_with_other_columns_is_refused_before_the_first_row(tmp_path: Path, content: bytes, reason: str) -> None:
    book(tmp_path, customers=content, agreements="key,channel\n")

    with pytest.raises(BadInput, match=reason):
        read_book(tmp_path)


def test_a_folder_that_is_no_book_is_refused_with_what_a_book_is(tmp_path: Path) -> None:
    book(tmp_path, rejected="file,line,reason,row\n")

    with pytest.raises(BadInput, match=r"holds no book; a book is a folder of customers, partners"):
        read_book(tmp_path)
    with pytest.raises(BadInput, match="is no folder"):
        read_book(tmp_path / "rejected.csv")


def test_one_file_in_two_forms_is_refused(tmp_path: Path) -> None:
    book(tmp_path, customers="key\n")
    (tmp_path / "customers.ndjson").touch()

    with pytest.raises(BadInput, match=r"has customers\.csv and customers\.ndjson; keep one"):
        read_book(tmp_path)


def test_versions_restore_what_a_node_was(tmp_path: Path) -> None:
    content = (
        "id,recorded_at,superseded_at,name,cloud,channel\n"
        "customer:A,2024-01-01,2024-02-01,Old name,,\n"
        "customer:a,2024-02-01,2024-02-01,x,,\n"
        "customer:a,2024-02-01,2999-01-01,x,,\n"
        "customer:a,2024-02-01,,x,,\n"
        "customer:a,2024-02-01,2024-03-01,x,,CSP\n"
        "operator:microsoft,2024-02-01,2024-03-01,x,,\n"
    )

    first, *others = read_book(book(tmp_path, versions=content))

    assert isinstance(first, Located)
    assert first.row == VersionRow("customer:a", 1_704_067_200_000_000, 1_706_745_600_000_000, {"name": "Old name", "cloud": "PUBLIC"})
    assert [row.reason.partition(";")[0] for row in others if isinstance(row, Rejection)] == [
        "superseded_at `2024-02-01` is not after recorded_at `2024-02-01`",
        "superseded_at `2999-01-01` is in the future",
        "`` is no time",
        "`channel` is no column of customers, which have name, domain, country, cloud",
        "`operator:microsoft` is the id of a operator",
    ]


def test_a_book_restores_history_when_a_row_says_when_it_was_recorded(tmp_path: Path) -> None:
    assert not restores_history(book(tmp_path, customers="key\na\n"))
    assert not restores_history(book(tmp_path, relationships=f"{HEADER}{HOLDS}\n"))
    assert restores_history(book(tmp_path, relationships=f"{HEADER}{HOLDS}\n{HOLDS.replace(',,,,', ',,2024-01-02,,')}\n"))
    assert restores_history(book(tmp_path, relationships=HEADER, versions="id,recorded_at,superseded_at\n"))


def test_the_digest_is_that_of_the_books_own_files(tmp_path: Path) -> None:
    first = digest(book(tmp_path, customers="key\na\n"))

    assert digest(book(tmp_path, rejected="file,line,reason,row\n", notes="x")) == first
    assert digest(book(tmp_path, customers="key\nb\n")) != first
