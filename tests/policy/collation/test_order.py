"""The order of names."""

from hypothesis import given
from hypothesis import strategies as st

from policy.collation.folding import folded
from policy.collation.order import sort_key

NODES = st.lists(st.tuples(st.text(max_size=4) | st.sampled_from(["a", "A", "á", "a\u0001", "a ", "ab", ""]), st.text(max_size=4)))


@given(NODES)
def test_keys_order_nodes_by_folded_name_and_then_by_id(nodes: list[tuple[str, str]]) -> None:
    plain = sorted(nodes, key=lambda node: (folded(node[0]), node[1]))

    assert sorted(nodes, key=lambda node: sort_key(*node)) == plain
    assert sorted(nodes, key=lambda node: sort_key(*node).encode()) == plain


@given(NODES)
def test_no_two_nodes_have_one_key(nodes: list[tuple[str, str]]) -> None:
    assert len({sort_key(*node) for node in nodes}) == len({(folded(name), node) for name, node in nodes})


def test_characters_beyond_the_first_plane_come_after_those_before_it() -> None:
    """In UTF-16 they don't, so that pages once lost some."""
    keys = [sort_key("Same", f"customer:{each}") for each in ("\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff")]

    assert keys == sorted(keys)


def test_a_name_comes_before_those_that_it_begins() -> None:
    assert sort_key("Contoso", "customer:z") < sort_key("Contoso AG", "customer:a") < sort_key("Contosoa", "customer:a")
