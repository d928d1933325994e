"""Read what a scanner saw, and check its signature before any row is locked."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ticketapp.core.signing import InvalidCode, TicketClaim, check_signature, public_key, read_code
from ticketapp.models import EventKey, Ticket
from ticketapp.services.checkin.requests import Presented
from ticketapp.services.checkin.rules import serial_of

TEXT_MAX = 400
# A public key never changes, so those seen are kept; an event has one or two.
KEYS_MAX = 4_096
_keys: dict[tuple[bytes, int], bytes] = {}


def present_known(text: str) -> Presented | None:
    """Read a code with the keys seen before; None when the database must be asked for the key."""
    try:
        claim, payload, signature = read_code(text[:TEXT_MAX])
    except InvalidCode:
        return Presented(serial=serial_of(text[:TEXT_MAX]))
    key = _keys.get((claim.event_tail, claim.key_number))
    return None if key is None else _checked(key, claim, payload, signature)


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
    key = _keys.get((claim.event_tail, claim.key_number))
    return Presented(is_genuine=False) if key is None else _checked(key, claim, payload, signature)


def _checked(key: bytes, claim: TicketClaim, payload: bytes, signature: bytes) -> Presented:
    try:
        check_signature(key, payload, signature)
    except InvalidCode:
        return Presented(is_genuine=False)
    return Presented(ticket_id=claim.ticket_id, revision=claim.revision)


def public_keys(session: Session, event_id: UUID) -> dict[int, bytes]:
    """Give the public keys of an event by their number."""
    query = sa.select(col(EventKey.number), col(EventKey.seed)).where(col(EventKey.event_id) == event_id)
    return {number: public_key(seed) for number, seed in session.execute(query)}


def _learn(session: Session, event_id: UUID) -> None:
    if len(_keys) >= KEYS_MAX:
        _keys.clear()
    for number, key in public_keys(session, event_id).items():
        _keys[event_id.bytes[8:], number] = key
