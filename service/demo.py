"""The demo world: some 300 customers as a book. Its stories stand first; around them live companies made up by a fixed seed."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from graph.ids import kind_of
from graph.rows import NodeRow, RelationshipRow
from intake.write_book import write_book
from policy.ends import ENDS
from policy.instant import MICROSECOND
from policy.terms import AdminKind, Cloud, RelationshipType
from service.demo_names import AGREEMENTS, EXTRAS, HELPERS, LIVES, MARKETS, OFFERS, PARTNERS, PLACES, Place, unaccented

STORIES: Final = """
An indirect sale: Fabrikam is expected to speak, Northwind may, Microsoft may not, and Trey Research only administers.
Ask for a renewal, then for an incident: the second time Microsoft and Trey Research are there too.
contoso | Contoso | US
    contoso HOLDS m365-e3, copilot, azure; northwind BILLS all; fabrikam RESELLS all; contoso, microsoft PARTY_TO mca; mca GOVERNS all
    fabrikam, northwind RESELLER_FOR contoso; fabrikam SUPPORTS all; trey-research ADMINISTERS contoso as GDAP from -300 to 65

A transfer six weeks ago: Azure moved when it was completed, the licences at the next UTC day. Litware may still send its closing invoices,
and keeps the access to Azure that nobody took from it.
adventure-works | Adventure Works Cycles | US
    adventure-works HOLDS m365-premium, azure; litware BILLS, SUPPORTS m365-premium to -41; litware BILLS, SUPPORTS azure to -42T15:20
    northwind BILLS m365-premium from -41; proseware RESELLS, SUPPORTS m365-premium from -41
    northwind BILLS azure from -42T15:20; proseware RESELLS, SUPPORTS azure from -42T15:20
    litware ADMINISTERS adventure-works as AOBO; proseware, northwind RESELLER_FOR adventure-works from -60

A transfer that is still to come: until then nothing moves, and from then on Litware bills.
tailspin-toys | Tailspin Toys | US
    tailspin-toys HOLDS m365-e5, azure; tailspin-toys, microsoft PARTY_TO mca; fabrikam, northwind, litware RESELLER_FOR tailspin-toys
    northwind BILLS m365-e5 to 30; fabrikam RESELLS, SUPPORTS m365-e5 to 30; litware BILLS, SUPPORTS m365-e5 from 30
    northwind BILLS azure to 29T16:00; fabrikam RESELLS, SUPPORTS azure to 29T16:00; litware BILLS, SUPPORTS azure from 29T16:00

Several partners: each is expected to speak about what it sells, and about nothing else.
wingtip-toys | Wingtip Toys | CA
    wingtip-toys HOLDS azure, m365-e3, sales; litware BILLS azure; northwind BILLS m365-e3, sales; proseware RESELLS m365-e3, sales
    litware, proseware, northwind RESELLER_FOR wingtip-toys; wingtip-toys, microsoft PARTY_TO mca

An Enterprise Agreement with CSP beside it: Microsoft may speak about the one and not about the other, so its answer is MIXED.
woodgrove-bank | Woodgrove Bank | GB
    woodgrove-bank HOLDS m365-e5, azure, power-bi, visio; woodgrove-bank, microsoft PARTY_TO ea; ea GOVERNS m365-e5, azure
    microsoft BILLS m365-e5, azure; adatum BILLS power-bi, visio from -200; adatum RESELLER_FOR woodgrove-bank from -210

The US Government cloud is covered like the public one.
city-power-light | City Power & Light | US | US_GOVERNMENT
    city-power-light HOLDS m365-g3, azure-gov; litware BILLS all; litware RESELLER_FOR city-power-light

China: 21Vianet operates, and the policy does not cover it.
lamna-shanghai | Lamna Healthcare Shanghai | CN | CHINA
    lamna-shanghai HOLDS o365-21vianet, azure-21vianet; lanyun BILLS o365-21vianet; 21vianet BILLS azure-21vianet
    lanyun RESELLER_FOR lamna-shanghai; lamna-shanghai, 21vianet PARTY_TO mca-direct; mca-direct GOVERNS azure-21vianet

