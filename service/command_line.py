"""The command `vocero`."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from policy.errors import BadInput, Unavailable, VoceroError
from service.check import check_command
from service.commands.console import AsJson, err, out, say, write_json
from service.commands.exit_status import DONE_IN_PART, NOT_REACHABLE, WRONG_USAGE
from service.commands.export import export
from service.commands.group import QuietGroup
from service.commands.language import InLanguage, language_of
from service.commands.policy import policy
from service.commands.settings_help import described
from service.commands.template import write_a_template
from service.commands.topics import completed_topics, topics
from service.commands.version import version
from service.erase_command import erase_command
from service.index_commands import index
from service.key_commands import key
from service.reach import reached_graph, reached_index
from service.recover import recover
from service.settings import Settings, read_settings

app = typer.Typer(no_args_is_help=True, cls=QuietGroup, help="Who may speak to this customer about this topic, and why?")
app.callback()(version)
app.add_typer(export, name="export")
app.add_typer(policy, name="policy")
app.add_typer(key, name="key")
app.add_typer(index, name="index")
app.command()(recover)
app.command()(topics)
app.command(name="check")(check_command)
app.command(name="erase")(erase_command)


def main() -> None:
    """Run the command; an error is one line on standard error and the exit status that formats.md fixes."""
    try:
        app()
    except VoceroError as error:
        _end(error, NOT_REACHABLE if isinstance(error, Unavailable) else WRONG_USAGE if isinstance(error, BadInput) else DONE_IN_PART)


@app.command(name="serve", epilog=described())
def serve_command(
    host: Annotated[str, typer.Option(help="address to listen on; loopback only, unless authentication is configured")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any free one")] = 8000,
    workers: Annotated[int, typer.Option(min=1, envvar="VOCERO_WORKERS", help="processes that answer")] = 1,
    demo: Annotated[bool, typer.Option("--demo", help="load the demo world into the data folder when that is empty")] = False,
    as_json: AsJson = False,
) -> None:
    """Serve GraphQL; without VOCERO_NEO4J_URI on an embedded Neo4j of its own."""
    from graph.embedded import start
    from service.log import configure_logging
    from service.metrics import shared_by
    from service.serve import import_app, listen, serve
    from service.usable import expect_usable, warn_of_old

    os.environ["VOCERO_WORKERS"] = str(workers)  # read by each worker, which has its share of the memory
    settings = read_settings()
    expect_usable(settings)
    listening = listen(host, port, settings)  # before Neo4j, which takes seconds to start
    if workers == 1:
        threading.Thread(target=import_app, daemon=True).start()  # it is needed next, in this same process
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: sys.exit(0))  # so that what follows is undone in order
    own = None if settings.server() else start(settings.data, settings.cache, show_progress=True)
    lost = threading.Event()

    def end() -> None:
        lost.set()
        os.kill(os.getpid(), signal.SIGTERM)

    if own is not None:
        own.keep(end)
    configure_logging()
    warn_of_old(settings)
    try:
        asyncio.run(_prepare(settings, demo=demo))
        with shared_by(workers):
            serve(listening, workers, settings, partial(_say_ready, as_json=as_json))
    finally:
        if own is not None:
            own.stop()
        if lost.is_set():
            raise Unavailable(
                f"its Neo4j ended; `{settings.data / 'logs'}` may say why. Start the service again: the store recovers by itself"
            )


def _say_ready(address: str, *, as_json: bool) -> None:
    if as_json:
        write_json({"graphql": f"{address}/graphql", "explorer": f"{address}/"})
    else:
        say(f"Vocero is ready: {address}/graphql (explorer: {address}/)")


async def _prepare(settings: Settings, *, demo: bool) -> None:
    async with reached_graph(settings) as graph:
        if demo:
            from service.files import load_demo

            say(await load_demo(graph), err)


@app.command()
def load(
    folder: Annotated[Path | None, typer.Argument(help="folder of a book, or of saved responses")] = None,
    partner_center: Annotated[bool, typer.Option("--partner-center", help="the folder holds Partner Center responses")] = False,
    billed_by: Annotated[str | None, typer.Option(help="key of the partner whose token fetched them")] = None,
    rejected: Annotated[Path | None, typer.Option(help="where rejected rows go; FOLDER/rejected.csv unless given")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would be loaded and rejected, and change nothing")] = False,
    template: Annotated[Path | None, typer.Option(help="load nothing: write an empty book there, with its columns and an example")] = None,
    as_json: AsJson = False,
) -> None:
    """Load a book, or saved Partner Center responses; exits 1 if any row was rejected."""
    from intake.book import files_of
    from service.files import Order
    from service.load import load as load_folder

    if (folder is None) == (template is None):
        raise BadInput("give the folder to load, or --template FOLDER for an empty book")
    if template is not None:
        write_a_template(template, as_json=as_json)
    if folder is None:
        return
    if partner_center != (billed_by is not None):
        raise BadInput("--partner-center and --billed-by KEY go together: the responses don't name the partner that fetched them")
    if not partner_center:
        files_of(folder)  # no Neo4j is started for a folder that holds no book
    order = Order(folder, rejected or folder / "rejected.csv", billed_by, dry_run)

    async def work(settings: Settings) -> bool:
        loaded = await load_folder(settings, order, err)
        done, were = ("would be loaded", "would be") if dry_run else ("loaded", "were")
        if as_json:
            write_json({**loaded._asdict(), "rejectedFile": str(order.rejected) if loaded.rejected else None, "dryRun": dry_run})
            return loaded.rejected == 0
        say(f"{loaded.nodes} nodes and {loaded.relationships} relationships {done}, {loaded.unchanged} rows were there already")
        if loaded.rejected:
            say(f"{loaded.rejected} rows {were} rejected; {order.rejected} says why")
        return loaded.rejected == 0

    if not _run(work):
        raise typer.Exit(DONE_IN_PART)


@app.command(name="ask")
def ask_command(
    customer: Annotated[str, typer.Argument(help="its id, key, name or domain")],
    topic: Annotated[str, typer.Argument(help="a topic, such as renewal; `vocero topics` lists them", autocompletion=completed_topics)],
    communicator: Annotated[str | None, typer.Option(help="a partner or operator, by id, key, name or MPN id: may this one?")] = None,
    scope: Annotated[str | None, typer.Option(help="one of the customer's subscriptions or agreements, by id, key or offer")] = None,
    valid_at: Annotated[str | None, typer.Option(help="the instant asked about, such as 2026-06-01T08:30:00Z; now unless given")] = None,
    known_at: Annotated[str | None, typer.Option(help="as the service knew it at this instant")] = None,
    language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Who may speak to this customer about this topic, and why; with --communicator, whether that one may."""
    from service.ask import Asked, ask, show
    from service.times import instant_given
    from service.usable import policy_of

    asked = Asked(customer, topic, communicator, scope, instant_given(valid_at), instant_given(known_at), language_of(language))

    async def work(settings: Settings) -> object:
        async with reached_index(settings) as local:
            return await ask(local, policy_of(settings), asked)

    answer = _run(work)
    if as_json:
        write_json(answer)
    else:
        show(answer, asked.language, out)


