"""Changes as a caller gives them, turned into plain values."""

from typing import Any

import strawberry

from graph.ids import new_id, parse_id
from graph.request_digest import Json
from graph.time_slices import give_way
from policy import change
from policy.boundary import completion
from policy.errors import VoceroError
from policy.facts import Property
from policy.instant import written
from policy.terms import AdminKind, AgreementChannel, Cloud, RelationshipType
from policy.values.properties import storable
from policy.values.text import text
from resolvers.apply import SentChange
from schema.limits import expect_few
from schema.scalars import DateTime


@strawberry.input
class PutCustomer:
    """An omitted member keeps the stored value, null clears it; on creation cloud = PUBLIC."""

    key: str
    name: strawberry.Maybe[str | None]
    domain: strawberry.Maybe[str | None]
    country: strawberry.Maybe[str | None]
    cloud: strawberry.Maybe[Cloud | None]

    def change(self) -> change.Put:
        """Raises BadInput."""
        return change.Put(new_id("customer", self.key), storable(self._properties()))

    def sent(self) -> Json:
        """The members that were given, in the names of the API."""
        return {"key": self.key, **self._properties()}

    def _properties(self) -> dict[str, Property]:
        return _given(name=self.name, domain=self.domain, country=self.country, cloud=self.cloud)


@strawberry.input
class PutPartner:
    """An omitted member keeps the stored value, null clears it."""

    key: str
    name: strawberry.Maybe[str | None]
    country: strawberry.Maybe[str | None]
    mpn_ids: strawberry.Maybe[list[str] | None]

    def change(self) -> change.Put:
        """Raises BadInput."""
        return change.Put(new_id("partner", self.key), storable(self._properties()))

    def sent(self) -> Json:
        """The members that were given, in the names of the API."""
        return {"key": self.key, **self._properties()}

    def _properties(self) -> dict[str, Property]:
        return _given(name=self.name, country=self.country, mpnIds=self.mpn_ids)


@strawberry.input
class PutSubscription:
    """An omitted member keeps the stored value, null clears it; on creation status = "active", consumption = false."""

    key: str
    offer: strawberry.Maybe[str | None]
    status: strawberry.Maybe[str | None]
    consumption: strawberry.Maybe[bool | None]

    def change(self) -> change.Put:
        """Raises BadInput."""
        return change.Put(new_id("subscription", self.key), storable(self._properties()))

    def sent(self) -> Json:
        """The members that were given, in the names of the API."""
        return {"key": self.key, **self._properties()}

    def _properties(self) -> dict[str, Property]:
        return _given(offer=self.offer, status=self.status, consumption=self.consumption)


@strawberry.input
class PutAgreement:
    """An omitted member keeps the stored value, null clears it; a new one needs a channel."""

    key: str
    type: strawberry.Maybe[str | None]
    channel: strawberry.Maybe[AgreementChannel | None]

    def change(self) -> change.Put:
        """Raises BadInput."""
        return change.Put(new_id("agreement", self.key), storable(self._properties()))

    def sent(self) -> Json:
        """The members that were given, in the names of the API."""
        return {"key": self.key, **self._properties()}

    def _properties(self) -> dict[str, Property]:
        return _given(type=self.type, channel=self.channel)


@strawberry.input(description="kind: given exactly for ADMINISTERS; relationships of different kinds are different.")
class StartRelationship:
    """A relationship that holds from valid_from on."""

    type: RelationshipType
    start: strawberry.ID = strawberry.field(name="from")
    end: strawberry.ID = strawberry.field(name="to")
    valid_from: DateTime
    kind: AdminKind | None = None
    valid_to: DateTime | None = None
    source: str | None = None

    def change(self) -> change.Start:
        """Raises BadInput."""
        ends = parse_id(self.start), parse_id(self.end)
        return change.Start(self.type, *ends, self.kind, self.valid_from, self.valid_to, text("source", self.source or "", least=0))

    def sent(self) -> Json:
        """The members that were given, in the names of the API."""
        valid_to = None if self.valid_to is None else written(self.valid_to)
        return _sent(self, validFrom=written(self.valid_from), validTo=valid_to, source=self.source or None)


