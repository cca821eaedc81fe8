"""Which rule each property of a node is under."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from policy.errors import BadInput
from policy.facts import Property
from policy.values.country import country
from policy.values.key import mpn_ids
from policy.values.text import domain, status, text

RULES: Final[Mapping[str, Callable[[Any], Property]]] = MappingProxyType(
    {
        "name": partial(text, "name"),
        "offer": partial(text, "offer"),
        "type": partial(text, "type"),
        "domain": domain,
        "country": country,
        "status": status,
        "mpnIds": mpn_ids,
    }
)
"""The rules of properties that hold text; every other is one of a closed set."""

CASELESS: Final = frozenset({"domain", "country"})
"""What is compared without case wherever it is looked at: older stores may hold it in capitals."""


def storable(properties: Mapping[str, Property]) -> dict[str, Property]:
    """The properties as they are stored; None, which clears, is what it is. Raises BadInput for the first that can't be taken."""
    return {name: property_of(name, value) for name, value in properties.items()}


def property_of(name: str, value: Property) -> Property:
    """One property as it is stored. Raises BadInput."""
    return value if value is None or name not in RULES else RULES[name](value)


def faults_of(properties: Mapping[str, Property]) -> list[str]:
    """What is wrong with properties as they are stored already: what can't be taken, and what would be stored otherwise."""
    faults = []
    for name, value in properties.items():
        try:
            taken = property_of(name, value)
        except BadInput as error:
            faults.append(str(error))
        except (TypeError, AttributeError):
            faults.append(f"{name} is a {type(value).__name__}, and no value of it")
        else:
            if taken != value and name not in CASELESS:
                faults.append(f"{name} is `{value}`, and would be stored as `{taken}`")
    return faults