@app.command(name="audit")
def audit_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV of communicator,customer,topic,scope,at,reference")],
    language: InLanguage = None,
    as_json: Annotated[bool, typer.Option("--json", help="print every row, as one JSON object a line")] = False,
) -> None:
    """Find the messages of a file that should not have been sent; exits 1 if there are any, or some that can't be judged."""
    from intake.columns import AUDIT
    from intake.csv_rows import check_csv
    from service.audit import audit, show_audit, write_audit
    from service.usable import policy_of

    check_csv(file, AUDIT)  # no Neo4j is started for a file of something else

    async def work(settings: Settings) -> bool:
        async with reached_index(settings) as local:
            rows = audit(local, policy_of(settings), file)
            spoken = language_of(language)
            return await (write_audit(rows, spoken, sys.stdout) if as_json else show_audit(rows, spoken, out))

    if not _run(work):
        raise typer.Exit(DONE_IN_PART)


@app.command(name="replay")
def replay_command(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="files of the decision log")],
    policies: Annotated[
        list[Path] | None,
        typer.Option("--policy", exists=True, dir_okay=False, help="a policy file that decided some of it; beside those that are shipped"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print each difference, and the sum, as one JSON object a line")] = False,
) -> None:
    """Ask again what the decision log holds, as of then, each line by the policy that decided it; exits 1 if any answer differs."""
    from policy.policy_file import first_policy, read_policy_of_any_form, shipped_policy
    from service.replay import replay, report_replay
    from service.usable import policy_of

    async def work(settings: Settings) -> bool:
        named = [read_policy_of_any_form(file) for file in policies or ()]
        known = [shipped_policy(), first_policy(), policy_of(settings), *named]
        async with reached_index(settings) as local:
            return await report_replay(replay(local, known, files), say, as_json=as_json)

    if not _run(work):
        raise typer.Exit(DONE_IN_PART)


@app.command()
def fetch(as_json: AsJson = False) -> None:
    """Bring everything that the service needs from the network beforehand, for an image or a closed network."""
    from graph.embedded import fetch as fetch_jars

    settings = read_settings()
    fetch_jars(settings.cache, show_progress=True)
    if as_json:
        write_json({"cache": str(settings.cache)})
    else:
        say(f"everything is in {settings.cache}")


def _run(work: Callable[[Settings], Coroutine[Any, Any, Any]]) -> Any:  # noqa: ANN401 - whatever the work returns
    return asyncio.run(work(read_settings()))


def _end(error: VoceroError, status: int) -> None:
    say(f"vocero: {error}", err)
    sys.exit(status)


if __name__ == "__main__":
    main()
