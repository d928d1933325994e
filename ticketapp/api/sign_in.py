"""Sign people in and out: the steps that the JSON API and the forms share."""

import asyncio
from datetime import datetime

from sqlmodel import Session

from ticketapp.core.errors import InvalidInput
from ticketapp.integrations.rate_limits import (
    MAIL,
    MAIL_ONE_ADDRESS,
    REGISTER,
    SIGN_IN,
    SIGN_IN_ONE_ADDRESS,
)
from ticketapp.runtime import Runtime
from ticketapp.services.accounts import account, operations, passwords, queries, rules
from ticketapp.services.accounts.errors import BadCredentials
from ticketapp.services.accounts.views import Actor, OpenedSession
from ticketapp.services.cart import operations as cart
from ticketapp.services.ordering.taking_over import take_over_orders


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
            take_over_orders(session, from_person=guest.person_id, to_person=known.person_id, now=now)
            cart.take_over(session, from_person=guest.person_id, to_person=known.person_id, now=now)
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
        lambda session, now: account.register(
            session, email=email, name=name, password_hash=password_hash, now=now
        ),
    )


async def ask_for_reset(runtime: Runtime, *, email: str, address: str) -> None:
    """Send a link for a new password, if there is an account; the caller does not learn whether.

    Raises:
        InvalidInput: this is no e-mail address.
        TooManyRequests: too many letters went to this address or were asked for from this place.
    """
    email = rules.checked_email(email)
    await runtime.limits.hit(MAIL, address)
    await runtime.limits.hit(MAIL_ONE_ADDRESS, email)
    await asyncio.to_thread(
        runtime.write, lambda session, now: account.ask_for_reset(session, email=email, now=now)
    )


async def reset_password(runtime: Runtime, *, token: str, password: str, address: str) -> None:
    """Set a new password by a link from a letter.

    Raises:
        InvalidInput: the password is not acceptable.
        LinkExpired: the link does not count any more.
        TooManyRequests: too many links were tried from this place.
    """
    await runtime.limits.hit(SIGN_IN, address)
    password = rules.checked_password(password, email="")
    password_hash = await passwords.in_turn(passwords.hash_password, password)
    await asyncio.to_thread(
        runtime.write,
        lambda session, now: account.reset_password(
            session, token=token, password_hash=password_hash, now=now
        ),
    )


async def verify_email(runtime: Runtime, *, token: str, address: str) -> None:
    """Note that an address was confirmed by a link from a letter.

    Raises:
        LinkExpired: the link does not count any more.
        TooManyRequests: too many links were tried from this place.
    """
    await runtime.limits.hit(SIGN_IN, address)
    await asyncio.to_thread(
        runtime.write, lambda session, now: account.verify_email(session, token=token, now=now)
    )


async def change_password(
    runtime: Runtime, *, actor: Actor, token: str, old_password: str, new_password: str, address: str
) -> None:
    """Set a new password for somebody who knows the old one.

    Raises:
        InvalidInput: the old one is wrong or the new one not acceptable.
        TooManyRequests: they were wrong too often.
    """
    email = actor.email or ""
    await runtime.limits.check(SIGN_IN_ONE_ADDRESS, address, email)
    rules.checked_password(new_password, email=email)
    known = await asyncio.to_thread(
        runtime.read, lambda session, now: queries.find_credentials(session, email=email)
    )
    password_hash = known.password_hash if known is not None else None
    if not await passwords.in_turn(
        passwords.is_right_password, old_password[: rules.PASSWORD_MAX], password_hash
    ):
        await runtime.limits.hit(SIGN_IN_ONE_ADDRESS, address, email)
        refusal = "This is not your password."
        raise InvalidInput(old_password=refusal)
    new_hash = await passwords.in_turn(passwords.hash_password, new_password)
    await asyncio.to_thread(
        runtime.write,
        lambda session, now: account.change_password(
            session, actor=actor, password_hash=new_hash, keep_token=token, now=now
        ),
    )
