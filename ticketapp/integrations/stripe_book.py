"""The adapter's own book: which customer a buyer is at Stripe, and which PaymentIntent a key stands for."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from ticketapp.integrations.sets import among, dialect_of
from ticketapp.models import StripeCustomer, StripeIntent
from ticketapp.models.base import table_of

_CUSTOMERS, _INTENTS = table_of(StripeCustomer), table_of(StripeIntent)
_KEYS = sa.select(_INTENTS.c.intent_id, _INTENTS.c.key).where(among(_INTENTS.c.intent_id, "intents"))


def find_customer(session: Session, person_id: UUID) -> str | None:
    """Tell which customer a buyer is."""
    query = sa.select(_CUSTOMERS.c.customer_id).where(_CUSTOMERS.c.person_id == person_id)
    return session.execute(query).scalar()


def keep_customer(session: Session, *, person_id: UUID, customer_id: str) -> str:
    """Write down which customer a buyer is; the first one stays."""
    _insert_new(session, _CUSTOMERS, "person_id", {"person_id": person_id, "customer_id": customer_id})
    kept = find_customer(session, person_id)
    assert kept is not None
    return kept


def find_key(session: Session, intent_id: str) -> str | None:
    """Tell which key a PaymentIntent was made for."""
    return session.execute(sa.select(_INTENTS.c.key).where(_INTENTS.c.intent_id == intent_id)).scalar()


def find_keys(session: Session, intent_ids: Collection[str]) -> dict[str, str]:
    """Tell which keys PaymentIntents were made for, however many they are."""
    return dict(session.execute(_KEYS, {"intents": list(intent_ids)}).all())


def is_known(session: Session, key: str) -> bool:
    """Was this key given a PaymentIntent, or called off?"""
    return session.execute(sa.select(_INTENTS.c.key).where(_INTENTS.c.key == key)).first() is not None


def find_intent(session: Session, key: str) -> str | None:
    """Tell the PaymentIntent of a key; None for one that has none."""
    return session.execute(sa.select(_INTENTS.c.intent_id).where(_INTENTS.c.key == key)).scalar()


def keep_intent(session: Session, *, key: str, intent_id: str | None, now: datetime) -> str | None:
    """Write down the PaymentIntent of a key, or that it gets none, and tell what holds: the first word does."""
    _insert_new(session, _INTENTS, "key", {"key": key, "intent_id": intent_id, "created_at": now})
    return find_intent(session, key)


def is_closed(session: Session, key: str) -> bool:
    """Was this key called off with nothing left behind?"""
    query = sa.select(_INTENTS.c.key).where(_INTENTS.c.key == key, _INTENTS.c.closed_at.is_not(None))
    return session.execute(query).first() is not None


def close(session: Session, *, key: str, now: datetime) -> None:
    """Write down that nothing is left behind under a key that was called off."""
    session.execute(
        sa.update(_INTENTS).where(_INTENTS.c.key == key, _INTENTS.c.intent_id.is_(None)).values(closed_at=now)
    )


def _insert_new(session: Session, table: sa.Table, key: str, row: dict[str, object]) -> None:
    insert = sqlite.insert(table) if dialect_of(session) == "sqlite" else postgresql.insert(table)
    session.execute(insert.values(row).on_conflict_do_nothing(index_elements=[key]))
