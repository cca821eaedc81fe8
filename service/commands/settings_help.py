"""The settings as `vocero serve --help` shows them: in groups, each with what it means and its default."""

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from service.settings import Settings

GROUPS = MappingProxyType(
    {
        "Data": "data cache index neo4j_uri neo4j_user neo4j_password neo4j_database least_free index_least_free policy",
        "Who may ask": "auth jwt_issuer jwt_audience jwt_jwks hosts cors_origins trusted_documents tls_certificate tls_key trusted_proxies",
        "Memory and age": "workers memory staleness greatest_age",
        "Time": "operation_seconds read_seconds write_seconds body_seconds connection_init_seconds slow_seconds",
        "Rates and connections": "rate attempts most_watches most_watches_in_all most_connections most_connections_in_all "
        "most_new_connections most_messages",
        "Size of requests": "most_body most_document most_tokens most_depth most_fields most_root_fields most_aliases most_directives "
        "most_fragments most_repeats most_values most_listed most_nesting most_cost most_bound_cost",
        "What is shown": "introspection explorer",
        "Logs and traces": "access_log decision_log decision_log_bytes decision_log_files otlp",
    }
)


def described() -> str:
    """Every setting, for the end of the command's help."""
    first = "Settings come from the environment. One without a default is unset."
    return "\n\n".join([first, *(paragraph for title, names in GROUPS.items() for paragraph in (f"{title}:", *_lines(names)))])


def _lines(names: str) -> Iterator[str]:
    for name in names.split():
        field = Settings.model_fields[name]
        yield f"VOCERO_{name.upper()}: {field.description}{_default(field)}"


def _default(field: FieldInfo) -> str:
    """The default as it is written in the environment; nothing where it is unset."""
    value: Any = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    match value:
        case None | "" | []:
            return ""
        case bool():
            return f" (default: {str(value).lower()})"
        case float():
            return f" (default: {value:g})"
        case Path() if value.is_relative_to(Path.home()):
            return f" (default: ~/{value.relative_to(Path.home()).as_posix()})"
    return f" (default: {value})"