The German cloud: Microsoft operates, and the policy does not cover it either.
humongous-insurance | Humongous Insurance | DE | GERMANY
    humongous-insurance HOLDS o365-germany, azure-germany; wolkenreich BILLS all; hellblau-it RESELLS all

Nobody is recorded as biller: whether Proseware is expected to speak is not known.
fourth-coffee | Fourth Coffee | US
    fourth-coffee HOLDS m365-standard; proseware RESELLS all; proseware RESELLER_FOR fourth-coffee

Between two billers: what Northwind billed, Litware will bill; until then nobody does.
southridge-video | Southridge Video | US
    southridge-video HOLDS m365-standard; northwind BILLS m365-standard to -9; litware BILLS m365-standard from 21

Relationships with a reseller and its provider were accepted, and nothing has been bought yet.
alpine-ski-house | Alpine Ski House | AT
    hellblau-it, wolkenreich RESELLER_FOR alpine-ski-house from -12

A customer of whom nothing is recorded.
graphic-design-institute | Graphic Design Institute | NL

The only subscription ended, and the relationship stayed.
best-for-you | Best For You Organics | AU
    best-for-you HOLDS m365-basic to -35; southern-sky BILLS m365-basic to -35; southern-sky RESELLER_FOR best-for-you

One subscription is deleted, and hidden at every instant; the other is not.
blue-yonder | Blue Yonder Airlines | ES
    blue-yonder HOLDS exchange, m365-f3; meridiano BILLS all; nube-del-norte RESELLS all; nube-del-norte RESELLER_FOR blue-yonder
    exchange IS deleted

A partner is recorded as reseller of what Microsoft itself bills: an error in the data, which gives Proseware nothing, and a warning.
coho-vineyard | Coho Vineyard | US
    coho-vineyard HOLDS m365-standard; microsoft BILLS all; proseware RESELLS all; coho-vineyard, microsoft PARTY_TO mca-direct

Every kind of access at once, and none of them sells: on a renewal only A. Datum is expected to speak.
margies-travel | Margie's Travel | GB
    margies-travel HOLDS m365-premium, azure; adatum BILLS all; adatum RESELLER_FOR margies-travel
    trey-research ADMINISTERS margies-travel as DAP from -1400; hellblau-it ADMINISTERS margies-travel as GDAP from -100 to 265
    first-up ADMINISTERS margies-travel as AOBO; vigia ADMINISTERS margies-travel as LIGHTHOUSE

Access that has expired: for renewals it never mattered.
vanarsdel | VanArsdel, Ltd. | US
    vanarsdel HOLDS m365-e3; litware BILLS all; litware RESELLER_FOR vanarsdel; trey-research ADMINISTERS vanarsdel as GDAP to -3

A support contact that neither bills nor administers, and a reseller of before.
school-of-fine-art | School of Fine Art | FR
    school-of-fine-art HOLDS o365-e1; wolkenreich BILLS all; hellblau-it RESELLS all to -200; atelier-nuage RESELLS all from -200
    first-up SUPPORTS all; atelier-nuage, wolkenreich RESELLER_FOR school-of-fine-art
    school-of-fine-art, microsoft PARTY_TO mcpa; mcpa GOVERNS all

Bought from Microsoft's own site, then moved to CSP: what Microsoft was expected to say, it may no longer.
wide-world-importers | Wide World Importers | US
    wide-world-importers HOLDS azure; microsoft BILLS azure to -90T10:15; litware BILLS azure from -90T10:15
    wide-world-importers, microsoft PARTY_TO mca-direct to -90T10:15; litware RESELLER_FOR wide-world-importers from -95

Nothing but an Enterprise Agreement, and a last invoice of Microsoft; a partner that administers what it never sold.
bellows-college | Bellows College | IE
    bellows-college HOLDS visio to -60; microsoft BILLS visio
    bellows-college, microsoft PARTY_TO ea; first-up ADMINISTERS bellows-college as GDAP from -30 to 700

No partner at all: Microsoft bills.
baldwin-museum | Baldwin Museum of Science | US
    baldwin-museum HOLDS azure, visio; microsoft BILLS all; baldwin-museum, microsoft PARTY_TO mca-direct; mca-direct GOVERNS all

