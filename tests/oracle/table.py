"""The table and the topics of policy.md, sections 5 and 7: the page's own rows, copied by hand."""

from typing import NamedTuple

COLUMNS_OF_THE_PAGE = (  # section 5, the head of the table
    ("SUBSCRIPTION", "ACQUISITION", "BILLING", "ENDING"),
    ("OPERATIONAL",),
    ("RELATIONSHIP", "ADMINISTRATION"),
    ("SUPPORT",),
    ("GENERAL",),
    ("MARKETING",),
)
CATEGORIES = tuple(category for column in COLUMNS_OF_THE_PAGE for category in column)
VERDICTS = {"E": "EXPECTED", "P": "PERMITTED", "X": "PROHIBITED", "N": "NOT_STATED", "U": "UNKNOWN"}
STRENGTH = ("EXPECTED", "PERMITTED", "PROHIBITED", "UNKNOWN", "NOT_STATED")
COVERED_CLOUDS = ("PUBLIC", "US_GOVERNMENT")

ROWS = """
DIRECT_BILLER | E S1 S2 | E S1 | E S1 | E S1 | E S1 | E S1 *all-communication-includes-marketing
RESELLER | E S1 *reseller-faces-customer | E S1 * same | E S1 * same | E S1 * same | E S1 * same | E S1 * same
PROVIDER | P S1 S2 *provider-behind-reseller | P S1 * same | P S1 * same | P S1 * same | P S1 * same | N * same
RELATED | E S1 *relationship-before-purchase | E S1 * same | E S1 * same | E S1 * same | E S1 * same | E S1 * same
RELATED_PROVIDER | P S1 *provider-behind-reseller | P S1 * same | P S1 * same | P S1 * same | P S1 * same | N * same
SUPPORT_CONTACT | N | P *support-contact-helps | N | P *support-contact-helps | N | N
ADMINISTRATOR | N | P *administrator-operates | RELATIONSHIP N; ADMINISTRATION P *administrator-own-access \
 | P *administrator-operates | N | N
FORMER_BILLER | BILLING P *closing-invoices; the others N | N | N | N | N | N
FORMER_RESELLER | BILLING P *closing-invoices; the others N | N | N | N | N | N
CLOSING_PARTNER | BILLING P *closing-invoices; ENDING P *closing-matters; the others N | N | N | N | N | N
OTHER_PARTNER | N *own-subscriptions-only | N * same | N * same | N * same | N * same | N * same
UNBILLED_RESELLER | U *billing-not-recorded | U * same | U * same | U * same | U * same | U * same
RELATED_UNRECORDED | ACQUISITION P S1 *related-partner-speaks-of-itself; the others U *billing-not-recorded \
 | U *billing-not-recorded | P S1 *related-partner-speaks-of-itself | U *billing-not-recorded | U * same | U * same
RELATED_BESIDES | ACQUISITION P S1 *related-partner-speaks-of-itself; the others N *own-subscriptions-only \
 | N *own-subscriptions-only | P S1 *related-partner-speaks-of-itself | N *own-subscriptions-only | N * same | N * same
OPERATOR_OF_CSP | ACQUISITION X S2 *acquisition-about-a-subscription; the others X S2 | P S3 \
 | P S3 *relationship-mail-is-operational | N *s1-in-general | N *s1-in-general | X S2 *marketing-about-a-subscription
OPERATOR_DIRECT | E S4 | E S3 S4 | RELATIONSHIP E S4; ADMINISTRATION P S3 *relationship-mail-is-operational \
 | E S4 | E S4 | P S4 *continuing-is-no-duty-to-offer
OPERATOR_UNBILLED | U *billing-not-recorded | P S3 | P S3 *relationship-mail-is-operational | U *billing-not-recorded | U * same | U * same
OPERATOR_ONLY | N *s1-in-general | P S3 | P S3 *relationship-mail-is-operational | N *s1-in-general | N * same | N * same
OPERATOR_FORMER | BILLING P S4 *closing-invoices; the others N | N | N | N | N | N
OPERATOR_CLOSING | BILLING P S4 *closing-invoices; ENDING P S4 *closing-matters; the others N | N | N | N | N | N
NONE | N | N | N | N | N | N
"""

TOPICS = {  # section 7
    "SUBSCRIPTION": "renewal expiry extended-service-term order-confirmation suspension quantity-change plan-change price-change "
    "trial-conversion end-of-sale usage-budget licence-compliance unused-licences",
    "ACQUISITION": "purchase quote transfer",
    "BILLING": "invoice payment dunning credit sla-credit tax billing-dispute",
    "ENDING": "cancellation data-deletion",
    "OPERATIONAL": "incident outage-update post-incident-review planned-maintenance action-required service-change service-retirement "
    "security-advisory security-incident privacy-notice abuse-alert authority-request",
    "RELATIONSHIP": "agreement-acceptance agreement-change relationship-invitation relationship-termination transfer-confirmation "
    "partner-association partner-deauthorization",
    "ADMINISTRATION": "admin-relationship-invitation admin-relationship-expiry",
    "SUPPORT": "ticket how-to support-contact-change",
    "GENERAL": "account-review onboarding adoption training event survey",
    "MARKETING": "upsell promotion",
}
CATEGORY_OF = {topic: category for category, topics in TOPICS.items() for topic in topics.split()}


class Cell(NamedTuple):
    verdict: str
    statements: tuple[str, ...]
    interpretation: str | None


def read_table(rows: str) -> dict[tuple[str, str], Cell]:
    """(standing, category) -> cell."""
    table = {}
    for row in rows.strip().splitlines():
        standing, *columns = (part.strip() for part in row.split("|"))
        named = ""
        for categories, column in zip(COLUMNS_OF_THE_PAGE, columns, strict=True):
            missing = list(categories)
            for part in column.split(";"):
                meant, text = categories_of(part.strip(), missing)
                cell, star, name = (each.strip() for each in text.partition("*"))
                named = name if star and name != "same" else named
                verdict, *statements = cell.split()
                for category in meant:
                    table[standing, category] = Cell(VERDICTS[verdict], tuple(statements), named if star else None)
                    missing.remove(category)
            if missing:
                raise ValueError(f"{standing} has no cell for {missing}")
    return table


def categories_of(part: str, missing: list[str]) -> tuple[list[str], str]:
    """The categories that a part of a cell is about, and the rest of its text: a category by name, or all that are missing yet."""
    first, _, rest = part.partition(" ")
    if first in missing:
        return [first], rest
    return list(missing), part.removeprefix("the others ")


TABLE = read_table(ROWS)
STANDINGS = tuple(dict.fromkeys(standing for standing, _ in TABLE))
"""In the order of sections 4 and 5, which is the same."""

UNREACHABLE = {
    (standing, category)
    for standing, reached in {
        "CLOSING_PARTNER": ("BILLING", "ENDING"),  # section 3: a closing scope is one of these categories
        "OPERATOR_CLOSING": ("BILLING", "ENDING"),
        "OPERATOR_FORMER": ("BILLING",),  # elsewhere OPERATOR_OF_CSP or OPERATOR_UNBILLED is as strong and stands before it, or is stronger
    }.items()
    for category in CATEGORIES
    if category not in reached
}
"""Cells that no world can reach, though section 5 has them."""
