"""Who is behind a socket: read from the handshake's cookie on every event, never from the browser's state.

The client's own token, and everything in Reflex's state, is only a hint. `actor_of` gives None for a visitor we know
nothing of; `person_of` makes a guest of such a visitor, which the first thing put into a cart does.
"""

import asyncio

from reflex.state import BaseState

from ticketapp import runtime
from ticketapp.core.tokens import cookie_value, is_token
from ticketapp.services.accounts import operations
from ticketapp.services.accounts.errors import CookiesNeeded
from ticketapp.services.accounts.rules import SESSION_COOKIE
from ticketapp.services.accounts.views import Actor


def token_of(state: BaseState) -> str:
    """Give the token that the browser sent when it opened the socket, "" without one."""
    return cookie_value(state.router.headers.cookie, SESSION_COOKIE)


async def actor_of(state: BaseState) -> Actor | None:
    """Tell who is calling; None for somebody we do not know yet."""
    return await runtime.current().identities.actor_for(token_of(state))


async def person_of(state: BaseState) -> Actor:
    """Tell who is calling, making a guest of somebody we do not know yet.

    Raises:
        CookiesNeeded: the browser keeps no cookies.
        SessionEnded: it was signed out, or came back after a month.
    """
    actor = await actor_of(state)
    if actor is not None:
        return actor
    token = token_of(state)
    if not is_token(token):
        raise CookiesNeeded
    return await asyncio.to_thread(
        runtime.current().write, lambda session, now: operations.begin_guest(session, token=token, now=now)
    )
