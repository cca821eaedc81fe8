"""Where objects stand in an answer: what completes one is found by its class."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NoReturn

from graphql import GraphQLAbstractType, GraphQLObjectType, is_object_type

from graphql_compiled.inert_classes import MOST_KEPT, is_data, is_inert
from graphql_compiled.leaves import Unfit
from graphql_compiled.schema_info import SchemaInfo


class Selection:
    """
    Fields of one object type.

    attributes: the names of those that are read off the object
    make:       builds what completes them, when an object is met
    """

    def __init__(self, attributes: tuple[str, ...], make: Callable[[], Any]) -> None:
        self.attributes = attributes
        self._make = make

    @cached_property
    def complete(self) -> Any:  # noqa: ANN401 - Complete, or the steps of one member
        """What completes such an object."""
        return self._make()


class Place(dict[type, Any]):
    """
    The functions by the class of the object.

    selection_of: of a class; None where only graphql-core knows
    """

    def __init__(self, selection_of: Callable[[type], Selection | None]) -> None:
        super().__init__()
        self._selection_of = selection_of

    def __missing__(self, class_: type) -> Any:  # noqa: ANN401 - the same
        complete = self._found(class_) or refuse
        if len(self) < MOST_KEPT:
            self[class_] = complete
        return complete

    def _found(self, class_: type) -> Any:  # noqa: ANN401 - the same
        selection = self._selection_of(class_) if is_inert(class_) else None
        if selection is None or not all(is_data(class_, attribute) for attribute in selection.attributes):
            return None
        return selection.complete


def place_of(type_: GraphQLObjectType | GraphQLAbstractType, selections: Mapping[str, Selection], info: SchemaInfo) -> Place:
    """
    The place of values of a type.

    selections: of those of its object types whose fields can all be compiled
    """
    if is_object_type(type_) and type_.is_type_of is None:
        return Place(lambda _: selections.get(type_.name))
    return Place(lambda class_: selections.get(info.type_of(type_, class_) or ""))


def refuse(value: Any) -> NoReturn:  # noqa: ANN401 - whatever it is
    """Raises Unfit; an error that stands for a value is raised itself."""
    raise value if isinstance(value, Exception) else Unfit(type(value))
