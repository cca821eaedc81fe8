"""What every filter has in common: a member that is left out asks nothing, and one that is given has to ask something."""

from strawberry import UNSET
from strawberry.types import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from policy.errors import BadInput


class Filter:
    """Base of the inputs whose members all have to hold; each has UNSET as its default, and None once it is left out."""

    def __post_init__(self) -> None:
        """Refuse a null: whoever sends one has no value, and doesn't mean that everything passes. Raises BadInput."""
        for member in get_object_definition(type(self), strict=True).fields:
            value = getattr(self, member.python_name)
            if value is None:
                name = member.graphql_name or to_camel_case(member.python_name)
                raise BadInput(f"`{name}` of a filter is null; give a value, or leave it out")
            if value is UNSET:
                setattr(self, member.python_name, None)
