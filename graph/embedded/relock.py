"""
Write jars.lock anew: `python -m graph.embedded.relock`, for who raises a version below.

The lock is what users trust, so look through its difference before it is committed.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from jgo.maven import Dependency, MavenContext

from graph.embedded.locked import FILE, Locked

WITH_ALL_THEY_NEED = ("org.neo4j:neo4j:2026.08.1", "org.neo4j:neo4j-bolt:2026.08.1")
ALONE = (
    "org.webjars.npm:cytoscape:3.33.1",
    "org.webjars.npm:graphiql:2.4.7",
    "org.webjars.npm:react:18.2.0",
    "org.webjars.npm:react-dom:18.2.0",
)
HEADER = "# Written by `python -m graph.embedded.relock`: group:artifact:version[:classifier] sha256 size\n"


def relock(path: Path) -> int:
    """How many jars the lock at `path` now names."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(16) as pool:
        maven = MavenContext(repo_cache=Path(folder), timeout=60)
        roots, needed = maven.resolver.resolve([maven.create_dependency(each) for each in WITH_ALL_THEY_NEED])
        kept = [each for each in needed if each.scope in {"compile", "runtime"} and not each.optional]
        alone = [maven.create_dependency(each) for each in ALONE]
        jars = sorted(pool.map(_locked, [*roots, *kept, *alone]))
    names = [jar.file_name for jar in jars]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two jars of one name can't share a folder: {', '.join(sorted(twice))}")
    path.write_text(HEADER + "".join(f"{jar}\n" for jar in jars), "utf-8", newline="\n")
    return len(jars)


def _locked(dependency: Dependency) -> Locked:
    content = dependency.artifact.resolve().read_bytes()
    return Locked(
        dependency.groupId, dependency.artifactId, dependency.version, dependency.classifier, sha256(content).hexdigest(), len(content)
    )


if __name__ == "__main__":
    sys.stderr.write(f"{relock(Path(__file__).with_name(FILE))} jars locked\n")
