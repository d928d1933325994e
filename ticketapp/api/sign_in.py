"""Sign people in and out: the steps that the JSON API and the forms share."""

import asyncio
from datetime import datetime

from sqlmodel import Session

from ticketapp.integrations.rate_limits import REGISTER, SIGN_IN, SIGN_IN_ONE_ADDRESS
from ticketapp.runtime import Runtime
from ticketapp.services.accounts import operations, passwords, queries, rules
from ticketapp.services.accounts.errors import BadCredentials
from ticketapp.services.accounts.views import OpenedSession
from ticketapp.services.inventory import operations as inventory


async def sign_in(
    runtime: Runtime, *, email: str, password: str, address: str, guest_token: str = ""
) -> OpenedSession:
    """Check a password and open a session; the cart of the guest who signs in comes along.

    Raises:
        BadCredentials: the two do not belong together.
        TooManyRequests: they did not too often, for this address or from this place.
    """
    email = email.strip().lower()
    await runtime.limits.check(SIGN_IN_ONE_ADDRESS, address, email)
    await runtime.limits.check(SIGN_IN, address)
    known = await asyncio.to_thread(
        runtime.read, lambda session, now: queries.find_credentials(session, email=email)
    )
    password_hash = known.password_hash if known is not None else None
    is_right = await passwords.in_turn(
        passwords.is_right_password, password[: rules.PASSWORD_MAX], password_hash
    )
    if known is None or not is_right:
        await runtime.limits.hit(SIGN_IN_ONE_ADDRESS, address, email)
        await runtime.limits.hit(SIGN_IN, address)
        raise BadCredentials

    def open_with_cart(session: Session, now: datetime) -> OpenedSession:
        opened = operations.open_session(session, person_id=known.person_id, now=now)
        guest = queries.find_guest(session, token=guest_token, now=now)
        if guest is not None:
            inventory.take_over(session, from_person=guest.person_id, to_person=known.person_id, now=now)
            operations.retire_guest(session, guest_id=guest.person_id, person_id=known.person_id, now=now)
        return opened

    return await asyncio.to_thread(runtime.write, open_with_cart)


async def sign_out(runtime: Runtime, token: str) -> None:
    """End the session of a token."""
    await asyncio.to_thread(
        runtime.write, lambda session, now: operations.sign_out(session, token=token, now=now)
    )


async def register(runtime: Runtime, *, email: str, name: str, password: str, address: str) -> None:
    """Make an account, or let its owner know that there is one: the caller learns neither.

    Raises:
        InvalidInput: a field is not acceptable.
        TooManyRequests: this place has made too many accounts.
    """
    await runtime.limits.hit(REGISTER, address)
    rules.check_registration(email=email, name=name, password=password)
    password_hash = await passwords.in_turn(passwords.hash_password, password)
    await asyncio.to_thread(
        runtime.write,
        lambda session, now: operations.register(
            session, email=email, name=name, password_hash=password_hash, now=now
        ),
    )
