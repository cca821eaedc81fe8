from graph.ids import kind_of


def unknown(node: str) -> str:
    """Why a row that names this node can't be taken."""
    return f"no {kind_of(node)} `{node}` in the graph or in what was loaded before; load it first, or mend the id"
