from typing import NamedTuple

from graph.revision import Revision
from policy.difference import Difference
from policy.facts import History
from policy.live import version_at
from resolvers.node import Node


class Changed(NamedTuple):
    """
    A difference as an answer shows it.

    communicator, customer: the nodes that it is about
    at:                     the instant of the world that it holds at, microseconds
    rests_on:               the state of the graph that it rests on
    revision:               its token
    """

    difference: Difference
    communicator: Node
    customer: Node
    at: int
    rests_on: Revision
    revision: str


def node_in(history: History, id_: str, known_at: int) -> Node:
    """A node around the customer as it was known then; of one that was not known yet, as it was known first."""
    versions = history.nodes[id_]
    return Node(id_, (version_at(versions, known_at) or versions[-1]).properties)
