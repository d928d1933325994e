"""What tests of carts do again and again."""

from datetime import timedelta
from uuid import UUID

from tests.sales import Sale
from ticketapp.runtime import Runtime
from ticketapp.services.cart import operations, queries
from ticketapp.services.cart.views import CartView, TakenAgain
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.inventory.queries import availability
from ticketapp.services.inventory.requests import Held, HoldRequest, Line

SPAN = timedelta(minutes=15)


def hold(running: Runtime, person: UUID, event: Sale, *lines: Line, key: str = "k") -> Held:
    return running.grouped_blocking(
        inventory.hold_many, HoldRequest(person, event.id, lines, key, SPAN, frozenset())
    )


def cart_of(running: Runtime, person: UUID | None) -> CartView:
    return running.read(lambda session, now: queries.get_cart(session, person_id=person, now=now))


def set_quantity(running: Runtime, person: UUID, tier: UUID, quantity: int) -> None:
    running.write(
        lambda session, now: operations.set_quantity(
            session, person_id=person, tier_id=tier, quantity=quantity, hold_span=SPAN, now=now
        )
    )


def take_again(running: Runtime, person: UUID, event: Sale) -> TakenAgain:
    return running.write(
        lambda session, now: operations.take_again(
            session, person_id=person, event_id=event.id, hold_span=SPAN, now=now
        )
    )


def expire(running: Runtime) -> None:
    running.write(lambda session, now: inventory.expire_due(session, now=now, limit=100))


def left(running: Runtime, event: Sale, tier: str) -> int:
    numbers = running.read(lambda session, _: availability(session, [event.id]))
    return numbers[event.id].tiers[event.tiers[tier]].available
