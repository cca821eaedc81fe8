"""What is changed elsewhere shows within two seconds, on every page, without a reload."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.explorer.conftest import World
from tests.explorer.explorer import Explorer
from tests.service.asking import on_server
from tests.service.vocero import Vocero

SECONDS = 2.0
SLOW = 3
"""How many times as long a change may take to show where the machine has other work."""
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).isoformat()


@pytest.fixture
def watching(explorer: Explorer) -> Iterator[Explorer]:
    """Whatever page it opens has to stay the same document."""
    yield explorer
    assert explorer.run("return window.sameDocument")


def opened(explorer: Explorer, **state: str) -> None:
    """A page that is up to date by itself."""
    explorer.open(**state)
    explorer.wait_for("● live", ".live")
    explorer.run("window.sameDocument = true")


def start(type_: str, from_: str, to: str) -> str:
    return f'{{start: {{type: {type_}, from: "{from_}", to: "{to}", validFrom: "{YESTERDAY}"}}}}'


def sold(key: str, name: str, biller: str) -> str:
    """A new customer in Portugal with a subscription that somebody bills."""
    return f"""{{putCustomer: {{key: "{key}", name: "{name}", country: "PT"}}}},
        {{putSubscription: {{key: "{key}", offer: "Visio Plan 2"}}}},
        {start("HOLDS", f"customer:{key}", f"subscription:{key}")}, {start("BILLS", biller, f"subscription:{key}")}"""


def test_a_customers_page_shows_a_transfer_and_tells_what_it_changed(watching: Explorer, world: World) -> None:
    opened(watching, id="customer:munsons-pickles")
    watching.click(".in-words summary")
    moved = 'subscriptions: ["subscription:munsons-pickles-business-central"], to: "partner:fabrikam", completedAt: "2026-01-15T00:00:00Z"'
    world.apply("live", f"{{transferBilling: {{{moved}}}}}")

    assert watching.wait_for("Expected", "[id='strip-partner:fabrikam']") < SLOW * SECONDS
    watching.wait_for("Fabrikam: Not stated → Expected", "#said")
    watching.wait_for("Fabrikam bills Dynamics 365 Business Central Essentials", ".in-words")


def test_a_partners_page_shows_a_new_customer_and_a_new_reseller(watching: Explorer, world: World) -> None:
    opened(watching, id="partner:adatum")
    world.apply("won", sold("live-won", "Azulejos Live", "partner:adatum"))

    assert watching.wait_for("Azulejos Live", "tbody") < SLOW * SECONDS
    watching.wait_for("Azulejos Live: Not stated → Expected", "#said")
    watching.wait_for("Azulejos Live", ".changes")

    world.apply("reseller", start("PROVIDES_FOR", "partner:adatum", "partner:litware"))

    assert watching.wait_for("Litware", ".names") < 2 * SLOW * SECONDS  # what follows at once waits for a moment


def test_an_outreach_shows_another_sender(watching: Explorer, world: World) -> None:
    opened(watching, page="outreach", topic="renewal", name="Lisboa Live")

    assert watching.text(".sum").startswith("0 customers")

    world.apply("sender", sold("live-sender", "Lisboa Live", "partner:proseware"))

    assert watching.wait_for("1 customers: 1 senders", ".sum") < SLOW * SECONDS
    assert "Proseware" in watching.text(".outreach")


def test_a_subscriptions_page_shows_who_resells_it(watching: Explorer, world: World) -> None:
    world.apply("subscription", sold("live-sub", "Porto Live", "partner:litware"))
    opened(watching, id="subscription:live-sub")
    world.apply("resold", start("RESELLS", "partner:fabrikam", "subscription:live-sub"))

    assert watching.wait_for("Resold by Fabrikam", "dl") < SLOW * SECONDS
    assert any("Fabrikam resells Visio Plan 2" in each for each in watching.texts(".records tr"))


def test_after_the_service_was_gone_the_page_goes_on_and_has_missed_nothing(watching: Explorer, world: World, tmp_path: Path) -> None:
    """A second service on the same Neo4j is killed, and comes back on its port."""
    vocero = Vocero(tmp_path, **on_server(world.neo4j), VOCERO_AUTH="on")
    with vocero.serving() as served:
        page = Explorer(watching.browser, served.url).sign_in(world.operator)
        opened(page, id="customer:woodgrove-bank")
        served.process.kill()
        page.wait_for("○ reconnecting…", ".live")
    world.apply("meanwhile", '{putCustomer: {key: "woodgrove-bank", name: "Woodgrove & Sons"}}')
    with vocero.serving("--port", str(served.client.base_url.port)):
        page.wait_for("Woodgrove & Sons", "h1")
        page.wait_for("● live", ".live")
    world.apply("again", '{putCustomer: {key: "woodgrove-bank", name: "Woodgrove Bank"}}')

    assert [each for each in page.complaints() if "WebSocket" not in each and "ERR_CONNECTION" not in each] == []
