from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import NamedTuple, Self

FILE = "jars.lock"


class Locked(NamedTuple):
    """One jar of the lock: which it is, what its bytes hash to, how many they are."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    size: int

    @property
    def file_name(self) -> str:
        """The name of the jar in a repository and in the cache; no two of the lock share one."""
        return "-".join(filter(None, (self.artifact, self.version, self.classifier))) + ".jar"

    @property
    def path(self) -> PurePosixPath:
        """Where a Maven repository keeps it."""
        return PurePosixPath(*self.group.split("."), self.artifact, self.version, self.file_name)

    @property
    def is_webjar(self) -> bool:
        """Whether it holds a library for pages rather than for the JVM."""
        return self.group == "org.webjars.npm"

    def __str__(self) -> str:
        coordinate = ":".join(filter(None, (self.group, self.artifact, self.version, self.classifier)))
        return f"{coordinate} {self.sha256} {self.size}"

    @classmethod
    def parse(cls, line: str) -> Self:
        """The jar of one line `group:artifact:version[:classifier] sha256 size`."""
        coordinate, sha256, size = line.split()
        group, artifact, version, *classifier = coordinate.split(":")
        return cls(group, artifact, version, "".join(classifier), sha256, int(size))


@cache
def locked() -> tuple[Locked, ...]:
    """Every jar of the lock, in the order of the class path."""
    text = files("graph.embedded").joinpath(FILE).read_text("utf-8")
    return tuple(Locked.parse(line) for line in text.splitlines() if line and not line.startswith("#"))
