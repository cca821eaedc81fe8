"""Which values can be looked at without any code of theirs being run, told by their classes."""

from decimal import Decimal
from types import MemberDescriptorType, NoneType
from uuid import UUID

from graphql.pyutils import Undefined

MOST_KEPT = 1000
"""How many classes are remembered in one place; of more, each is looked at anew."""

DATA = frozenset({str, int, float, bool, Decimal, UUID})
"""Classes of single values, of which no code of anyone's is run whatever is done with them."""

_GENERIC = tuple(vars(each).get("__getattribute__") for each in (object, str, int))
_TELLING = ("__getattr__", "__await__", "__call__")
_ABSENT = (NoneType, type(Undefined))


def is_inert(class_: type) -> bool:
    """Are its instances values that graphql-core takes as they are: not None, no errors, not awaitable, not called, not another's guise?"""
    bases = class_.__mro__
    return (
        class_ not in _ABSENT
        and BaseException not in bases
        and not any(name in vars(base) for base in bases for name in _TELLING)
        and not any("__class__" in vars(base) for base in bases if base is not object)
        and all(vars(base)["__getattribute__"] in _GENERIC for base in bases if "__getattribute__" in vars(base))
    )


def is_data(class_: type, attribute: str) -> bool:
    """Is the attribute, where instances have it, data of theirs: no property, method, or the like?"""
    found = next((vars(base)[attribute] for base in class_.__mro__ if attribute in vars(base)), None)
    return isinstance(found, MemberDescriptorType) or not hasattr(type(found), "__get__")
