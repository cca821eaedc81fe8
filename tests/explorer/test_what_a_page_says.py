"""Pages that mislead nobody: which instant they are about, what lines touch, and what an address asks for that there is not."""

import pytest
from selenium.webdriver import Keys

from tests.explorer.conftest import World
from tests.explorer.explorer import PHONE, Explorer
from tests.explorer.large_customer import SUBSCRIPTIONS

PAGES = [
    {},
    {"id": "customer:adventure-works"},
    {"id": "partner:northwind"},
    {"id": "operator:microsoft"},
    {"id": "subscription:adventure-works-azure"},
    {"page": "outreach"},
]
VALID, KNOWN = "2026-01-15T00:00:00Z", "2026-06-20T10:30:00Z"
LINES_BEHIND = """
const done = arguments[arguments.length - 1];
import("/assets/explorer/layout.js").then(({ layout }) => {
  const found = [];
  let seed = 7;
  const chance = (most) => (seed = (seed * 48271) % 2147483647) % most;
  for (let round = 0; round < 200; round += 1) {
    const nodes = { Operator: 1, Partner: 1 + chance(6), ProductSubscription: 1 + chance(8), Agreement: chance(3), Customer: 1 };
    const named = ([kind, many]) => [...Array(many).keys()].map((each) => ({ __typename: kind, id: kind + each }));
    const all = Object.entries(nodes).flatMap(named);
    const of = (...kinds) => all.filter((each) => kinds.includes(each.__typename));
    const relationships = [];
    const tie = (type, from, to) => from !== to && relationships.push({ id: `r${relationships.length}`, type, from, to });
    const some = (nodes) => nodes[chance(nodes.length)];
    const [customer] = of("Customer");
    of("ProductSubscription").forEach((each) => tie("HOLDS", customer, each));
    of("Agreement").forEach((each) => tie("PARTY_TO", customer, each));
    for (let many = 0; many < 12; many += 1) {
      tie(["BILLS", "RESELLS", "SUPPORTS"][chance(3)], some(of("Partner", "Operator")), some(of("ProductSubscription")));
      tie("PROVIDES_FOR", some(of("Partner")), some(of("Partner")));
      tie(["RESELLER_FOR", "ADMINISTERS"][chance(2)], some(of("Partner")), customer);
      if (of("Agreement").length) tie("GOVERNS", some(of("Agreement")), some(of("ProductSubscription")));
    }
    const isNarrow = arguments[0] < 560;
    const plan = layout(relationships, () => false, new Set(), { width: arguments[0], isNarrow });
    for (const line of plan.lines) {
      if (line.points.length < 2) found.push(`${line.id} goes nowhere`);
      for (const spot of plan.spots) {
        if (spot.id === line.source || spot.id === line.target) continue;
        for (let place = 1; place < line.points.length; place += 1) {
          for (let step = 0; step <= 40; step += 1) {
            const [one, other] = [line.points[place - 1], line.points[place]];
            const x = one.x + ((other.x - one.x) * step) / 40;
            const y = one.y + ((other.y - one.y) * step) / 40;
            const isBehind = Math.abs(x - spot.x) < plan.spot.width / 2 && Math.abs(y - spot.y) < plan.spot.height / 2;
            if (isBehind) found.push(`${line.id} lies behind ${spot.id}`);
          }
        }
      }
    }
  }
  done([...new Set(found)]);
});
"""
STYLES = """
const done = arguments[arguments.length - 1];
import("/assets/explorer/line_styles.js").then(({ styles }) => {
  const found = styles({ width: 1, height: 1 }, false);
  done(["BILLS", "RESELLS"].map((type) => found.find(({ selector }) => selector === `[type = '${type}']`).style));
});
"""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.get("id") or page.get("page") or "start")
def test_every_page_says_which_instant_it_is_about_and_what_was_known(explorer: Explorer, page: dict[str, str]) -> None:
    """In one banner, which leads back to now; nothing is called live beside it."""
    explorer.open(**page, valid=VALID, known=KNOWN)
    both = explorer.text("#past")
    explorer.open(**page, known=KNOWN)
    known, main = explorer.text("#past"), explorer.text("main")
    explorer.click("#to-now")
    explorer.wait(lambda: explorer.text("#past") == "")

    assert both.startswith("You see this as of 15 Jan 2026, as it was known on 20 Jun 2026, 10:30 UTC.")
    assert known.startswith("You see this as of now, as it was known on 20 Jun 2026, 10:30 UTC.")
    assert "● live" not in main
    if page:
        explorer.wait_for("● live", ".live")


