"""
The pictures of docs/screenshots, taken anew: `python -m tests.explorer.screenshots`.

They show the demo world, in few colours so that they stay small.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from PIL import Image

from tests.explorer.explorer import DESK, PHONE, Explorer, browsing, missing
from tests.service.vocero import Vocero

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
COLOURS = 128
TALLEST = 1300


class Shot(NamedTuple):
    """What is on a picture: the state of the page, what has to stand there, the size and the scheme."""

    state: Mapping[str, str]
    text: str
    size: tuple[int, int] = DESK
    scheme: str = "light"


SHOTS: Mapping[str, Shot] = {
    "start": Shot({}, "Partners ("),
    "customer": Shot({"id": "customer:contoso", "who": "operator:microsoft"}, "moved to Microsoft"),
    "customer-dark": Shot({"id": "customer:woodgrove-bank", "who": "operator:microsoft", "lang": "ES"}, "moved to", scheme="dark"),
    "customer-then": Shot({"id": "customer:adventure-works", "who": "partner:litware", "valid": "2026-01-01T00:00:00Z"}, "Expected"),
    "customer-phone": Shot({"id": "customer:contoso", "who": "operator:microsoft"}, "moved to Microsoft", PHONE),
    "partner": Shot({"id": "partner:northwind"}, "30 days before"),
    "subscription": Shot({"id": "subscription:adventure-works-azure"}, "What was recorded"),
    "outreach": Shot({"page": "outreach", "topic": "price-change", "country": "US"}, "senders"),
}


def take(explorer: Explorer, name: str, shot: Shot) -> None:
    """Take one picture."""
    explorer.look(shot.size, shot.scheme).open(**shot.state)
    explorer.wait_for(shot.text)
    if shot.state:
        explorer.wait_for("● live")
    path = FOLDER / f"{name}.png"
    explorer.picture(path)
    with Image.open(path) as image:
        image.convert("RGB").crop((0, 0, image.width, min(image.height, TALLEST))).quantize(COLOURS, dither=Image.Dither.NONE).save(
            path, optimize=True
        )


def main() -> int:
    """Take them all; the exit status."""
    if why := missing():
        sys.stderr.write(f"{why}\n")
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, Vocero(Path(folder)).serving("--demo") as served, browsing() as browser:
        for name, shot in SHOTS.items():
            take(Explorer(browser, served.url), name, shot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
