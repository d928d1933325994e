"""The pages where people come in: what a refused form says, and where to go on to."""

from typing import ClassVar
from urllib.parse import quote

import reflex as rx

from ticketapp.core.flash import FLASH_COOKIE, unpack
from ticketapp.core.tokens import cookie_value
from ticketapp.state.base import ServiceCalls


class EntranceState(ServiceCalls, rx.State):
    """Texts of sign-in, registration and the pages that links in letters open. The forms post to /auth/…."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    next_path: str = "/"
    token: str = ""
    name: str = ""
    email: str = ""
    notice: str = ""
    form_error: str = ""
    name_error: str = ""
    email_error: str = ""
    password_error: str = ""
    is_signed_in: bool = False

    @rx.event
    async def load(self):
        """Read what the last form said and what the address carries."""
        url = self.router.url
        said = unpack(url.path.rstrip("/"), cookie_value(self.router.headers.cookie, FLASH_COOKIE))
        self.next_path = url.query_parameters.get("next", "/")
        self.token = url.query_parameters.get("token", "") or said.get("token", "")
        self.name, self.email = said.get("name", ""), said.get("email", "")
        self.notice, self.form_error = said.get("notice", ""), said.get("wrong_form", "")
        self.name_error, self.email_error = said.get("wrong_name", ""), said.get("wrong_email", "")
        self.password_error = said.get("wrong_password", "")
        actor = await self._actor()
        self.is_signed_in = actor is not None and not actor.is_guest

    @rx.var
    def register_href(self) -> str:
        """Give the way to registration that keeps where the person wanted to go."""
        return f"/register?next={quote(self.next_path)}"

    @rx.var
    def sign_in_href(self) -> str:
        """Give the way to signing in that keeps where the person wanted to go."""
        return f"/sign-in?next={quote(self.next_path)}"