@strawberry.input(description="Ends the one that is open; CONFLICT if none is.")
class EndRelationship:
    """A relationship that holds until valid_to."""

    type: RelationshipType
    start: strawberry.ID = strawberry.field(name="from")
    end: strawberry.ID = strawberry.field(name="to")
    valid_to: DateTime
    kind: AdminKind | None = None

    def change(self) -> change.End:
        """Raises BadInput."""
        return change.End(self.type, parse_id(self.start), parse_id(self.end), self.kind, self.valid_to)

    def sent(self) -> Json:
        """The members that were given, in the names of the API."""
        return _sent(self, validTo=written(self.valid_to))


@strawberry.input(
    description="It never held: its record is superseded, kept for knownAt before now. "
    "With a start beside it in one apply it is a correction."
)
class RetractRelationship:
    """A relationship that was believed from valid_from on."""

    type: RelationshipType
    start: strawberry.ID = strawberry.field(name="from")
    end: strawberry.ID = strawberry.field(name="to")
    valid_from: DateTime
    kind: AdminKind | None = None

    def change(self) -> change.Retract:
        """Raises BadInput."""
        return change.Retract(self.type, parse_id(self.start), parse_id(self.end), self.kind, self.valid_from)

    def sent(self) -> Json:
        """The members that were given, in the names of the API."""
        return _sent(self, validFrom=written(self.valid_from))


@strawberry.input(
    description="Billing ownership moves: the live BILLS, and every live RESELLS and SUPPORTS of the subscription, end and the new BILLS "
    "(and RESELLS, if a reseller is given) start at the boundary that policy.md section 1 names, in one transaction."
)
class TransferBilling:
    """A transfer as it was completed."""

    subscriptions: list[strawberry.ID]
    to: strawberry.ID
    completed_at: DateTime
    reseller: strawberry.ID | None = None

    def change(self) -> change.Transfer:
        """Raises BadInput."""
        expect_few(self.subscriptions, "subscriptions")
        subscriptions = tuple(parse_id(each, ("subscription",)) for each in self.subscriptions)
        reseller = None if self.reseller is None else parse_id(self.reseller, ("partner",))
        return change.Transfer(subscriptions, parse_id(self.to, ("partner", "operator")), completion(self.completed_at), reseller)

    def sent(self) -> Json:
        """The members that were given, in the names of the API."""
        moved = {"subscriptions": list(self.subscriptions), "to": self.to, "completedAt": written(self.completed_at)}
        return moved if self.reseller is None else moved | {"reseller": self.reseller}


@strawberry.input(one_of=True, description="One change to the graph. Exactly one member is set.")
class Change:
    """Whichever it is."""

    put_customer: PutCustomer | None = strawberry.UNSET
    put_partner: PutPartner | None = strawberry.UNSET
    put_subscription: PutSubscription | None = strawberry.UNSET
    put_agreement: PutAgreement | None = strawberry.UNSET
    start: StartRelationship | None = strawberry.UNSET
    end: EndRelationship | None = strawberry.UNSET
    retract: RetractRelationship | None = strawberry.UNSET
    transfer_billing: TransferBilling | None = strawberry.UNSET

    def __post_init__(self) -> None:
        give_way()  # of thousands others need not wait for the last

    def change(self) -> change.Change | VoceroError:
        """The one change as a plain value, or what is wrong with it by itself."""
        _, given = self._given()
        try:
            return given.change()
        except VoceroError as error:
            return error

    def sent(self) -> Json:
        """The one change as it was sent, whatever is wrong with it."""
        name, given = self._given()
        return {name: given.sent()}

    def _given(self) -> tuple[str, SentChange]:
        give_way()
        members = {
            "putCustomer": self.put_customer,
            "putPartner": self.put_partner,
            "putSubscription": self.put_subscription,
            "putAgreement": self.put_agreement,
            "start": self.start,
            "end": self.end,
            "retract": self.retract,
            "transferBilling": self.transfer_billing,
        }
        return next((name, member) for name, member in members.items() if member)


def _given(**members: strawberry.Some[Any] | None) -> dict[str, Property]:
    return {name: member.value for name, member in members.items() if member is not None}


def _sent(given: StartRelationship | EndRelationship | RetractRelationship, **members: str | None) -> Json:
    ends = {"type": given.type.value, "from": given.start, "to": given.end, "kind": given.kind and given.kind.value}
    return {name: value for name, value in {**ends, **members}.items() if value is not None}
