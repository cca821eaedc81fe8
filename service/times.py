from policy.instant import written
from policy.values.instant import instant_from


def instant_given(text: str | None) -> str | None:
    """The instant of a command's option in RFC 3339; without a zone it is UTC. Raises BadDate."""
    return None if text is None else written(instant_from(text))
