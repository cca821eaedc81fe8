"""A customer's page, as an account manager uses it."""

from selenium.webdriver import Keys

from tests.explorer.conftest import World
from tests.explorer.explorer import Explorer

TEN_SECONDS = 10.0
CONTOSO = "customer:contoso"


def answer_of(explorer: Explorer, who: str) -> str:
    """What stands beside the communicator at the top of the page."""
    return explorer.text(f"[id='strip-{who}']")


def test_in_ten_seconds_a_visitor_knows_that_microsoft_may_not_write_about_a_renewal(explorer: Explorer) -> None:
    """From nothing but a name."""
    explorer.open()
    explorer.click("#find-text")
    explorer.press("contos")
    took = explorer.wait(lambda: "Contoso" in explorer.text("#find-list [aria-selected=true]"))
    explorer.press(Keys.ENTER)
    took += explorer.wait_for("Prohibited", ".strip")

    assert took < TEN_SECONDS
    assert explorer.texts(".strip li")[0] == "Fabrikam ● Expected"
    assert answer_of(explorer, "operator:microsoft") == "Microsoft ✕ Prohibited"
    assert explorer.text("h1") == "Contoso"


def test_accents_are_not_needed_to_find_somebody_and_subscriptions_are_found_by_their_holder(explorer: Explorer) -> None:
    explorer.open()
    explorer.click("#find-text")
    explorer.press("cafe conc")
    explorer.wait_for("Café Conceição", "#find-list")
    explorer.press(*[Keys.BACKSPACE] * 9, "nothing of the kind")
    explorer.wait_for("by its holder and its offer", "#find-list")
    explorer.press(*[Keys.BACKSPACE] * 19, "azure contoso")
    explorer.wait_for("Azure plan", "#find-list")
    explorer.press(Keys.ENTER)
    explorer.wait_for("Billed by")

    assert explorer.text("dl") == "Held by Contoso Billed by Northwind Traders Resold by Fabrikam Status active"


def test_a_node_is_found_by_its_key(explorer: Explorer) -> None:
    explorer.open()
    explorer.click("#find-text")
    explorer.press("contoso-m365-e3")
    explorer.wait_for("Microsoft 365 E3", "#find-list")

    assert explorer.texts("#find-list li") == ["Microsoft 365 E3 subscription of Contoso"]


def test_a_cell_opens_what_the_answer_rests_on_and_lights_up_its_path(explorer: Explorer) -> None:
    explorer.open(id=CONTOSO)
    explorer.click("[id='cell-renewal-operator:microsoft']")
    explorer.wait_for("What would change this", "#answer")
    explorer.wait_for("moved to Microsoft", ".what-if")

    assert "must not speak" in explorer.text(".explanation")
    assert explorer.texts(".statements b") == ["S2"]
    assert set(explorer.texts(".spot.lit")) == {"Northwind Traders", "Azure plan", "Microsoft 365 Copilot", "Microsoft 365 E3", "Contoso"}
    assert "If the billing of all 3 subscriptions moved to Microsoft: ● Expected" in explorer.texts(".what-if li")

    explorer.click("#language-ES")
    explorer.wait_for("no debe", ".explanation")

    assert explorer.run("return document.querySelector('.explanation').lang") == "es"


def test_the_interpretation_is_named_that_an_answer_used(explorer: Explorer) -> None:
    explorer.open(id=CONTOSO, who="partner:fabrikam")

    explorer.wait_for("How it is read: reseller-faces-customer", "#answer")


def test_the_address_holds_all_that_is_on_screen_and_back_goes_back(explorer: Explorer) -> None:
    explorer.open(id="customer:woodgrove-bank")
    explorer.click("#fold-GENERAL")
    explorer.click("[id='cell-event-operator:microsoft']")
    explorer.wait_for("Microsoft about events", "#answer")
    address = explorer.browser.current_url
    explorer.browser.get(f"{explorer.url}/healthz")
    explorer.browser.get(address)
    explorer.wait_for("Microsoft about events", "#answer")

    assert explorer.text("#fold-GENERAL") == "General"
    assert explorer.run("return document.querySelector('#fold-GENERAL').ariaExpanded") == "true"

    explorer.click("[id='spot-partner:adatum']")
    explorer.wait_for("customers to contact")
    explorer.browser.back()
    explorer.wait_for("Microsoft about events", "#answer")

    assert explorer.browser.current_url == address


