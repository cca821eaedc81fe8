"""A customer as large as one gets: 50 subscriptions that 12 partners sell."""

from tests.oracle.book import Book, row_of

SUBSCRIPTIONS, PARTNERS = 50, 12
PROVIDERS = 3
SINCE = "2025-01-01"
OFFERS = ("Microsoft 365 E3", "Microsoft 365 Business Premium", "Azure plan", "Dynamics 365 Sales Professional", "Power BI Pro")


def large_customer() -> Book:
    """Three providers bill, in turn; nine resellers resell what their provider bills, and look after it."""
    book = Book(
        customers=[row_of("customers", key="trade-fair", name="Trade Fair International", domain="trade-fair.example", country="DE")]
    )
    names = [f"Provider {number + 1}" if number < PROVIDERS else f"Reseller Number {number + 1}" for number in range(PARTNERS)]
    book.partners = [row_of("partners", key=f"firm-{number}", name=name) for number, name in enumerate(names)]
    ties = [("PROVIDES_FOR", f"partner:firm-{each % PROVIDERS}", f"partner:firm-{each}") for each in range(PROVIDERS, PARTNERS)]
    ties += [("RESELLER_FOR", f"partner:firm-{each}", "customer:trade-fair") for each in range(PARTNERS)]
    for number in range(SUBSCRIPTIONS):
        key = f"trade-fair-{number}"
        book.subscriptions.append(row_of("subscriptions", key=key, offer=OFFERS[number % len(OFFERS)], status="active"))
        reseller = PROVIDERS + number % (PARTNERS - PROVIDERS)
        ties.append(("HOLDS", "customer:trade-fair", f"subscription:{key}"))
        ties.append(("BILLS", f"partner:firm-{reseller % PROVIDERS}", f"subscription:{key}"))
        ties += [(each, f"partner:firm-{reseller}", f"subscription:{key}") for each in ("RESELLS", "SUPPORTS")]
    book.relationships = [row_of("relationships", type=type_, from_=start, to=end, valid_from=SINCE) for type_, start, end in ties]
    return book
