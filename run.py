"""
All the set-up there is, for a fresh machine with Python 3.11 or newer.

    python3 run.py                  make .venv, install what is locked, and serve the demo world
    python3 run.py tests            the same, then every check that CI makes
    python3 run.py tests ARGUMENTS  the same, then pytest alone with these arguments, such as
                                    --pure for every test that needs no Neo4j, or tests/policy -k WORD for a part
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE / ".venv"
PROGRAMS = FOLDER / ("Scripts" if os.name == "nt" else "bin")
STYLE = (("ruff", "check"), ("ruff", "format", "--check"))
TYPES = ("mypy", ".")
TESTS = ("pytest", "-q", "-rs", "--durations=25", "--numprocesses=3", "--dist=loadfile", "--no-loadscope-reorder")


def main(arguments: list[str]) -> int:
    """Set up, then serve or test; the exit status."""
    if sys.version_info < (3, 11):
        return _refused(f"this is Python {sys.version.split()[0]}; Vocero needs 3.11 or newer")
    if arguments[:1] not in ([], ["tests"]):
        return _refused(f"unknown: {' '.join(arguments)}; run it without arguments, or with `tests`")
    try:
        return _tests(arguments[1:]) if arguments else _serve()
    except subprocess.CalledProcessError as error:
        return _refused(f"the set-up failed (its words are above); with a network it can be run again: {error}")


def _tests(arguments: list[str]) -> int:
    _install("dev.txt")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # tests start many processes, and each would compile the project anew
    if arguments:
        return _run(*TESTS, *arguments)
    if status := next((status for check in STYLE if (status := _run(*check))), 0):
        return status
    with subprocess.Popen(_command(*TYPES), cwd=HERE, stdout=subprocess.PIPE, text=True) as types:  # beside the tests, which wait at times
        tests = _run(*TESTS)
        said, _ = types.communicate()
    print(said, end="")
    return tests or types.returncode


def _serve() -> int:
    _install("lock.txt")
    return _run("vocero", "serve", "--demo")


def _install(lock: str) -> None:
    """Install what the lock names, unless that was done already."""
    content = (HERE / "requirements" / lock).read_bytes() + (HERE / "pyproject.toml").read_bytes()
    mark = FOLDER / f"installed-{lock}-{hashlib.sha256(content).hexdigest()[:16]}"
    if mark.exists():
        return
    if not PROGRAMS.exists():
        venv.create(FOLDER, with_pip=True)
    pip = (PROGRAMS / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    subprocess.run([*pip, "--require-hashes", "-r", HERE / "requirements" / lock], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", HERE], check=True)
    mark.touch()


def _run(program: str, *arguments: str) -> int:
    command = _command(program, *arguments)
    if program == "vocero" and os.name != "nt":
        os.execv(command[0], command)  # so that signals reach the service itself
    return subprocess.run(command, cwd=HERE, check=False).returncode


def _command(program: str, *arguments: str) -> list[str]:
    return [str(PROGRAMS / program), *arguments]


def _refused(reason: str) -> int:
    print(f"run.py: {reason}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
