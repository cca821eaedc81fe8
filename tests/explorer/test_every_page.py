"""What holds of every page: accessible, small, strict, and fit for a phone."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest
from selenium.webdriver import Keys

from tests.explorer.explorer import PHONE, Explorer

MOST_BYTES = 200_000
PAGES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "start": {},
        "customer": {"id": "customer:woodgrove-bank", "who": "operator:microsoft"},
        "past": {
            "id": "customer:adventure-works",
            "who": "partner:litware",
            "valid": "2026-01-01T00:00:00Z",
            "open": "BILLING",
            "lang": "ES",
        },
        "large": {"id": "customer:trade-fair"},
        "partner": {"id": "partner:northwind"},
        "subscription": {"id": "subscription:adventure-works-azure"},
        "outreach": {"page": "outreach"},
        "nobody": {"id": "customer:nobody"},
    }
)
WHOLE: Mapping[str, str] = MappingProxyType(
    {
        "customer": "What the policy says",
        "past": "What the policy says",
        "large": "Reseller Number 12",
        "partner": "What changed in 30 days",
    }
)

pages = pytest.mark.parametrize("page", PAGES)


def opened(explorer: Explorer, page: str) -> Explorer:
    explorer.open(**PAGES[page])
    explorer.wait_for(WHOLE.get(page, ""))
    return explorer


@pages
def test_axe_has_nothing_against_a_page_in_light_and_dark(explorer: Explorer, axe: str, page: str) -> None:
    light = opened(explorer, page).violations(axe)
    dark = explorer.look(scheme="dark").violations(axe)

    assert (light, dark) == ([], [])


def test_axe_has_nothing_against_the_sign_in(explorer: Explorer, axe: str) -> None:
    explorer.sign_in(None)
    explorer.browser.get(explorer.url)
    explorer.wait_for("API key or token")

    assert explorer.violations(axe) == []


@pages
def test_a_page_fits_a_phone(explorer: Explorer, page: str) -> None:
    opened(explorer.look(PHONE), page)

    assert explorer.run("return document.documentElement.scrollWidth") <= PHONE[0]


def test_a_page_is_ready_with_less_than_200_kb_of_ours(explorer: Explorer) -> None:
    explorer.browser.execute_cdp_cmd("Network.clearBrowserCache", {})
    opened(explorer, "customer")
    script = """return performance.getEntries().filter(each => each.entryType === 'navigation' || each.name.includes('/assets/explorer/'))
        .map(each => each.encodedBodySize)"""
    sizes = explorer.run(script)

    assert len(sizes) > 10
    assert 10_000 < sum(sizes) < MOST_BYTES


def test_everything_is_reached_and_done_by_keyboard(explorer: Explorer) -> None:
    explorer.open()
    explorer.tab_to("find-text")
    explorer.press("contoso")
    explorer.wait_for("Contoso", "#find-list")
    explorer.press(Keys.ENTER)
    explorer.wait_for("Prohibited", ".strip")
    explorer.tab_to("unfold")
    explorer.press(Keys.TAB, Keys.TAB, Keys.TAB, Keys.TAB, Keys.TAB)
    explorer.tab_to("cell-renewal-partner:fabrikam")
    explorer.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_RIGHT)

    assert explorer.focused == "cell-incident-operator:microsoft"

    explorer.press(Keys.ENTER)
    explorer.wait_for("Microsoft about service incidents", "#answer")

    assert explorer.focused == "cell-incident-operator:microsoft"

    explorer.tab_to("spot-partner:northwind")
    explorer.press(Keys.ENTER)
    explorer.wait_for("customers to contact")

    assert explorer.text("h1") == "Northwind Traders"
    assert explorer.focused == "main"


def test_graphiql_has_a_page_of_its_own(explorer: Explorer) -> None:
    explorer.browser.get(f"{explorer.url}/graphiql")
    explorer.wait_for("WhoMaySpeak", ".graphiql-container")
    explorer.complaints()  # it runs without a credential here: what the service refuses it logs
