"""A partner's page, the outreach page, and who sees what of them."""

import csv
import time
from pathlib import Path

import pytest

from tests.explorer.conftest import World
from tests.explorer.explorer import Explorer


def test_a_partners_page_says_whom_it_may_contact_and_with_whom_it_works(explorer: Explorer) -> None:
    explorer.open(id="partner:northwind")
    explorer.wait_for("What changed in 30 days")

    assert explorer.text("h2").startswith("55 customers to contact about")
    assert explorer.texts(".names li") == ["Datos del Sur", "Fabrikam", "Proseware"]
    assert explorer.texts(".counts tr")[1:4] == ["Subscription 55 55", "Acquisition 55 55", "Billing 56 55"]
    assert len(explorer.texts(".list:not(.counts) tbody tr")) == 50

    explorer.click("main button")
    explorer.wait(lambda: len(explorer.texts(".list:not(.counts) tbody tr")) == 55)


def test_a_partners_page_says_what_changed_in_a_month_and_why(explorer: Explorer) -> None:
    """A transfer took Southridge Video from Northwind a week ago; the last invoice is still to be sent."""
    explorer.open(id="partner:northwind")
    explorer.wait_for("What changed in 30 days")
    changes = explorer.texts(".changes li")

    assert explorer.texts("[aria-labelledby=month-title] h3") == ["New customers (1)", "Other permissions (1)"]
    assert changes[0].startswith("Transportes La Cañada: not permitted → ○ Permitted")
    assert "Northwind Traders bills Microsoft 365 Copilot" in changes[0]
    assert changes[1].startswith("Southridge Video: ● Expected → not permitted (Subscription, ")
    assert "● Expected → ○ Permitted (Billing)" in changes[1]
    assert "Northwind Traders no longer bills Microsoft 365 Business Standard" in changes[1]


def test_each_group_of_an_outreach_is_downloaded_as_csv(explorer: Explorer, tmp_path: Path) -> None:
    explorer.browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    explorer.open(page="outreach", topic="price-change", country="US")
    explorer.wait_for("42 customers: 7 senders, ")
    explorer.click("[id='csv-partner:proseware']")
    explorer.wait((tmp_path / "price-change-partner-proseware.csv").exists)
    explorer.click("#csv-uncovered")
    explorer.wait((tmp_path / "price-change-uncovered.csv").exists)
    time.sleep(0.2)
    group, uncovered = (rows(tmp_path / f"price-change-{name}.csv") for name in ("partner-proseware", "uncovered"))

    assert len(group) == 12
    assert {each["country"] for each in group} == {"US"}
    assert [each["customer"] for each in uncovered][:2] == ["customer:fourth-coffee", "customer:southridge-video"]
    assert "is not on record" in uncovered[0]["reason"]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_filter_of_an_outreach_stands_in_the_address(explorer: Explorer) -> None:
    explorer.open(page="outreach")
    explorer.click("#filter-channel")
    explorer.press("D", "\n")
    explorer.wait(lambda: "channel=DIRECT" in explorer.browser.current_url)
    explorer.wait_for("senders", "main")

    assert explorer.run("return document.querySelector('#filter-channel').value") == "DIRECT"


def test_a_visitor_signs_in_with_a_key_that_only_the_tab_keeps(explorer: Explorer, world: World) -> None:
    explorer.sign_in(None)
    explorer.browser.get(f"{explorer.url}/?id=customer:contoso")
    explorer.wait_for("This service asks who you are.")
    explorer.press("vocero_wrong", "\n")
    explorer.wait_for("a token or key that is valid here is needed")
    explorer.press(world.operator, "\n")
    explorer.wait_for("Who may speak to Contoso")
    explorer.wait_for("● live", ".live")

    assert world.operator not in explorer.run("return JSON.stringify(localStorage) + document.cookie")
    assert explorer.run("return Object.values(sessionStorage)") == [world.operator]

    explorer.click("#leave")
    explorer.wait_for("Sign in", "h1")

    assert explorer.run("return sessionStorage.length") == 0


@pytest.mark.parametrize("who", ["partner:fabrikam", "operator:microsoft"])
def test_a_partner_sees_that_there_is_another_and_no_more(explorer: Explorer, world: World, who: str) -> None:
    explorer.sign_in(world.fabrikam)
    explorer.open(id="customer:contoso", who=who)
    explorer.wait_for("What the policy says", "#answer")
    explorer.wait_for("another partner", ".spots")
    explorer.wait(lambda: "What would change this" not in explorer.text("#answer"))

    assert "Northwind" not in explorer.text("body")
    assert "Trey" not in explorer.text("body")


def test_a_partner_sees_on_its_own_page_that_it_has_a_provider_and_not_which(explorer: Explorer, world: World) -> None:
    explorer.sign_in(world.fabrikam)
    explorer.open(id="partner:fabrikam")
    explorer.wait_for("30 days before")
    explorer.wait_for("● live", ".live")

    assert explorer.texts(".names li") == ["another partner"]
    assert explorer.texts("[role=alert]") == []
    assert "Northwind" not in explorer.text("body")
