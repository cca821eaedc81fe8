"""The words of the policy: every closed set of names that an answer can hold, as contract.graphql spells them."""

from enum import StrEnum


class Term(StrEnum):
    """One of a closed set of names."""

    __hash__ = str.__hash__  # an enum's own is written in Python, and terms are what nearly every look-up here goes by


class Cloud(Term):
    """The cloud a customer's tenant lives in."""

    PUBLIC = "PUBLIC"
    US_GOVERNMENT = "US_GOVERNMENT"
    CHINA = "CHINA"
    GERMANY = "GERMANY"


class Category(Term):
    """What kind of thing a topic is; the columns of the table."""

    SUBSCRIPTION = "SUBSCRIPTION"
    ACQUISITION = "ACQUISITION"
    BILLING = "BILLING"
    ENDING = "ENDING"
    OPERATIONAL = "OPERATIONAL"
    RELATIONSHIP = "RELATIONSHIP"
    ADMINISTRATION = "ADMINISTRATION"
    SUPPORT = "SUPPORT"
    GENERAL = "GENERAL"
    MARKETING = "MARKETING"


class Verdict(Term):
    """What the policy says. A cell of the table holds neither MIXED (of several scopes) nor NOT_COVERED (of a cloud)."""

    EXPECTED = "EXPECTED"
    PERMITTED = "PERMITTED"
    MIXED = "MIXED"
    PROHIBITED = "PROHIBITED"
    UNKNOWN = "UNKNOWN"
    NOT_STATED = "NOT_STATED"
    NOT_COVERED = "NOT_COVERED"


class Standing(Term):
    """What a communicator is in one scope; the rows of the table, in the order that breaks a tie."""

    DIRECT_BILLER = "DIRECT_BILLER"
    RESELLER = "RESELLER"
    PROVIDER = "PROVIDER"
    RELATED = "RELATED"
    RELATED_PROVIDER = "RELATED_PROVIDER"
    SUPPORT_CONTACT = "SUPPORT_CONTACT"
    ADMINISTRATOR = "ADMINISTRATOR"
    FORMER_BILLER = "FORMER_BILLER"
    FORMER_RESELLER = "FORMER_RESELLER"
    CLOSING_PARTNER = "CLOSING_PARTNER"
    OTHER_PARTNER = "OTHER_PARTNER"
    UNBILLED_RESELLER = "UNBILLED_RESELLER"
    RELATED_UNRECORDED = "RELATED_UNRECORDED"
    RELATED_BESIDES = "RELATED_BESIDES"
    OPERATOR_OF_CSP = "OPERATOR_OF_CSP"
    OPERATOR_DIRECT = "OPERATOR_DIRECT"
    OPERATOR_UNBILLED = "OPERATOR_UNBILLED"
    OPERATOR_ONLY = "OPERATOR_ONLY"
    OPERATOR_FORMER = "OPERATOR_FORMER"
    OPERATOR_CLOSING = "OPERATOR_CLOSING"
    NONE = "NONE"


class Hidden(Term):
    """Which subscriptions a status `deleted` hides: those held without an end on record, or all."""

    WITHOUT_END = "WITHOUT_END"
    ALL = "ALL"


class BillingOperator(Term):
    """Whose BILLS is a sale of the operator's own: that of the operator of the customer's cloud, or of any."""

    OF_THE_CLOUD = "OF_THE_CLOUD"
    ANY = "ANY"


class Channel(Term):
    """How a subscription is sold, by who bills it now or, where nobody does, by the agreement that governs it."""

    CSP = "CSP"
    DIRECT = "DIRECT"
    UNBILLED = "UNBILLED"


class AgreementChannel(Term):
    """Through whom an agreement was made."""

    CSP = "CSP"
    DIRECT = "DIRECT"


class RelationshipType(Term):
    """The relationships of the graph."""

    HOLDS = "HOLDS"
    BILLS = "BILLS"
    RESELLS = "RESELLS"
    PROVIDES_FOR = "PROVIDES_FOR"
    RESELLER_FOR = "RESELLER_FOR"
    PARTY_TO = "PARTY_TO"
    GOVERNS = "GOVERNS"
    ADMINISTERS = "ADMINISTERS"
    SUPPORTS = "SUPPORTS"


OWNERSHIP = frozenset(RelationshipType) - {RelationshipType.ADMINISTERS, RelationshipType.SUPPORTS}


class AdminKind(Term):
    """The kinds of admin access; relationships of different kinds are different relationships."""

    DAP = "DAP"
    GDAP = "GDAP"
    AOBO = "AOBO"
    LIGHTHOUSE = "LIGHTHOUSE"


class PartnerRole(Term):
    """What a partner is, from its live relationships."""

    DIRECT_BILL = "DIRECT_BILL"
    INDIRECT_PROVIDER = "INDIRECT_PROVIDER"
    INDIRECT_RESELLER = "INDIRECT_RESELLER"


class Language(Term):
    """The languages of every text."""

    EN = "EN"
    ES = "ES"


class Happened(Term):
    """What is told of a relationship: it began, it ended, or a transfer moved it from its start or to it."""

    BEGAN = "BEGAN"
    ENDED = "ENDED"
    MOVED_AWAY = "MOVED_AWAY"
    MOVED_HERE = "MOVED_HERE"


class Boundary(Term):
    """When a completed transfer takes effect: at its completion, or at the start of the UTC day after it."""

    INSTANT = "INSTANT"
    NEXT_UTC_DAY = "NEXT_UTC_DAY"
