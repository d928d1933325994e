"""Read what a scanner saw, and check its signature before any row is locked."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ticketapp.core.signing import InvalidCode, TicketClaim, check_signature, public_key, read_code
from ticketapp.models import EventKey, Ticket
from ticketapp.services.checkin.requests import Presented
from ticketapp.services.checkin.rules import serial_of

TEXT_MAX = 400
# A key never changes, so those seen are kept; an event has one or two.
KEYS_MAX = 4_096
_seeds: dict[tuple[bytes, int], bytes] = {}


def present_known(text: str) -> Presented | None:
    """Read a code with the keys seen before; None when the database must be asked for the key."""
    try:
        claim, payload, signature = read_code(text[:TEXT_MAX])
    except InvalidCode:
        return Presented(serial=serial_of(text[:TEXT_MAX]))
    seed = _seeds.get((claim.event_tail, claim.key_number))
    return None if seed is None else _checked(seed, claim, payload, signature)


def present(session: Session, text: str) -> Presented:
    """Read a code, and the key of its event where it was not seen before."""
    known = present_known(text)
    if known is not None:
        return known
    claim, payload, signature = read_code(text[:TEXT_MAX])
    event_id = session.scalar(select(Ticket.event_id).where(Ticket.id == claim.ticket_id))
    if event_id is None:
        # Nothing can vouch for a ticket that does not exist; the verdict will be that it is unknown.
        return Presented(ticket_id=claim.ticket_id, revision=claim.revision)
    _learn(session, event_id)
    seed = _seeds.get((claim.event_tail, claim.key_number))
    return Presented(is_genuine=False) if seed is None else _checked(seed, claim, payload, signature)


def _checked(seed: bytes, claim: TicketClaim, payload: bytes, signature: bytes) -> Presented:
    try:
        check_signature(seed, payload, signature)
    except InvalidCode:
        return Presented(is_genuine=False)
    return Presented(ticket_id=claim.ticket_id, revision=claim.revision)


def public_keys(session: Session, event_id: UUID) -> dict[int, bytes]:
    """Give the public keys of an event by their number."""
    return {number: public_key(seed) for number, seed in _stored_seeds(session, event_id)}


def _stored_seeds(session: Session, event_id: UUID) -> Iterable[Any]:
    query = sa.select(col(EventKey.number), col(EventKey.seed)).where(col(EventKey.event_id) == event_id)
    return session.execute(query)


def _learn(session: Session, event_id: UUID) -> None:
    if len(_seeds) >= KEYS_MAX:
        _seeds.clear()
    for number, seed in _stored_seeds(session, event_id):
        _seeds[event_id.bytes[8:], number] = seed
