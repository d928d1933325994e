"""What the frame of every page says about the person looking at it."""

from typing import ClassVar

import reflex as rx

from ticketapp.live.follow import follow_person
from ticketapp.state.base import ServiceCalls, sign_in_path
from ticketapp.state.cart import CartState

# Whoever signs in from one of these goes on to the front page.
ENTRANCES = ("/sign-in", "/register", "/forgot-password", "/reset-password", "/verify-email")


class ViewerState(ServiceCalls, rx.State):
    """Name and roles, read with the cart on every page; the cart is read again whenever something of it changes."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    name: str = ""
    email: str = ""
    is_signed_in: bool = False
    is_organizer: bool = False
    is_door_staff: bool = False
    is_admin: bool = False
    sign_in_href: str = "/sign-in"

    @rx.event
    async def load(self):
        """Say who is looking and read their cart; every page runs this first."""
        actor = await self._actor()
        if actor is None:
            self.reset()
        self.sign_in_href = self._sign_in_href()
        if actor is None:
            return CartState.load
        self.name, self.email = actor.name, actor.email or ""
        self.is_signed_in, self.is_admin = not actor.is_guest, actor.is_admin
        self.is_organizer, self.is_door_staff = "organizer" in actor.roles, bool(actor.organizers)
        await follow_person(self, actor.person_id, reload=CartState.load)
        return CartState.load

    def _sign_in_href(self) -> str:
        here = self.router.url.path.rstrip("/")
        return "/sign-in" if here in ("", *ENTRANCES) else sign_in_path(here)
