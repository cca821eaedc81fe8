"""Partner Center answers into a real store, where a relationship of which nothing tells the beginning begins with its first load."""

from pathlib import Path

from graph.graph import Graph
from graph.histories import histories_of
from graph.load_batch import Loaded
from graph.store import newest_revision
from policy.facts import Relationship
from policy.instant import written
from policy.policy_file import shipped_policy
from policy.terms import RelationshipType
from resolvers.load_folder import load_book, load_partner_center
from tests.intake.bodies import CUSTOMER, PROVIDER, RESELLER, customer, listed, save, subscription


async def test_what_has_no_beginning_begins_with_its_first_load(graph: Graph, tmp_path: Path) -> None:
    save(tmp_path, a=customer(), b=listed(subscription()))

    await load(graph, tmp_path)

    first = (await newest_revision(graph)).recorded_at
    begins = {each.type: each.valid_from for each in await relationships(graph)}
    assert begins[RelationshipType.RESELLER_FOR] == first
    assert written(begins[RelationshipType.BILLS]) == "2017-04-10T00:00:00Z"


async def test_answers_loaded_twice_change_nothing(graph: Graph, tmp_path: Path) -> None:
    save(tmp_path, a=customer(), b=listed(subscription()))
    await load(graph, tmp_path)
    before = await newest_revision(graph), await relationships(graph)

    again = await load(graph, tmp_path)

    assert (again.nodes, again.relationships, again.rejected, again.revisions) == (0, 0, 0, 0)
    assert (await newest_revision(graph), await relationships(graph)) == before


async def test_later_answers_keep_the_beginning_of_the_first_load(graph: Graph, tmp_path: Path) -> None:
    """They are fetched again every day, with more in them each time."""
    save(tmp_path, a=customer())
    await load(graph, tmp_path)
    (before,) = await relationships(graph)

    save(tmp_path, a=customer(associatedPartnerId=RESELLER), b=listed(subscription()))
    await load(graph, tmp_path)

    after = await relationships(graph)
    assert [each for each in after if each.type == RelationshipType.RESELLER_FOR and each.start == before.start] == [before]
    assert before.start == f"partner:{PROVIDER}"
    assert len(after) > 1


async def test_what_has_ended_meanwhile_does_not_begin_anew_with_an_answer_that_tells_no_beginning(graph: Graph, tmp_path: Path) -> None:
    """The answer may be as old as its first load."""
    save(tmp_path, a=customer())
    (tmp_path / "customers.csv").write_text(f"key,name\n{CUSTOMER},Contoso", "utf-8")
    (tmp_path / "partners.csv").write_text(f"key,name\n{PROVIDER},Fabrikam", "utf-8")
    (tmp_path / "relationships.csv").write_text(
        f"type,from,to,valid_from,valid_to\nRESELLER_FOR,partner:{PROVIDER},customer:{CUSTOMER},2020-01-01,2021-01-01", "utf-8"
    )
    await load_book(graph, tmp_path, tmp_path / "rejected.csv", actor="test", progress=lambda _: None)
    before = await relationships(graph)

    loaded = await load(graph, tmp_path)

    assert (loaded.relationships, loaded.rejected) == (0, 0)
    assert await relationships(graph) == before


async def relationships(graph: Graph) -> list[Relationship]:
    node = f"customer:{CUSTOMER}"
    return sorted((await histories_of(graph, [node])).of[node].relationships)


async def load(graph: Graph, folder: Path) -> Loaded:
    return await load_partner_center(graph, folder, PROVIDER, folder / "rejected.csv", policy=shipped_policy(), actor="test")