@pytest.mark.parametrize("width", [1200, 600, 360])
def test_no_line_lies_behind_a_node_that_it_does_not_touch(explorer: Explorer, width: int) -> None:
    """Of 200 graphs by chance, in the room of a desk and of a phone."""
    explorer.open()

    assert explorer.browser.execute_async_script(LINES_BEHIND, width) == []


def test_who_bills_and_who_resells_are_told_apart_by_more_than_a_colour(explorer: Explorer) -> None:
    explorer.open(id="customer:contoso")
    bills, resells = explorer.browser.execute_async_script(STYLES)

    assert explorer.texts(".legend li")[:2] == ["bills", "resells"]
    assert bills["line-color"] != resells["line-color"]
    assert resells["line-style"] == "dashed" != bills.get("line-style")


def test_a_group_counts_its_subscriptions_by_status(explorer: Explorer, world: World) -> None:
    """Its first member is active; another one is not."""
    world.apply("grouped", f'{{putSubscription: {{key: "trade-fair-{SUBSCRIPTIONS - 1}", status: "suspended"}}}}')
    explorer.look().open(id="customer:trade-fair")
    explorer.wait(lambda: any("suspended" in text for text in explorer.texts(".spot small")))
    statuses = [text for text in explorer.texts(".spot small") if "suspended" in text]
    world.apply("trade-fair-is-active-again", f'{{putSubscription: {{key: "trade-fair-{SUBSCRIPTIONS - 1}", status: "active"}}}}')

    assert len(statuses) == 1
    active, suspended = statuses[0].split(", ")
    assert (active.split()[1], suspended) == ("active", "1 suspended")
    assert int(active.split()[0]) >= 1


@pytest.mark.parametrize("size", [(1280, 900), PHONE])
def test_a_subscription_that_nobody_bills_is_marked(explorer: Explorer, size: tuple[int, int]) -> None:
    explorer.look(size).open(id="customer:fourth-coffee")
    explorer.wait_for("nobody bills it", ".spots")

    assert len(explorer.texts(".unbilled")) == 1
    explorer.click(".in-words summary")
    assert "Nobody is recorded as biller of Microsoft 365 Business Standard" in explorer.texts(".in-words li")


def test_the_missing_biller_is_tried_first(explorer: Explorer) -> None:
    explorer.open(id="customer:fourth-coffee", who="operator:microsoft")
    explorer.wait(lambda: explorer.texts(".what-if li"))

    assert explorer.texts(".what-if li")[0] == "If Microsoft billed Microsoft 365 Business Standard: ● Expected"


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"id": "customer:contoso", "topic": "nope"}, "There is no topic “nope”."),
        ({"id": "partner:northwind", "topic": "nope"}, "no topic `nope` in the policy"),
        ({"page": "outreach", "topic": "nope"}, "no topic `nope` in the policy"),
        ({"id": "customer:contoso", "valid": "garbage"}, "“garbage” is no instant; one is written as 2026-06-01T08:30:00Z."),
        ({"id": "partner:northwind", "known": "2026-13-01T00:00:00Z"}, "“2026-13-01T00:00:00Z” is no instant"),
        ({"id": "partner:northwind", "known": "2200-01-01T00:00:00Z"}, "is in the future"),
        ({"page": "nope"}, "There is no page “nope”."),
        ({"id": "customer:contoso", "lang": "FR"}, "There is no lang “FR”."),
        ({"page": "outreach", "cloud": "MOON"}, "There is no cloud “MOON”."),
        ({"id": "thing:nope"}, "There is no page for thing:nope."),
        ({"id": "customer:nope"}, "There is no customer:nope, or it is not shown to you."),
    ],
)
def test_what_there_is_not_is_said_in_words_with_the_way_back(explorer: Explorer, state: dict[str, str], says: str) -> None:
    explorer.open(**state)
    said = explorer.text("main")
    explorer.click("#back")
    explorer.wait(lambda: not explorer.texts("#back") and explorer.texts("h1"))

    assert says in said
    assert "GraphQL" not in said
    assert "Not found" not in explorer.text("h1")


@pytest.mark.parametrize("text", ["contoso", "customer:contoso", "northwind traders"])
def test_enter_pressed_at_once_goes_to_what_is_found_first(explorer: Explorer, text: str) -> None:
    explorer.open()
    explorer.find("#find-text").send_keys(text, Keys.ENTER)

    explorer.wait(lambda: explorer.text("h1") in {"Contoso", "Northwind Traders"})