def test_admin_access_and_support_are_drawn_and_said_to_be_no_ownership(explorer: Explorer) -> None:
    explorer.open(id="customer:margies-travel")
    explorer.wait_for("Trey Research", ".spots")
    explorer.click(".in-words summary")

    said = [each for each in explorer.texts(".in-words li") if "administers" in each]
    assert len(said) == 4
    assert any(each.startswith("Trey Research administers Margie's Travel (DAP, no ownership), since ") for each in said)
    assert explorer.texts(".legend li") == ["bills", "resells", "other ownership", "admin access, support: no ownership"]


def test_another_instant_is_asked_about_event_by_event_and_differences_from_today_are_marked(explorer: Explorer) -> None:
    """Adventure Works moved from Litware to Northwind and Proseware six weeks ago."""
    explorer.open(id="customer:adventure-works")
    explorer.wait_for("Events (", ".events")

    assert "≠" not in explorer.text(".matrix")

    explorer.click("#event-before")
    explorer.wait_for("Litware no longer bills Microsoft 365 Business Premium", "#valid-event")
    explorer.click(".events summary")

    assert any("Proseware resells Microsoft 365 Business Premium" in each for each in explorer.texts(".events li"))

    explorer.click("#event-before")
    explorer.wait_for("Azure plan", "#valid-event")
    explorer.click("#event-before")
    explorer.wait_for("≠ Not stated today", ".matrix")

    assert explorer.text("[id='cell-renewal-partner:litware']") == "● Expected ≠ Not stated today"
    assert "today" not in explorer.text(".instant")

    explorer.click("#today")
    explorer.wait_for("today", ".instant")

    assert explorer.text("[id='cell-renewal-partner:litware']") == "\N{EN DASH} Not stated"


def test_the_slider_is_moved_by_keys(explorer: Explorer) -> None:
    explorer.open(id="customer:adventure-works")
    explorer.wait_for("Events (", ".events")
    explorer.run("document.querySelector('#valid').focus()")
    explorer.press(*[Keys.PAGE_DOWN] * 3)
    explorer.wait_for("≠", ".matrix")

    assert "valid=" in explorer.browser.current_url
    assert explorer.focused == "valid"


def test_what_was_known_earlier_can_be_looked_at(explorer: Explorer, world: World) -> None:
    explorer.open(id="customer:vanarsdel")
    explorer.wait_for("Events (", ".events")
    explorer.click("#as-known")
    explorer.wait(lambda: "known=" in explorer.browser.current_url)
    since = began(world)
    world.apply(
        "known", f'{{retract: {{type: BILLS, from: "partner:litware", to: "subscription:vanarsdel-m365-e3", validFrom: "{since}"}}}}'
    )
    explorer.wait_for("≠ Unknown today", ".matrix")

    assert answer_of(explorer, "partner:litware") == "Litware ● Expected"


def began(world: World) -> str:
    """Since when Litware bills VanArsdel."""
    document = '{ node(id: "subscription:vanarsdel-m365-e3") { ... on ProductSubscription { history { type validFrom } } } }'
    history = world.ask(document)["node"]["history"]
    return str(next(each["validFrom"] for each in history if each["type"] == "BILLS"))


def test_fifty_subscriptions_of_twelve_partners_stay_readable(explorer: Explorer) -> None:
    """What is alike is one node until it is unfolded; no node hides another, and no letters are small."""
    explorer.open(id="customer:trade-fair")
    explorer.wait_for("Reseller Number 12", ".spots")
    folded = spots(explorer)
    explorer.click("button.spot")
    explorer.wait(lambda: len(spots(explorer)) > len(folded))
    unfolded = spots(explorer)

    assert len(folded) == 12 + 9 + 1
    for each in (folded, unfolded):
        assert all(size >= 11 for *_, size in each)
        assert all(width >= 80 for _, _, width, *_ in each)
        assert not any(overlap(one, other) for one in each for other in each if one is not other)


def spots(explorer: Explorer) -> list[list[float]]:
    """Of each node: left, top, width, height, and size of the letters."""
    script = """return [...document.querySelectorAll('.spot')].map(each => {
        const {left, top, width, height} = each.getBoundingClientRect();
        return [left, top, width, height, parseFloat(getComputedStyle(each).fontSize)] })"""
    return [list(map(float, each)) for each in explorer.run(script)]


def overlap(one: list[float], other: list[float]) -> bool:
    return one[0] < other[0] + other[2] and other[0] < one[0] + one[2] and one[1] < other[1] + other[3] and other[1] < one[1] + one[3]
