import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Bench
from bench.peers import neo4j_graphql, openfga, spicedb
from bench.peers.rates import rates
from bench.row import Row
from bench.truth import Truth
from graph.address import Address


def compare_on(neo4j: Address, bench: Bench, truth: Truth, rows: Sequence[Row]) -> None:
    """
    Put into the rows what @neo4j/graphql comes to on the service's own graph, if the environment names it.

    raises: WrongAnswers, NotStarted, NotMeasured
    """
    if modules := neo4j_graphql.named():
        bench.say(neo4j_graphql.NAME)
        with tempfile.TemporaryDirectory() as folder, neo4j_graphql.server(modules, Path(folder), neo4j) as url:
            _into(rows, neo4j_graphql.NAME, neo4j_graphql.rates(url, bench, truth, Path(folder)))


def compare_spicedb(bench: Bench, truth: Truth, rows: Sequence[Row]) -> None:
    """The same with SpiceDB. Raises WrongAnswers, NotStarted, NotMeasured."""
    if binary := spicedb.named():
        bench.say(spicedb.SpiceDB.name)
        with tempfile.TemporaryDirectory() as folder, spicedb.spicedb(binary, Path(folder)) as engine:
            _into(rows, engine.name, rates(engine, bench, truth, Path(folder)))


def compare_openfga(bench: Bench, truth: Truth, rows: Sequence[Row]) -> None:
    """The same with OpenFGA. Raises WrongAnswers, NotStarted, NotMeasured."""
    if binary := openfga.named():
        bench.say(openfga.OpenFGA.name)
        with tempfile.TemporaryDirectory() as folder, openfga.openfga(binary, Path(folder)) as engine:
            _into(rows, engine.name, rates(engine, bench, truth, Path(folder)))


COMPARISONS = (compare_spicedb, compare_openfga)
"""One runs at a time, when the service and its Neo4j have ended."""


def _into(rows: Sequence[Row], name: str, found: dict[str, float]) -> None:
    for row in rows:
        if row.name in found:
            row.compared[name] = found[row.name]
