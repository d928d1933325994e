"""The product with one empty request and one empty handler more: what they cost when they do nothing."""

from importlib import import_module
from typing import Any, ClassVar

import reflex as rx
from fastapi import APIRouter
from pydantic import BaseModel

from ticketapp.api import app as api
from ticketapp.api.identity import SignedIn
from ticketapp.cli.bench_server import EMPTY_PATH

router = APIRouter()


class EmptyBody(BaseModel):
    """As much to validate as a small request has."""

    name: str
    quantity: int


@router.post(EMPTY_PATH)
async def do_nothing(body: EmptyBody, actor: SignedIn) -> dict[str, str]:
    """Answer without doing anything."""
    return {"name": body.name, "person": str(actor.person_id)}


class EmptyState(rx.State):
    """A page's state with nothing to do."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    turns: int = 0

    @rx.event
    async def do_nothing(self) -> None:
        """Change a number: without a change the browser hears nothing."""
        self.turns += 1


def app() -> Any:
    """Give the product's ASGI app with the empty request and the empty handler in it."""
    api.ROUTERS = (*api.ROUTERS, router)
    # The composition root builds the API when it is imported, so the router has to be there before.
    return import_module("ticketapp.ticketapp").app()
