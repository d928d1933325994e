"""Who is calling: a bearer token or the browser's session cookie, both rows of one table."""

import asyncio
from typing import Annotated

from fastapi import Depends, Request

from ticketapp.core.errors import NotSignedIn
from ticketapp.core.tokens import cookie_value, is_token
from ticketapp.integrations.rate_limits import API_WRITES
from ticketapp.services.accounts import operations
from ticketapp.services.accounts.errors import CookiesNeeded
from ticketapp.services.accounts.rules import SESSION_COOKIE
from ticketapp.services.accounts.views import Actor

_BEARER = "Bearer "


def token_of(request: Request) -> str:
    """Give the token a request carries, "" without one; a bearer token wins over the cookie."""
    authorization = cookies = ""
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            authorization = value.decode("latin-1")
        elif name == b"cookie":
            cookies = value.decode("latin-1")
    if authorization:
        return (
            authorization[len(_BEARER) :].strip() if authorization[: len(_BEARER)].title() == _BEARER else ""
        )
    return cookie_value(cookies, SESSION_COOKIE)


async def visitor(request: Request) -> Actor | None:
    """Tell who is calling, None for somebody we do not know yet."""
    actor = await request.app.state.runtime.identities.actor_for(token_of(request))
    if actor is not None:
        request.scope["person"] = actor.person_id
    return actor


async def signed_in(request: Request) -> Actor:
    """Tell whose account is calling.

    Raises:
        NotSignedIn: no account is.
    """
    actor = await visitor(request)
    if actor is None or actor.is_guest:
        raise NotSignedIn
    await _count_write(request, actor)
    return actor


async def shopper(request: Request) -> Actor:
    """Tell who is calling, a guest included; a browser that has our cookie becomes a guest here.

    Raises:
        NotSignedIn: the request carries no cookie of ours, or a token that is over.
    """
    actor = await visitor(request)
    if actor is not None:
        await _count_write(request, actor)
        return actor
    token = token_of(request)
    if "authorization" in request.headers:
        raise NotSignedIn
    if not is_token(token):
        raise CookiesNeeded
    runtime = request.app.state.runtime
    return await asyncio.to_thread(
        runtime.write, lambda session, now: operations.begin_guest(session, token=token, now=now)
    )


async def _count_write(request: Request, actor: Actor) -> None:
    if request.method not in ("GET", "HEAD"):
        await request.app.state.runtime.limits.hit(API_WRITES, str(actor.person_id))


Visitor = Annotated[Actor | None, Depends(visitor)]
SignedIn = Annotated[Actor, Depends(signed_in)]
Shopper = Annotated[Actor, Depends(shopper)]
