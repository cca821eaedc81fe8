"""
Compiled selections: an executor that completes data by functions made once for each document, and all else as graphql-core does.

It knows graphql-core only. Whoever owns the schema says by `SchemaInfo` how its fields are read.
"""

from graphql_compiled.executor import CompiledSelections, compiled
from graphql_compiled.fallbacks import Fallbacks, Mode, NotCompiled
from graphql_compiled.plan_cache import Plans
from graphql_compiled.schema_info import Attributes, ByCore, Call, GiveWay, Read, SchemaInfo
from graphql_compiled.variables import coercion

__all__ = [
    "Attributes",
    "ByCore",
    "Call",
    "CompiledSelections",
    "Fallbacks",
    "GiveWay",
    "Mode",
    "NotCompiled",
    "Plans",
    "Read",
    "SchemaInfo",
    "coercion",
    "compiled",
]