Two resellers of record for one subscription: both face the customer.
lucerne-publishing | Lucerne Publishing | AT
    lucerne-publishing HOLDS m365-standard; wolkenreich BILLS all; hellblau-it, atelier-nuage RESELLS all

An indirect provider that recorded no reseller: it counts as the direct biller.
fincher-architects | Fincher Architects | US
    fincher-architects HOLDS project, visio; northwind BILLS all; northwind RESELLER_FOR fincher-architects

A suspended subscription is billed by whom it was.
munsons-pickles | Munson's Pickles and Preserves Farm | US
    munsons-pickles HOLDS business-central; litware BILLS all; litware RESELLER_FOR munsons-pickles; business-central IS suspended

A biller that lost the customer and won it back.
consolidated-messenger | Consolidated Messenger | GB
    consolidated-messenger HOLDS m365-f3; adatum BILLS m365-f3 to -500
    wolkenreich BILLS m365-f3 from -500 to -120; adatum BILLS m365-f3 from -120
"""

FACT: Final = re.compile(r"(.+?) ([A-Z_]+(?:, [A-Z_]+)*) (.+?)(?: as ([A-Z]+))?(?: from (\S+))?(?: to (\S+))?")
OPERATORS: Final = ("microsoft", "21vianet")
OWN: Final = ("subscription", "agreement")
"""Kinds of node whose keys begin with their customer's."""
SOURCES: Final = {
    "HOLDS": "Microsoft Graph",
    "GDAP": "Microsoft Graph",
    "LIGHTHOUSE": "Azure Lighthouse",
    "AOBO": "Azure",
    "operator": "Azure Billing",
}
SEED: Final = 20191120
DAY: Final = timedelta(days=1) // MICROSECOND
MINUTE: Final = timedelta(minutes=1) // MICROSECOND
UNDECOMPOSED: Final = str.maketrans("łøđ", "lod")


class Story(NamedTuple):
    """
    A customer and what is true of it.

    since: the day from which a fact holds that names none
    facts: sentences such as `northwind BILLS azure, visio from -700 to 29T16:00`; a day counts from today and may have a time of day;
           a subscription is called by its offer, an agreement by its form, and `all` is every subscription that is held
    """

    key: str
    name: str
    country: str
    cloud: Cloud
    since: int
    facts: str


class Fact(NamedTuple):
    """A sentence of a story, taken apart; the type IS gives a subscription a status."""

    who: Sequence[str]
    types: Sequence[str]
    what: Sequence[str]
    kind: AdminKind | None
    since: str
    until: str | None


def write_demo(folder: Path, now: int) -> None:
    """Write the demo world as a book, the same all day long. now: microseconds since 1970. Raises BadInput, as write_book does."""
    today = now // DAY * DAY
    nodes = [
        NodeRow(f"partner:{key}", {"name": each.name, "country": each.country, "mpnIds": each.mpn_ids}) for key, each in PARTNERS.items()
    ]
    pairs = sorted({pair for market in MARKETS for pair in market.indirect})
    long_ago = today - 2000 * DAY
    ties = [
        _tie(RelationshipType.PROVIDES_FOR, f"partner:{provider}", f"partner:{reseller}", since=long_ago) for provider, reseller in pairs
    ]
    for story in (*_stories(), *_neighbours()):
        facts = _facts(story)
        nodes.extend(_nodes(story, facts))
        ties.extend(_ties(story, facts, today))
    write_book(folder, nodes, [], ties)


def _stories() -> Iterator[Story]:
    """The stories above: a paragraph each, in which the line with bars names the customer."""
    for paragraph in STORIES.strip().split("\n\n"):
        lines = paragraph.split("\n")
        number = next(number for number, line in enumerate(lines) if " | " in line)
        key, name, country, *cloud = lines[number].split(" | ")
        yield Story(key, name, country, Cloud(*cloud or ["PUBLIC"]), -700, ";".join(lines[number + 1 :]))


