from functools import cache

from strawberry.schema.name_converter import NameConverter
from strawberry.utils.str_converters import to_camel_case

_camel_case = cache(to_camel_case)


class Names(NameConverter):
    """Strawberry's names, each worked out once: it asks for them with every argument of every operation."""

    def apply_naming_config(self, name: str) -> str:
        """The name in the API of a name in Python."""
        return _camel_case(name) if self.auto_camel_case else name
