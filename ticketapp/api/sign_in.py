"""Sign people in and out: the steps that the JSON API and the forms share."""

import asyncio
from datetime import datetime

from sqlmodel import Session

from ticketapp.runtime import Runtime
from ticketapp.services.accounts import operations, passwords, queries, rules
from ticketapp.services.accounts.errors import BadCredentials
from ticketapp.services.accounts.views import OpenedSession


async def sign_in(runtime: Runtime, *, email: str, password: str, guest_token: str = "") -> OpenedSession:
    """Check a password and open a session; the cart of the guest who signs in comes along.

    Raises:
        BadCredentials: the two do not belong together.
    """
    email = email.strip().lower()
    known = await asyncio.to_thread(
        runtime.read, lambda session, now: queries.find_credentials(session, email=email)
    )
    password_hash = known.password_hash if known is not None else None
    is_right = await passwords.in_turn(
        passwords.is_right_password, password[: rules.PASSWORD_MAX], password_hash
    )
    if known is None or not is_right:
        raise BadCredentials

    def open_with_cart(session: Session, now: datetime) -> OpenedSession:
        opened = operations.open_session(session, person_id=known.person_id, now=now)
        guest = queries.find_guest(session, token=guest_token, now=now)
        if guest is not None:
            operations.retire_guest(session, guest_id=guest.person_id, person_id=known.person_id, now=now)
        return opened

    return await asyncio.to_thread(runtime.write, open_with_cart)


async def sign_out(runtime: Runtime, token: str) -> None:
    """End the session of a token."""
    await asyncio.to_thread(
        runtime.write, lambda session, now: operations.sign_out(session, token=token, now=now)
    )


async def register(runtime: Runtime, *, email: str, name: str, password: str) -> None:
    """Make an account, or let its owner know that there is one: the caller learns neither.

    Raises:
        InvalidInput: a field is not acceptable.
    """
    rules.check_registration(email=email, name=name, password=password)
    password_hash = await passwords.in_turn(passwords.hash_password, password)
    await asyncio.to_thread(
        runtime.write,
        lambda session, now: operations.register(
            session, email=email, name=name, password_hash=password_hash, now=now
        ),
    )
