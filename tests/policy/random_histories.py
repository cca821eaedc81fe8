"""Random histories of one customer, dense, with names that can be told apart in a text and some that can't."""

from collections.abc import Iterator
from random import Random

from policy.facts import History, Relationship, Version
from policy.terms import AdminKind, RelationshipType

HOLDS, BILLS, RESELLS, SUPPORTS = RelationshipType.HOLDS, RelationshipType.BILLS, RelationshipType.RESELLS, RelationshipType.SUPPORTS
PARTY_TO, RESELLER_FOR = RelationshipType.PARTY_TO, RelationshipType.RESELLER_FOR
ADMINISTERS, PROVIDES_FOR, GOVERNS = RelationshipType.ADMINISTERS, RelationshipType.PROVIDES_FOR, RelationshipType.GOVERNS
DAY = 86_400_000_000
START = 20_000 * DAY  # 4 October 2024
OPERATORS = {"operator:microsoft": "Microsoft", "operator:21vianet": "21Vianet"}
PARTNERS = ("Adatum", "Fabrikam Iberia", "Northwind", "Iris Cloud", "Proseware Labs", "Humongous")
OFFERS = ("Office", "Azure plan", "Office", "Dynamics", "Visio subscription", "Power BI Pro", "Intune", "Copilot")
TYPES = ("Enterprise Agreement", "Customer contract", "MPSA")
STATUSES = ("active", "active", "active", "suspended", "expired", "disabled", "deleted", "")
MICROSOFT = ("operator:microsoft", "operator:microsoft")
INSTANTS = [START + day * DAY + extra for day in range(0, 60, 15) for extra in (0, 0, 45_000_000_000, 45_012_345_678)]


def random_history(seed: int) -> History:
    """One customer with what it holds, its agreements, and partners around it."""
    chance = Random(seed)  # noqa: S311
    customer = "customer:contoso"
    names = {customer: chance.choice(["Contoso", "Contoso Hotels"]), **OPERATORS}
    partners = [f"partner:p{place}" for place in range(chance.randint(1, len(PARTNERS)))]
    subscriptions = [f"subscription:s{place}" for place in range(chance.choice([0, 1, 1, 2, 4, 8, 14]))]
    agreements = [f"agreement:a{place}" for place in range(chance.choice([0, 0, 1, 3]))]
    properties = {node: {"name": name} for node, name in names.items()}
    properties[customer] |= {"cloud": chance.choice(["PUBLIC"] * 6 + ["US_GOVERNMENT", "CHINA", "GERMANY"])}
    properties |= {node: {"name": PARTNERS[place]} for place, node in enumerate(partners)}
    for place, node in enumerate(subscriptions):
        properties[node] = {"offer": OFFERS[place % len(OFFERS)], "status": chance.choice(STATUSES)}
    for place, node in enumerate(agreements):
        properties[node] = {"type": TYPES[place], "channel": chance.choice(["DIRECT", "DIRECT", "CSP"])}
    edges = list(_edges(chance, customer, partners, subscriptions, agreements))
    return History(customer, tuple(edges), {node: _versions(each) for node, each in properties.items()})


def _versions(properties: dict[str, str]) -> tuple[Version, ...]:
    """What is deleted was deleted lately, and active before."""
    if properties.get("status") != "deleted":
        return (Version(0, None, properties),)
    return Version(START - DAY, None, properties), Version(0, START - DAY, {**properties, "status": "active"})


def _edges(chance: Random, customer: str, partners: list[str], subscriptions: list[str], agreements: list[str]) -> Iterator[Relationship]:
    likely = chance.choice([0.2, 0.5, 0.8])
    for each in subscriptions:
        yield _edge(chance, HOLDS, customer, each, always=chance.random() < likely + 0.2)
        if agreements and chance.random() < likely / 4:
            yield _between(GOVERNS, chance.choice(agreements), each, 0, None)
        yield from _sold(chance, partners, each, likely)
    for each in agreements:
        yield _edge(chance, PARTY_TO, customer, each, always=True)
    for place, each in enumerate(partners):
        if chance.random() < likely:
            yield _edge(chance, RESELLER_FOR, each, customer)
        if place and not subscriptions:
            yield _between(PROVIDES_FOR, each, partners[place - 1], 0, None)
        if chance.random() < likely / 2:
            yield _edge(chance, ADMINISTERS, each, customer, chance.choice(list(AdminKind)))


def _sold(chance: Random, partners: list[str], subscription: str, likely: float) -> Iterator[Relationship]:
    """Billed by one, or by one after another, resold by some."""
    biller, cut = chance.choice([*partners, *MICROSOFT]), chance.choice(INSTANTS)
    ends, goes_on = chance.random() < likely, chance.random() < likely
    yield _between(BILLS, biller, subscription, 0, cut if ends else None)
    if ends and goes_on:
        yield _between(BILLS, chance.choice([*partners, "operator:microsoft"]), subscription, cut, None)
    for type_ in (RESELLS, RESELLS, SUPPORTS):
        if chance.random() < likely / 2:
            reseller = chance.choice(partners)
            yield _edge(chance, type_, reseller, subscription)
            if reseller != biller and biller in partners and chance.random() < likely:
                yield _edge(chance, PROVIDES_FOR, biller, reseller)


def _edge(
    chance: Random, type_: RelationshipType, start: str, end: str, kind: AdminKind | None = None, *, always: bool = False
) -> Relationship:
    since = 0 if always else chance.choice([0, 0, *INSTANTS])
    until = None if always else chance.choice([None, None, None, *(each for each in INSTANTS if each > since)])
    return _between(type_, start, end, since, until)._replace(kind=kind)


def _between(type_: RelationshipType, start: str, end: str, since: int, until: int | None) -> Relationship:
    return Relationship(type_, start, end, None, since, until, 0, None, "")
