"""Questions asked by callers of every kind, of the schema itself: who they are is not for this room to find out."""

from typing import Any

import orjson

from graph.index.local_index import LocalIndex
from policy.caller import Caller, Role
from policy.policy_file import shipped_policy
from schema.context import Context
from schema.schema import VoceroSchema

POLICY = shipped_policy()
ANALYST = Caller("ana", Role.ANALYST)
OPERATOR = Caller("otto", Role.OPERATOR)


def partner(key: str) -> Caller:
    """A caller that is bound to that partner."""
    return Caller(f"key of {key}", Role.PARTNER, f"partner:{key}")


def customer(key: str) -> Caller:
    """A caller that is bound to that customer."""
    return Caller(f"key of {key}", Role.CUSTOMER, f"customer:{key}")


class Asked:
    """A graph that can be asked as anyone."""

    def __init__(self, index: LocalIndex) -> None:
        self.index = index
        self.graph = index.graph
        self.unexpected: list[BaseException] = []
        self._schema = VoceroSchema(self.unexpected.append)

    async def body(self, caller: Caller, document: str, **variables: object) -> dict[str, Any]:
        """`data` and `errors`, as they would be sent."""
        context = Context(self.index, POLICY, caller)
        result = await self._schema.execute(document, variable_values=variables, context_value=context)
        assert not self.unexpected, self.unexpected
        body = {"data": result.data, "errors": [each.formatted for each in result.errors or ()]}
        read: dict[str, Any] = orjson.loads(orjson.dumps(body))
        return read

    async def data(self, caller: Caller, document: str, **variables: object) -> dict[str, Any]:
        """The `data` alone; an error in the answer fails the test."""
        body = await self.body(caller, document, **variables)
        assert body["errors"] == [], body["errors"]
        data: dict[str, Any] = body["data"]
        return data
