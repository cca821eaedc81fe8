"""The commands `vocero policy`."""

from pathlib import Path
from typing import Annotated

import typer

from service.commands.console import AsJson, err, say, write_json

FAULTY = 1

policy = typer.Typer(no_args_is_help=True, help="Work on a policy file.")


@policy.callback()
def _policy() -> None:
    """Keep `check` a command of its own, while it is the only one."""


@policy.command()
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a policy file in the form of the shipped policy.toml")],
    as_json: AsJson = False,
) -> None:
    """Validate a policy file; exits 1 with every fault, line by line."""
    from policy.policy_file import PolicyFault, read_policy

    try:
        found = read_policy(file)
    except PolicyFault as fault:
        if as_json:
            write_json({"file": str(file), "faults": [each._asdict() for each in fault.faults]})
        else:
            for each in fault.faults:
                say(f"{file}: {each}", err)
        raise typer.Exit(FAULTY) from fault
    changed = [name for name, interpretation in found.interpretations.items() if interpretation.changed]
    if as_json:
        counts = {"cells": len(found.table), "topics": len(found.topics)}
        write_json({"file": str(file), "faults": [], **counts, "version": found.version, "changedInterpretations": changed})
        return
    say(f"total: {len(found.table)} cells, {len(found.topics)} topics, version {found.version}")
    say(f"changed interpretations: {', '.join(changed) or 'none'}")
