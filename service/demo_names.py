"""What the demo world is made of: partners, offers, agreements, and the companies around its stories. All are invented."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from unicodedata import combining, normalize

from policy.terms import AgreementChannel, Cloud


class Partner(NamedTuple):
    """A partner as its own file has it."""

    name: str
    country: str
    mpn_ids: list[str]


class Offer(NamedTuple):
    """What a subscription is bought of; consumption is true for Azure."""

    name: str
    consumption: bool = False


class Agreement(NamedTuple):
    """A commercial agreement, and through whom it was made."""

    type: str
    channel: AgreementChannel


class Market(NamedTuple):
    """
    Who sells where, and what.

    indirect: pairs of provider and reseller
    direct:   direct-bill partners
    """

    indirect: Sequence[tuple[str, str]]
    direct: Sequence[str]
    offers: Sequence[str]


class Place(NamedTuple):
    """Where companies live: the words and the forms, both with commas between, from which their names are put together."""

    country: str
    market: Market
    words: str
    forms: str
    cloud: Cloud = Cloud.PUBLIC

    def names(self) -> Iterator[str]:
        """Two for each word, in two forms."""
        forms = self.forms.split(", ")
        for step in (0, 2):
            for number, word in enumerate(self.words.split(", ")):
                yield forms[(number + step) % len(forms)].format(word)


PARTNERS: Mapping[str, Partner] = {
    # indirect providers
    "northwind": Partner("Northwind Traders", "US", ["4710010"]),
    "wolkenreich": Partner("Wolkenreich Distribution GmbH", "DE", ["4720010", "4720011"]),
    "meridiano": Partner("Distribuciones Meridiano", "ES", ["4720020"]),
    "kumo-shoji": Partner("Kumo Shōji", "JP", ["4730010"]),
    # indirect resellers
    "fabrikam": Partner("Fabrikam", "US", ["4710021", "4710022"]),
    "proseware": Partner("Proseware", "CA", ["4710030"]),
    "datos-del-sur": Partner("Datos del Sur", "MX", ["4710040"]),
    "hellblau-it": Partner("Hellblau IT", "AT", ["4720030"]),
    "atelier-nuage": Partner("Atelier Nuage", "FR", ["4720040"]),
    "nube-del-norte": Partner("Nube del Norte", "ES", ["4720050"]),
    "relecloud": Partner("Relecloud", "SG", ["4730020"]),
    # direct-bill partners
    "litware": Partner("Litware", "US", ["4710050", "4710051"]),
    "nuvem-clara": Partner("Nuvem Clara Soluções", "BR", ["4710060"]),
    "adatum": Partner("A. Datum Corporation", "GB", ["4720060"]),
    "southern-sky": Partner("Southern Sky Computing", "AU", ["4730030"]),
    "lanyun": Partner("Lányún Technology", "CN", ["4740010"]),
    # they administer and support, and sell nothing
    "trey-research": Partner("Trey Research", "US", ["4710070"]),
    "first-up": Partner("First Up Consultants", "GB", ["4720070"]),
    "vigia": Partner("Vigía Seguridad", "ES", ["4720080"]),
}
HELPERS = ("trey-research", "first-up", "vigia")

OFFERS: Mapping[str, Offer] = {
    "azure": Offer("Azure plan", consumption=True),
    "m365-e3": Offer("Microsoft 365 E3"),
    "m365-e5": Offer("Microsoft 365 E5"),
    "m365-f3": Offer("Microsoft 365 F3"),
    "m365-basic": Offer("Microsoft 365 Business Basic"),
    "m365-standard": Offer("Microsoft 365 Business Standard"),
    "m365-premium": Offer("Microsoft 365 Business Premium"),
    "o365-e1": Offer("Office 365 E1"),
    "exchange": Offer("Exchange Online (Plan 1)"),
    "copilot": Offer("Microsoft 365 Copilot"),
    "teams-phone": Offer("Microsoft Teams Phone Standard"),
    "ems-e3": Offer("Enterprise Mobility + Security E3"),
    "defender": Offer("Microsoft Defender for Business"),
    "power-bi": Offer("Power BI Pro"),
    "power-apps": Offer("Power Apps Premium"),
    "project": Offer("Project Plan 3"),
    "visio": Offer("Visio Plan 2"),
    "sales": Offer("Dynamics 365 Sales Professional"),
    "business-central": Offer("Dynamics 365 Business Central Essentials"),
    "m365-g3": Offer("Microsoft 365 Government G3"),
    "o365-g1": Offer("Office 365 Government G1"),
    "azure-gov": Offer("Azure Government", consumption=True),
    "o365-21vianet": Offer("Office 365 operated by 21Vianet"),
    "azure-21vianet": Offer("Azure operated by 21Vianet", consumption=True),
    "o365-germany": Offer("Office 365 Germany"),
    "azure-germany": Offer("Azure Germany", consumption=True),
}
COMMERCIAL = tuple(OFFERS)[:19]

AGREEMENTS: Mapping[str, Agreement] = {
    "mca": Agreement("MCA", AgreementChannel.CSP),
    "mcpa": Agreement("MCPA", AgreementChannel.CSP),
    "mca-direct": Agreement("MCA", AgreementChannel.DIRECT),
    "ea": Agreement("EA", AgreementChannel.DIRECT),
}

AMERICAS = Market(
    (("northwind", "fabrikam"), ("northwind", "proseware"), ("northwind", "datos-del-sur")), ("litware", "nuvem-clara"), COMMERCIAL
)
EUROPE = Market(
    (("wolkenreich", "hellblau-it"), ("wolkenreich", "atelier-nuage"), ("meridiano", "nube-del-norte")), ("adatum",), COMMERCIAL
)
ASIA = Market((("kumo-shoji", "relecloud"),), ("southern-sky",), COMMERCIAL)
US_GOVERNMENT = Market((), ("litware",), ("m365-g3", "o365-g1", "azure-gov"))
CHINA = Market((), ("lanyun",), ("o365-21vianet", "azure-21vianet"))
MARKETS = (AMERICAS, EUROPE, ASIA)

# fmt: off
PLACES = (
    Place("US", AMERICAS, "Hollis, Larkspur, Redwood Bend, Calloway, Pinecrest, Okafor, Whitlock, Delgado, Blue Heron, Marlowe, Kessler",
          "{} Freight, {} & Daughters, {} Dental, {} Brewing, {} Insurance, {} Hardware, {} Farms, {} Outfitters, {} Law, {} Bank"),
    Place("CA", AMERICAS, "Saint-Élie, Maple Ridge, Thibodeau, Kingfisher, Lévesque, Prairie Wind, Montrose",
          "{} Foods, Imprimerie {}, {} Lumber, {} Outdoor, Clinique {}, {} Transit, {} Engineering"),
    Place("MX", AMERICAS, "Ibáñez, Quetzal, Sierra Azul, Peñaloza, Tlaloc, Zúñiga, La Cañada, Montaño",
          "Transportes {}, Grupo {}, Aceros {}, Panadería {}, Textiles {}, Notaría {}, Cafetalera {}, Laboratorios {}"),
    Place("BR", AMERICAS, "São Benedito, Araújo, Ipê Amarelo, Conceição, Gonçalves, Serra Verde, Magalhães, Pantanal",
          "Padaria {}, Construtora {}, Frigorífico {}, Clínica {}, Editora {}, Café {}, Móveis {}, Transportadora {}"),
    Place("AR", AMERICAS, "Ñandú, Bodrero, El Ombú, Agüero, Patagón, Rinaldi",
          "Bodega {}, Estancia {}, Librería {}, Frigoríficos {}, Estudio {}, Turismo {}"),
    Place("GB", EUROPE, "Thornbury, Ashworth, Penhaligon, Llanberis, Cartwright, Holloway, Strathmore, Fairweather, Kirkby",
          "{} Biscuits, {} & Co Solicitors, {} Engineering, {} Textiles, {} Estates, {} Books, {} Ferries, {} Ceramics, {} Veterinary"),
    Place("IE", EUROPE, "Ó Dálaigh, Glendarragh, Ní Bhriain, Kilmorey, Fionn",
          "{} Dairies, {} Seafood, {} Woollens, {} Pharmacy, {} Construction"),
    Place("DE", EUROPE, "Köhler, Schäfer, Brünning, Weißenfels, Jäckel, Mühlbach, Grünewald, Petersen, Öttinger",
          "{} Maschinenbau GmbH, Brauerei {}, Spedition {}, {} Optik, Kanzlei {}, Bäckerei {}, {} Werkzeuge AG, Verlag {}, {} Klinikum"),
    Place("AT", EUROPE, "Hörmanseder, Wörthersee, Zirbitz, Käferböck, Grießner",
          "Tischlerei {}, Hotel {}, {} Seilbahnen, {} Holzbau, Weingut {}"),
    Place("FR", EUROPE, "Beauséjour, Lefèvre, Châtaignier, Béranger, Garonne, Hénault, Côte d'Or, Marçay, Cévennes",
          "Boulangerie {}, Menuiserie {}, Cabinet {}, Éditions {}, Transports {}, Fromagerie {}, Imprimerie {}, Pharmacie {}, Domaine {}"),
    Place("ES", EUROPE, "Castañeda, Núñez, Guadalén, Echeverría, Montseny, Olivares, Peñafría, Albariño, Martín Gaos",
          "Bodegas {}, Conservas {}, Clínica {}, Talleres {}, Hermanos {}, Gestoría {}, Aceites {}, Muebles {}, Constructora {}"),
    Place("PT", EUROPE, "Guimarães, Alcântara, Lourenço, Praia Norte, Falcão, Simões",
          "Cortiças {}, Conservas {}, Azulejos {}, Clínica {}, Vinhos {}, Transportes {}"),
    Place("IT", EUROPE, "Bellandi, Niccolò, Val d'Orcia, Santarè, Ferrucci, Lungarno, Marchetti",
          "Officine {}, Ceramiche {}, Cantina {}, Pasticceria {}, Studio {}, Tessitura {}, Nautica {}"),
    Place("NL", EUROPE, "Zuiderveen, Coöperatie Oost, De Vlierhof, Waddenzee, Brouwers, Hoogland",
          "{} Bloemen, {} Logistiek, {} Zuivel, {} Makelaars, {} Scheepsbouw, {} Fietsen"),
    Place("SE", EUROPE, "Ängsholm, Björkqvist, Östervik, Lindåker, Hällström, Norrsken",
          "{} Sågverk, {} Bokhandel, {} Fastigheter, {} Redovisning, {} Fiske, {} Mejeri"),
    Place("PL", EUROPE, "Wiśniewski, Złota Rzeka, Kościelny, Bałtycka, Dąbrowa, Żuraw, Świerk",
          "Piekarnia {}, Stolarnia {}, Drukarnia {}, Apteka {}, Hurtownia {}, Kancelaria {}, Zakłady {}"),
    Place("JP", ASIA, "Kōyama, Ōhashi, Midori, Tsukishima, Ryūsei, Hayabusa",
          "{} Seisakusho, {} Shuzō, {} Unyu, {} Shōten, {} Kensetsu, {} Yakuhin"),
    Place("AU", ASIA, "Wattle Creek, Jarrah, Coolabah, Mulligan, Red Gum, Pelican Point",
          "{} Wines, {} Mining Services, {} Physiotherapy, {} Accounting, {} Boats, {} Joinery"),
    Place("US", US_GOVERNMENT, "Aldersgate, Port Mercer, Juniper Falls, Three Forks",
          "City of {}, {} Water District, {} County Library, {} Transit Authority", Cloud.US_GOVERNMENT),
    Place("CN", CHINA, "Huáměi, Yúnhé, Qīnglóng",
          "{} Precision, {} Foods, {} Textiles", Cloud.CHINA),
)
# fmt: on

LIVES: Mapping[str, int] = {  # how the other customers live, and how many of a hundred do
    "{who} HOLDS {offers}; {provider} BILLS all; {reseller} RESELLS, SUPPORTS all; {reseller}, {provider} RESELLER_FOR {who};"
    "{who}, {operator} PARTY_TO mca; mca GOVERNS all; {reseller} ADMINISTERS {who} as GDAP from {granted} to {later}": 40,
    "{who} HOLDS {offers}; {provider} BILLS, SUPPORTS all; {reseller} RESELLS all; {reseller} RESELLER_FOR {who}": 8,
    "{who} HOLDS {offers}; {direct} BILLS, SUPPORTS all; {direct} RESELLER_FOR {who}; {who}, {operator} PARTY_TO mca; mca GOVERNS all;"
    "{direct} ADMINISTERS {who} as GDAP from {granted} to {later}": 20,
    "{who} HOLDS {offers}; {direct} BILLS all; {direct} RESELLER_FOR {who}; {direct} ADMINISTERS {who} as DAP; {who} PARTY_TO mcpa": 6,
    "{who} HOLDS {offers}; {direct} BILLS {first}; {provider} BILLS {rest}; {reseller} RESELLS {rest};"
    "{direct}, {reseller} RESELLER_FOR {who}": 5,
    "{who} HOLDS {offers}; {operator} BILLS all; {who}, {operator} PARTY_TO ea; ea GOVERNS all;"
    "{helper} ADMINISTERS {who} as GDAP from {granted} to {later}": 4,
    "{who} HOLDS {offers}; {operator} BILLS all; {who}, {operator} PARTY_TO mca-direct; mca-direct GOVERNS all": 4,
    "{who} HOLDS {offers}; {operator} BILLS {first}; {direct} BILLS {rest}; {who}, {operator} PARTY_TO ea; ea GOVERNS {first}": 4,
    "{who} HOLDS {offers}; {direct} BILLS, SUPPORTS all to {before}; {provider} BILLS all from {before};"
    "{reseller} RESELLS, SUPPORTS all from {before}; {reseller} RESELLER_FOR {who}; {direct} ADMINISTERS {who} as AOBO": 4,
    "{who} HOLDS {offers}; {provider} BILLS all to {later}; {reseller} RESELLS all to {later}; {direct} BILLS all from {later}": 2,
    "{direct} RESELLER_FOR {who}; {helper} ADMINISTERS {who} as GDAP from {granted} to {later}": 3,
}
EXTRAS: Mapping[str, int] = {  # what some of them have besides
    "": 85,
    "{first} IS suspended": 5,
    "{first} IS expired": 3,
    "{first} IS deleted": 2,
    "{helper} ADMINISTERS {who} as LIGHTHOUSE from {before}": 3,
    "{helper} SUPPORTS {first}": 2,
}


def unaccented(name: str) -> str:
    """The name in small letters without accents: keys stay what they were, however names are compared."""
    return "".join(letter for letter in normalize("NFKD", name.casefold()) if not combining(letter))
