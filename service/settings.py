from pathlib import Path
from typing import Annotated

from platformdirs import user_cache_path, user_data_path
from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from graph.address import Address

ORIGIN = r"^(https?://[^/\s*]+|\*)$"


def _words(value: object) -> object:
    return value.split() if isinstance(value, str) else value


class Settings(BaseSettings):
    """What the environment says: each member is a variable VOCERO_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="VOCERO_", env_ignore_empty=True, extra="ignore")

    neo4j_uri: Annotated[str | None, Field(description="a Neo4j server to use, such as neo4j://host:7687; none = the embedded one")] = None
    neo4j_user: Annotated[str, Field(description="user of that server")] = "neo4j"
    neo4j_password: Annotated[SecretStr, Field(description="its password")] = SecretStr("")
    neo4j_database: Annotated[str, Field(description="its database")] = "neo4j"
    data: Annotated[Path, Field(description="data folder of the embedded Neo4j")] = user_data_path("vocero", appauthor=False)
    cache: Annotated[Path, Field(description="folder for what is fetched once")] = user_cache_path("vocero", appauthor=False)
    policy: Annotated[Path | None, Field(description="a policy file in place of the shipped policy")] = None
    trusted_documents: Annotated[
        Path | None, Field(description="a manifest of Apollo's or Relay's form: only its documents are answered; none = any document")
    ] = None
    cors_origins: Annotated[
        list[Annotated[str, Field(pattern=ORIGIN)]],
        NoDecode,
        BeforeValidator(_words),
        Field(description="origins of pages that may ask from a browser, separated by spaces, such as https://app.example; none = our own"),
    ] = []
    slow_seconds: Annotated[float, Field(gt=0, description="longest time that a watching client may take to accept one message")] = 10.0
    read_seconds: Annotated[float, Field(gt=0, description="longest time that one reading of the graph may take")] = 10.0

    def server(self) -> Address | None:
        """The Neo4j server that is named; None = the embedded Neo4j is meant."""
        if self.neo4j_uri is None:
            return None
        return Address(self.neo4j_uri, self.neo4j_user, self.neo4j_password.get_secret_value(), self.neo4j_database)


def described() -> str:
    """Every setting with what it means, for the command's help."""
    lines = [f"VOCERO_{name.upper()}: {field.description}" for name, field in Settings.model_fields.items()]
    return "Settings come from the environment.\n\n" + "\n\n".join(lines)
