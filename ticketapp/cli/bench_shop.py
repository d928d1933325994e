"""An event on sale and people to buy, for measurements of their own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from ticketapp.cli.bench_stage import add_event
from ticketapp.core.ids import new_code, new_id
from ticketapp.core.signing import new_signing_seed
from ticketapp.core.tokens import new_token, token_hash
from ticketapp.integrations.sets import insert_rows
from ticketapp.models import EventKey, Person, Tier, WebSession
from ticketapp.models.base import table_of
from ticketapp.services.inventory import supply

PRICE_MINOR = 45_00


@dataclass(frozen=True)
class Buyer:
    """Somebody with an account, and the token they are signed in with."""

    person_id: UUID
    token: str


@dataclass(frozen=True)
class Shop:
    """An event with one tier, and who wants to go."""

    event_id: UUID
    slug: str
    tier_id: UUID
    buyers: list[Buyer]


def open_shop(
    session: Session, *, places: int, buyers: int, now: datetime, max_per_person: int | None = None
) -> Shop:
    """Put an event of one tier on sale and sign its buyers in; a limit per person makes every rule count."""
    event = add_event(session, now)
    event.starts_at, event.ends_at = now + timedelta(days=30), now + timedelta(days=31)
    tier = Tier(
        event_id=event.id,
        key="regular",
        name="Regular",
        price_minor=PRICE_MINOR,
        currency="EUR",
        max_per_order=None,
        max_per_person=max_per_person,
    )
    session.add_all([tier, EventKey(event_id=event.id, seed=new_signing_seed())])
    session.flush()
    supply.create_stock(session, event_id=event.id, max_attendees=places)
    supply.add_tiers(session, event_id=event.id, capacities={tier.id: places})
    return Shop(event.id, event.slug, tier.id, _sign_in(session, buyers, now))


def _sign_in(session: Session, count: int, now: datetime) -> list[Buyer]:
    buyers = [Buyer(new_id(), new_token()) for _ in range(count)]
    insert_rows(
        session,
        table_of(Person),
        ("id", "email", "name", "password_hash", "is_admin", "created_at"),
        # Nobody signs in to these accounts: their sessions are opened here.
        [
            (buyer.person_id, f"{new_code(16).lower()}@example.com", "Bench", "!", False, now)
            for buyer in buyers
        ],
    )
    insert_rows(
        session,
        table_of(WebSession),
        ("id", "token_hash", "person_id", "created_at", "expires_at"),
        [
            (new_id(), token_hash(buyer.token), buyer.person_id, now, now + timedelta(days=1))
            for buyer in buyers
        ],
    )
    return buyers
