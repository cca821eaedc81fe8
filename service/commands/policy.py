"""The commands `vocero policy`."""

from pathlib import Path
from typing import Annotated

import typer

from service.commands.console import AsJson, err, say, write_json
from service.commands.exit_status import DONE_IN_PART

policy = typer.Typer(no_args_is_help=True, help="Work on a policy file.")


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
        raise typer.Exit(DONE_IN_PART) from fault
    changed = [name for name, interpretation in found.interpretations.items() if interpretation.changed]
    if as_json:
        counts = {"cells": len(found.table), "topics": len(found.topics)}
        write_json({"file": str(file), "faults": [], **counts, "version": found.version, "changedInterpretations": changed})
        return
    say(f"total: {len(found.table)} cells, {len(found.topics)} topics, version {found.version}")
    say(f"changed interpretations: {', '.join(changed) or 'none'}")


@policy.command()
def upgrade(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a policy file in the form of the first version")],
    as_json: AsJson = False,
) -> None:
    """Write a policy file of the first version anew, with its topics and switched readings; the old one is kept beside it."""
    from policy.errors import Conflict
    from policy.policy_file import PolicyFault, read_policy, upgraded_policy

    try:
        upgraded = upgraded_policy(file)
    except PolicyFault as fault:
        for each in fault.faults:
            say(f"{file}: {each}", err)
        raise typer.Exit(DONE_IN_PART) from fault
    old, lost = file.with_stem(f"{file.stem}-1"), [] if upgraded is None else [f"{row} {column}" for row, column in upgraded.lost]
    if upgraded is not None:
        content = file.read_bytes()
        if old.exists() and old.read_bytes() != content:
            raise Conflict(f"`{old}` is another file, and the old one is to be kept there; move it away")
        old.write_bytes(content)
        part = file.with_name(f"{file.name}.part")
        part.write_text(upgraded.text, encoding="utf-8")
        part.replace(file)
    version = read_policy(file).version
    if as_json:
        write_json({"file": str(file), "old": None if upgraded is None else str(old), "version": version, "notKept": lost})
    elif upgraded is None:
        say(f"{file} has the form of today already; nothing was written")
    else:
        say(f"{file} is written anew, version {version}; the old one is {old}: name it to `vocero replay --policy`")
    for cell in () if as_json else lost:
        say(f"not kept: {cell} was switched, and rests on another reading now; look at the cell")
    if lost:
        raise typer.Exit(DONE_IN_PART)
