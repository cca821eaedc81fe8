"""What holds for every command: its options, its language, its end by Ctrl-C, and that nothing wraps in a pipe."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from intake.columns import COLUMNS
from policy.policy_file import shipped_policy
from policy.terms import Category, Language
from service.command_line import app
from service.commands.language import VARIABLES, language_of
from service.commands.settings_help import GROUPS, described
from service.settings import Settings
from tests.service.vocero import Vocero

NOBODY = "bolt://127.0.0.1:9"
ROOT = Path(__file__).parents[2]
SPEAKING = {"ask", "audit", "topics"}
"""The commands whose answers are texts of the policy."""


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its name as it is typed."""

    def below(name: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - a command of typer
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
            return
        for word, each in inner.items():
            yield from below(f"{name} {word}".strip(), each)

    return below("", typer.main.get_command(app))


def options(command: Any) -> set[str]:  # noqa: ANN401 - the same
    return {option for parameter in command.params for option in parameter.opts}


@pytest.fixture
def vocero(tmp_path: Path) -> Vocero:
    """The command on a server that nobody runs."""
    return Vocero(tmp_path, VOCERO_NEO4J_URI=NOBODY, LANG="C")


def test_every_command_has_json() -> None:
    assert [name for name, command in commands() if "--json" not in options(command)] == []


def test_the_commands_that_speak_have_a_language() -> None:
    assert {name for name, command in commands() if "--language" in options(command)} == SPEAKING


def test_the_version_is_that_of_the_project(vocero: Vocero) -> None:
    done = vocero("--version")

    assert (done.returncode, done.stdout.split()[0]) == (0, "vocero")
    assert f'version = "{done.stdout.split()[1]}"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_a_command_that_is_nearly_one_is_suggested(vocero: Vocero) -> None:
    done = vocero("topic")

    assert done.returncode == 2
    assert "Did you mean 'topics'?" in done.stderr


# topics


def test_topics_are_listed_in_the_order_of_the_policy(vocero: Vocero) -> None:
    told = json.loads(vocero("topics", "--json", "--language", "ES").stdout)

    topics = shipped_policy().topics.values()
    assert [(each["code"], each["category"]) for each in told] == [(topic.code, topic.category) for topic in topics]
    assert [each["name"] for each in told] == [topic.name[Language.ES] for topic in topics]


def test_topics_of_a_category_are_listed_whole_in_a_pipe(vocero: Vocero) -> None:
    lines = vocero("topics", "--category", "billing").stdout.splitlines()[1:]

    wanted = [topic for topic in shipped_policy().topics.values() if topic.category is Category.BILLING]
    assert [line.split()[0] for line in lines] == [topic.code for topic in wanted]
    assert all(topic.description[Language.EN] in line for topic, line in zip(wanted, lines, strict=True))


def test_a_shell_completes_topics() -> None:
    environment = {**os.environ, "_VOCERO_COMPLETE": "complete_bash", "COMP_WORDS": "vocero ask contoso ren", "COMP_CWORD": "3"}
    script = "import sys; sys.argv = ['vocero']; from service.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603

    assert done.stdout.split() == ["renewal"]


# the language


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({}, "EN"),
        ({"LANG": "C.UTF-8"}, "EN"),
        ({"LANG": "es_ES.UTF-8"}, "ES"),
        ({"LANG": "es"}, "ES"),
        ({"LANG": "de_DE.UTF-8"}, "EN"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "es_MX"}, "ES"),
        ({"LANG": "es_ES", "LC_MESSAGES": "en_US.UTF-8"}, "EN"),
        ({"LANG": "es_ES", "LC_ALL": ""}, "ES"),
    ],
)
def test_the_language_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], spoken: str) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert language_of(None) is Language(spoken)
    assert [language_of(each) for each in Language] == list(Language)


# the settings


def test_every_setting_is_in_one_group() -> None:
    assert sorted(name for names in GROUPS.values() for name in names.split()) == sorted(Settings.model_fields)


def test_settings_are_shown_with_their_defaults() -> None:
    lines = dict(line.split(": ", 1) for line in described().split("\n\n") if line.startswith("VOCERO_"))

    assert lines["VOCERO_MOST_DEPTH"].endswith("(default: 20)")
    assert lines["VOCERO_STALENESS"].endswith("(default: 1)")
    assert lines["VOCERO_ACCESS_LOG"].endswith("(default: true)")
    assert lines["VOCERO_NEO4J_USER"].endswith("(default: neo4j)")
    assert lines["VOCERO_POLICY"] == Settings.model_fields["policy"].description
    assert str(Path.home()) not in described()


# a template


def test_a_template_has_the_columns_and_an_example_each(vocero: Vocero, tmp_path: Path) -> None:
    told = json.loads(vocero("load", "--template", tmp_path / "book", "--json").stdout)

    assert told == {"folder": str(tmp_path / "book"), "files": [f"{name}.csv" for name in COLUMNS if name != "versions"]}
    for name in told["files"]:
        header, *rows = (tmp_path / "book" / name).read_text("utf-8").splitlines()
        assert tuple(header.split(",")) == COLUMNS[name.removesuffix(".csv")]
        assert len(rows) == 1


def test_a_template_writes_over_nothing(vocero: Vocero, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("mine")
    done = vocero("load", "--template", tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"`{tmp_path}` holds `customers.csv` already" in done.stderr
    assert (tmp_path / "customers.csv").read_text() == "mine"
    assert not (tmp_path / "partners.csv").exists()


@pytest.mark.parametrize("arguments", [[], ["book", "--template", "other"]])
def test_a_load_is_of_a_folder_or_of_a_template(vocero: Vocero, arguments: list[str]) -> None:
    done = vocero("load", *arguments)

    assert done.returncode == 2
    assert done.stderr == "vocero: give the folder to load, or --template FOLDER for an empty book\n"


# Ctrl-C


@pytest.mark.parametrize("seconds", [0.3, 0.6, 1.0, 1.5, 2.5, 4.0])
@pytest.mark.parametrize("command", ["ask contoso renewal", "serve --port 0"])
def test_ctrl_c_is_quiet_at_any_time(cache: Path, tmp_path: Path, command: str, seconds: float) -> None:
    environment = {**os.environ, "VOCERO_DATA": str(tmp_path / "data"), "VOCERO_CACHE": str(cache)}
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "service", *command.split()],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it: to the service and to its Neo4j
    out, err = process.communicate(timeout=30)

    assert (out, err) == ("", "")
    assert process.returncode in {0, 130, -signal.SIGINT}


def test_a_command_that_starts_a_neo4j_says_so_on_a_terminal(cache: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "VOCERO_DATA": str(tmp_path / "data"), "VOCERO_CACHE": str(cache)}
    process = subprocess.Popen(
        [sys.executable, "-m", "service", "ask", "nobody", "renewal"], cwd=ROOT, env=environment, stderr=theirs, stdout=subprocess.PIPE
    )
    os.close(theirs)
    written = os.read(ours, 65_536).decode()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)

    assert written.startswith("starting Neo4j on ")
    assert out == b""
