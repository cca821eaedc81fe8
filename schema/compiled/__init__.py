"""
Compiled selections: an executor that completes plain data by functions made once for each document, and all else as graphql-core does.

It knows graphql-core only. Whoever owns the schema says by `Plain` which fields are no more than data.
"""

from schema.compiled.executor import CompiledSelections, compiled
from schema.compiled.inputs import coercion
from schema.compiled.later import Later, Within
from schema.compiled.plain import AtRoot, Attributes, GiveWay, InContext, NotYet, Plain, Read, Shared, WithArguments
from schema.compiled.plans import Plans

__all__ = [
    "AtRoot",
    "Attributes",
    "CompiledSelections",
    "GiveWay",
    "InContext",
    "Later",
    "NotYet",
    "Plain",
    "Plans",
    "Read",
    "Shared",
    "WithArguments",
    "Within",
    "coercion",
    "compiled",
]
