"""What the frame of every page says about the person looking at it."""

from typing import ClassVar

import reflex as rx

from ticketapp.live.follow import follow_cart
from ticketapp.state.base import ServiceCalls, sign_in_path

# Whoever signs in from one of these goes on to the front page.
ENTRANCES = ("/sign-in", "/register", "/forgot-password", "/reset-password", "/verify-email")


class ViewerState(ServiceCalls, rx.State):
    """Name and roles, read on every page; the cart beside them follows by itself."""

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
        """Say who is looking and show their cart; every page runs this first."""
        actor = await self._actor()
        if actor is None:
            self.reset()
        self.sign_in_href = self._sign_in_href()
        await follow_cart(self, actor.person_id if actor else None)
        if actor is None:
            return
        self.name, self.email = actor.name, actor.email or ""
        self.is_signed_in, self.is_admin = not actor.is_guest, actor.is_admin
        self.is_organizer, self.is_door_staff = "organizer" in actor.roles, bool(actor.organizers)

    def _sign_in_href(self) -> str:
        here = self.router.url.path.rstrip("/")
        return "/sign-in" if here in ("", *ENTRANCES) else sign_in_path(here)