def _neighbours() -> Iterator[Story]:
    """Every other customer, by chance and yet always the same."""
    chance = Random(SEED)  # noqa: S311 - no secret
    for place in PLACES:
        for name in place.names():
            key = re.sub(r"[^a-z0-9]+", "-", unaccented(name).translate(UNDECOMPOSED)).strip("-")
            since = -chance.randrange(100, 1500)
            yield Story(key, name, place.country, place.cloud, since, _life(chance, key, place, since))


def _life(chance: Random, key: str, place: Place, since: int) -> str:
    market = place.market
    lives = {life: weight for life, weight in LIVES.items() if market.indirect or "{provider}" not in life}
    offers = chance.sample(market.offers, min(len(market.offers), chance.choice((2, 2, 3, 3, 4, 6))))
    provider, reseller = chance.choice(market.indirect or [("", "")])
    life, extra = (chance.choices([*each], [*each.values()])[0] for each in (lives, EXTRAS))
    later = chance.randrange(10, 700)
    return f"{life};{extra}".format(
        who=key,
        offers=", ".join(offers),
        first=offers[0],
        rest=", ".join(offers[1:]),
        operator="21vianet" if place.cloud is Cloud.CHINA else "microsoft",
        provider=provider,
        reseller=reseller,
        direct=chance.choice(market.direct),
        helper=chance.choice(HELPERS),
        before=chance.randrange(since + 30, -10),
        later=later,
        granted=max(since, later - 730),  # such access lasts two years at most
    )


def _facts(story: Story) -> list[Fact]:
    facts: list[Fact] = []
    held: list[str] = []
    for sentence in filter(None, map(str.strip, story.facts.split(";"))):
        found = FACT.fullmatch(sentence)
        if found is None:
            raise ValueError(sentence)
        who, types, what, kind, since, until = found.groups()
        ends = held if what == "all" else what.split(", ")
        if types == "HOLDS":
            held += ends
        facts.append(Fact(who.split(", "), types.split(", "), ends, AdminKind[kind] if kind else None, since or str(story.since), until))
    return facts


def _nodes(story: Story, facts: Sequence[Fact]) -> Iterator[NodeRow]:
    domain = f"{story.key}.example"
    yield NodeRow(f"customer:{story.key}", {"name": story.name, "domain": domain, "country": story.country, "cloud": story.cloud})
    statuses = {fact.who[0]: fact.what[0] for fact in facts if fact.types == ["IS"]}
    for fact in facts:
        for each in fact.what:
            if fact.types == ["HOLDS"]:
                offer = OFFERS[each]
                status = statuses.get(each, "active")
                yield NodeRow(_id(story, "subscription", each), {"offer": offer.name, "status": status, "consumption": offer.consumption})
            elif fact.types == ["PARTY_TO"]:
                yield NodeRow(_id(story, "agreement", each), AGREEMENTS[each]._asdict())


def _ties(story: Story, facts: Sequence[Fact], today: int) -> Iterator[RelationshipRow]:
    for fact in facts:
        since, until = _instant(today, fact.since), _instant(today, fact.until) if fact.until else None
        for name, who, what in product(fact.types, fact.who, fact.what):
            if name != "IS":
                type_ = RelationshipType(name)
                starts, end = ENDS[type_]
                start = _id(story, "operator" if who in OPERATORS else starts[0], who)
                yield _tie(type_, start, _id(story, end, what), since=since, until=until, kind=fact.kind)


def _tie(
    type_: RelationshipType, start: str, end: str, *, since: int, until: int | None = None, kind: AdminKind | None = None
) -> RelationshipRow:
    source = SOURCES.get(kind or type_) or SOURCES.get(kind_of(start), "Partner Center")
    return RelationshipRow(type_, start, end, kind, since, until, None, None, source)


def _id(story: Story, kind: str, word: str) -> str:
    return f"{kind}:{story.key}-{word}" if kind in OWN else f"{kind}:{word}"


def _instant(today: int, written: str) -> int:
    day, _, time = written.partition("T")
    hours, minutes = time.split(":") if time else ("0", "0")
    return today + int(day) * DAY + (int(hours) * 60 + int(minutes)) * MINUTE
