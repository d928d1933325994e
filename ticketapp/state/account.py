"""One's own account: name, password, devices."""

from typing import Any, ClassVar

import reflex as rx

from ticketapp import runtime
from ticketapp.core.errors import InvalidInput, NotSignedIn
from ticketapp.core.flash import FLASH_COOKIE, unpack
from ticketapp.core.ids import parse_id
from ticketapp.core.tokens import cookie_value
from ticketapp.integrations.rate_limits import MAIL_ONE_ADDRESS
from ticketapp.runtime import Operation
from ticketapp.services.accounts import account, operations, queries
from ticketapp.services.accounts.views import AccountView, Actor
from ticketapp.state import session as who
from ticketapp.state.base import Done, Refused, ServiceCalls, say
from ticketapp.state.viewer import ViewerState


class AccountState(ServiceCalls, rx.State):
    """What the account page shows."""

    REQUIRED_ROLE: ClassVar[str] = "fan"

    account: AccountView = AccountView()
    is_loading: bool = True
    error: str = ""
    notice: str = ""
    name_error: str = ""
    old_password_error: str = ""
    password_error: str = ""

    @rx.event
    async def load(self):
        """Read the account, and what a password form said."""
        said = unpack("/account", cookie_value(self.router.headers.cookie, FLASH_COOKIE))
        self.notice = said.get("notice", "")
        self.old_password_error = said.get("wrong_old_password", "") or said.get("wrong_form", "")
        self.password_error = said.get("wrong_password", "")
        await self._show()

    @rx.event
    async def rename(self, form: dict[str, Any]):
        """Change the name."""
        self.name_error = ""
        outcome = await self._as_owner(
            lambda actor: (
                lambda session, now: account.change_name(
                    session, actor=actor, name=form.get("name", ""), now=now
                )
            )
        )
        match outcome:
            case Refused(InvalidInput(field_texts=texts)):
                self.name_error = texts.get("name", "")
            case Refused(error):
                yield say(error)
            case Done():
                self.notice = "Your name is changed."
                await self._show()
                yield ViewerState.load

    @rx.event
    async def sign_out_device(self, session_id: str):
        """Sign one device out."""
        outcome = await self._as_owner(
            lambda actor: (
                lambda session, now: account.end_session(
                    session, actor=actor, session_id=parse_id(session_id), now=now
                )
            )
        )
        if isinstance(outcome, Refused):
            yield say(outcome.error)
        await self._show()

    @rx.event
    async def sign_out_others(self):
        """Sign every other device out."""
        token = who.token_of(self)
        outcome = await self._as_owner(
            lambda actor: (
                lambda session, now: operations.sign_out_everywhere(
                    session, person_id=actor.person_id, now=now, except_token=token
                )
            )
        )
        if isinstance(outcome, Refused):
            yield say(outcome.error)
        else:
            self.notice = "Every other device is signed out."
        await self._show()

    @rx.event
    async def ask_to_verify(self):
        """Have the letter that confirms the address sent again."""
        outcome = await self._flow(self._send_verification)
        if isinstance(outcome, Refused):
            yield say(outcome.error)
        else:
            self.notice = f"We have written to {self.account.email}."

    async def _send_verification(self) -> None:
        actor = await self._actor()
        if actor is None:
            raise NotSignedIn
        await runtime.current().limits.hit(MAIL_ONE_ADDRESS, actor.email or "")
        outcome = await self._attempt(
            lambda session, now: account.ask_to_verify(session, actor=actor, now=now)
        )
        if isinstance(outcome, Refused):
            raise outcome.error

    async def _as_owner(self, operation_of: Any) -> Done[Any] | Refused:
        actor: Actor | None = await self._actor()
        if actor is None or actor.is_guest:
            return Refused(NotSignedIn())
        operation: Operation[Any] = operation_of(actor)
        return await self._attempt(operation)

    async def _show(self) -> None:
        actor, token = await self._actor(), who.token_of(self)
        if actor is None:
            return
        outcome = await self._read(
            lambda session, now: queries.get_account(session, actor=actor, token=token, now=now)
        )
        self.is_loading = False
        match outcome:
            case Done(view):
                self.account, self.error = view, ""
            case Refused(error):
                self.error = error.text
