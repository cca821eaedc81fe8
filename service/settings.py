from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from graph.address import Address
from graph.space import Space
from policy.errors import BadInput
from service.limit_settings import LimitSettings

COLLECTOR = r"^https?://\S+$"
ORIGIN = r"^(https?://[^/\s*]+|\*)$"
PARENT_BYTES, WORKER_BYTES = 55_000_000, 140_000_000
"""What the processes take with no facts in them."""
LEAST_FACTS = 20_000
PART_OF_ANSWERS = 8
HOST = r"^(\*|(\*\.)?[^/\s*:\[\]]+|\[[0-9A-Fa-f:.]+\])$"


def _words(value: object) -> object:
    return value.split() if isinstance(value, str) else value


class Settings(LimitSettings, BaseSettings):
    """What the environment says: each member is a variable VOCERO_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="VOCERO_", env_ignore_empty=True, extra="ignore")

    neo4j_uri: Annotated[str | None, Field(description="a Neo4j server to use, such as neo4j://host:7687; none = the embedded one")] = None
    neo4j_user: Annotated[str, Field(description="user of that server")] = "neo4j"
    neo4j_password: Annotated[SecretStr, Field(description="its password")] = SecretStr("")
    neo4j_database: Annotated[str, Field(description="its database")] = "neo4j"
    data: Annotated[Path, Field(description="data folder of the embedded Neo4j")] = user_data_path("vocero", appauthor=False)
    cache: Annotated[Path, Field(description="folder for what is fetched once")] = user_cache_path("vocero", appauthor=False)
    index: Annotated[Path | None, Field(description="folder of the local index, on a local disk; none = `index` in the data folder")] = None
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
    auth: Annotated[
        Literal["on", "off"] | None,
        Field(description="on = who asks needs a key or a token; off = anybody on this machine may; unset = on if VOCERO_JWT_* are set"),
    ] = None
    jwt_issuer: Annotated[str | None, Field(description="whose bearer tokens are taken: their claim `iss`")] = None
    jwt_audience: Annotated[str | None, Field(description="whom these have to be for: a value of their claim `aud`")] = None
    jwt_jwks: Annotated[str | None, Field(description="URL or file of the issuer's public keys (JSON Web Key Set)")] = None
    hosts: Annotated[
        list[Annotated[str, Field(pattern=HOST)]],
        NoDecode,
        BeforeValidator(_words),
        Field(
            description="names by which others reach the service, separated by spaces, such as vocero.example *.cluster.example; "
            "* = any; beside localhost; needed beyond loopback"
        ),
    ] = []
    tls_certificate: Annotated[Path | None, Field(description="PEM file of the certificate and its chain; with it https is spoken")] = None
    tls_key: Annotated[Path | None, Field(description="PEM file of its private key, not encrypted")] = None
    trusted_proxies: Annotated[
        list[str],
        NoDecode,
        BeforeValidator(_words),
        Field(description="addresses or networks of proxies whose X-Forwarded-For and -Proto are believed; none = of nobody"),
    ] = []
    access_log: Annotated[bool, Field(description="whether each request leaves a line in the log")] = True
    otlp: Annotated[
        str | None,
        Field(pattern=COLLECTOR, description="OpenTelemetry collector that gets traces, such as http://localhost:4318; none = no traces"),
    ] = None
    decision_log: Annotated[Path | None, Field(description="file for a line about each verdict that is given; none = no such log")] = None
    decision_log_bytes: Annotated[int, Field(ge=10_000, description="size at which a new file of it begins")] = 100_000_000
    decision_log_files: Annotated[int, Field(ge=2, description="how many files of it are kept, for each worker")] = 10
    slow_seconds: Annotated[float, Field(gt=0, description="longest time that a watching client may take to accept one message")] = 10.0
    staleness: Annotated[
        float, Field(ge=0, description="seconds that an answer may be behind the graph where nothing fresher is asked for")
    ] = 1.0
    memory: Annotated[
        int,
        Field(ge=0, description="megabytes that the service may take, all workers together and Neo4j apart; 0 = no facts are remembered"),
    ] = 500
    greatest_age: Annotated[float | None, Field(description="means nothing any more, and is taken until 0.3.0")] = None
    workers: Annotated[int, Field(ge=1, description="processes that answer")] = 1
    read_seconds: Annotated[float, Field(gt=0, description="longest time that one reading of the graph may take")] = 10.0
    write_seconds: Annotated[
        float, Field(gt=0, description="longest time that a change may take, with the wait for others; that of a batch of a load is fixed")
    ] = 30.0
    least_free: Annotated[
        int, Field(ge=0, description="megabytes that are kept free on the disk of the data folder: with less nothing is written, only read")
    ] = 256
    index_least_free: Annotated[
        int | None,
        Field(
            ge=0,
            description="megabytes that are kept free on the disk of the local index: with less it is not written; "
            "none = twice VOCERO_LEAST_FREE",
        ),
    ] = None

    @property
    def asks_who(self) -> bool:
        """Is authentication configured?"""
        return self.auth == "on" or (self.auth is None and any((self.jwt_issuer, self.jwt_audience, self.jwt_jwks)))

    @property
    def index_folder(self) -> Path:
        """Where the local index lies."""
        return self.index or self.data / "index"

    @property
    def index_space(self) -> Space:
        """What is kept free on the disk of the local index, which is given up before the graph is."""
        least = 2 * self.least_free if self.index_least_free is None else self.index_least_free
        return Space(self.index_folder, least << 20, "the disk of the local index")

    @property
    def facts_bytes(self) -> int:
        """What the facts that one worker keeps in memory may take; the index has them all on the disk."""
        return max(LEAST_FACTS, (self.memory * 1_000_000 - PARENT_BYTES) // self.workers - WORKER_BYTES) if self.memory else 0

    def server(self) -> Address | None:
        """The Neo4j server that is named; None = the embedded Neo4j is meant."""
        if self.neo4j_uri is None:
            return None
        return Address(self.neo4j_uri, self.neo4j_user, self.neo4j_password.get_secret_value(), self.neo4j_database)


def read_settings() -> Settings:
    """What the environment says. Raises BadInput."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(f"VOCERO_{'_'.join(str(part) for part in first['loc']).upper()}: {first['msg'].lower()}") from error
