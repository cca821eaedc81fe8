"""The table and the topics of policy.md, sections 5 and 7, typed in by hand in the page's own notation."""

from typing import NamedTuple

CATEGORIES = ("SUBSCRIPTION", "BILLING", "OPERATIONAL", "RELATIONSHIP", "SUPPORT", "GENERAL", "MARKETING")
VERDICTS = {"E": "EXPECTED", "P": "PERMITTED", "X": "PROHIBITED", "N": "NOT_STATED", "U": "UNKNOWN"}
STRENGTH = ("EXPECTED", "PERMITTED", "PROHIBITED", "UNKNOWN", "NOT_STATED")
COVERED_CLOUDS = ("PUBLIC", "US_GOVERNMENT")

# standing | SUBSCRIPTION | BILLING | OPERATIONAL | RELATIONSHIP | SUPPORT | GENERAL | MARKETING
# "* same" repeats the interpretation that was named before it in its row.
ROWS = """
DIRECT_BILLER      | E S1 S2 | E S1 S2 | E S1 | E S1 | E S1 | E S1 | E S1 *all-communication-includes-marketing
RESELLER           | E S1 *reseller-faces-customer | E S1 * same | E S1 * same | E S1 * same | E S1 * same | E S1 * same | E S1 * same
PROVIDER           | P S1 S2 *provider-behind-reseller | P S1 S2 * same | P S1 * same | P S1 * same | P S1 * same | P S1 * same | N * same
RELATED            | E S1 *relationship-before-purchase | E S1 * same | E S1 * same | E S1 * same | E S1 * same | E S1 * same | E S1 * same
SUPPORT_CONTACT    | N | N | P *support-contact-helps | N | P *support-contact-helps | N | N
ADMINISTRATOR      | N | N | P *administrator-operates | N | P *administrator-operates | N | N
FORMER_BILLER      | N | P *closing-invoices | N | N | N | N | N
OTHER_PARTNER      | N *own-subscriptions-only | N * same | N * same | N * same | N * same | N * same | N * same
UNBILLED_RESELLER  | U *billing-not-recorded | U * same | U * same | U * same | U * same | U * same | U * same
OPERATOR_OF_CSP    | X S2 | X S2 | P S3 | P S3 *relationship-mail-is-operational | N *s1-in-general | N *s1-in-general \
                   | X S2 *marketing-about-a-subscription
OPERATOR_DIRECT    | E S4 | E S4 | E S3 S4 | E S4 | E S4 | E S4 | E S4
OPERATOR_UNBILLED  | U *billing-not-recorded | U *billing-not-recorded | P S3 \
                   | N *s1-in-general | N *s1-in-general | N *s1-in-general | N *s1-in-general
OPERATOR_ONLY      | N *s1-in-general | N *s1-in-general | P S3 | N * same | N * same | N * same | N * same
NONE               | N | N | N | N | N | N | N
"""

TOPICS = {
    "SUBSCRIPTION": "renewal expiry purchase cancellation suspension quantity-change plan-change price-change promotion trial-conversion "
    "end-of-sale transfer",
    "BILLING": "invoice payment dunning credit usage-budget tax",
    "OPERATIONAL": "incident outage-update post-incident-review planned-maintenance action-required service-change security-advisory "
    "privacy-notice abuse-alert",
    "RELATIONSHIP": "agreement-acceptance relationship-invitation admin-relationship-expiry transfer-confirmation partner-association",
    "SUPPORT": "ticket how-to",
    "GENERAL": "account-review adoption training",
    "MARKETING": "upsell event",
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
        standing, *texts = (part.strip() for part in row.split("|"))
        named = None
        for category, text in zip(CATEGORIES, texts, strict=True):
            cell, star, name = (part.strip() for part in text.partition("*"))
            verdict, *statements = cell.split()
            if star and name != "same":
                named = name
            table[standing, category] = Cell(VERDICTS[verdict], tuple(statements), named if star else None)
    return table


TABLE = read_table(ROWS)
STANDINGS = tuple(dict.fromkeys(standing for standing, _ in TABLE))
