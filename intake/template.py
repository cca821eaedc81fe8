"""An empty book: every file that people write themselves, with its columns and one row as an example."""

import csv
from pathlib import Path
from types import MappingProxyType

from intake.columns import COLUMNS
from policy.errors import BadInput

EXAMPLES = MappingProxyType(
    {
        "customers": {"key": "example-customer", "name": "Example Customer", "domain": "example.com", "country": "ES", "cloud": "PUBLIC"},
        "partners": {"key": "example-partner", "name": "Example Partner", "country": "ES", "mpn_ids": "1234567 7654321"},
        "subscriptions": {"key": "example-subscription", "offer": "Microsoft 365 E3", "status": "active", "consumption": "false"},
        "agreements": {"key": "example-agreement", "type": "MicrosoftCustomerAgreement", "channel": "CSP"},
        "relationships": {
            "type": "BILLS",
            "from": "partner:example-partner",
            "to": "subscription:example-subscription",
            "valid_from": "2026-01-01T00:00:00Z",
            "source": "example",
        },
    }
)
"""Cells of the example; a column that is not here is empty. `versions` is written by exports, not by people."""


def write_template(folder: Path) -> list[str]:
    """
    Write the files into a folder, which is made if it is not there; their names.

    raises: BadInput where one of them is there already, or the folder can't be written
    """
    paths = {name: folder / f"{name}.csv" for name in EXAMPLES}
    if there := [path.name for path in paths.values() if path.exists()]:
        raise BadInput(f"`{folder}` holds {', '.join(f'`{name}`' for name in there)} already; name an empty folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in paths.items():
            with path.open("x", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS[name], restval="")
                writer.writeheader()
                writer.writerow(EXAMPLES[name])
    except OSError as error:
        raise BadInput(f"can't write to `{folder}` ({error.strerror}); name a folder that can be written") from error
    return [path.name for path in paths.values()]
