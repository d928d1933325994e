"""Nobody gets past here without the role a state asks for.

Every public method of every state is an endpoint that any browser may call with anything. So each state class of ours
declares `REQUIRED_ROLE`, this middleware looks at it before every event, and what it does not know it refuses.
Which order, event or organizer somebody may touch is decided by the services.
"""

import logging
from typing import TYPE_CHECKING, ClassVar

import reflex as rx
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event
from reflex_base.registry import RegistrationContext
from typing_extensions import override

from ticketapp import runtime
from ticketapp.core.errors import TooManyRequests
from ticketapp.core.tokens import token_hash
from ticketapp.integrations.rate_limits import SCREEN_EVENTS
from ticketapp.services.accounts import rules
from ticketapp.state import session
from ticketapp.state.arguments import are_acceptable
from ticketapp.state.base import say, sign_in_path

if TYPE_CHECKING:
    from reflex.app import App

log = logging.getLogger(__name__)

ROLES = frozenset({"public", "fan", "organizer", "door", "admin"})
# What Reflex's own client sends. Not among them: `setvar` and `update_vars_internal`, by which a browser could set
# variables itself. None of ours are meant to be set so.
_REFLEX_OWN = frozenset(
    {"hydrate", "hydrate_and_load", "on_load_internal", "set_is_hydrated", "handle_frontend_exception"}
)


def required_role(event_name: str) -> str | None:
    """Give the role an event asks for, None for an event that nobody may send."""
    registered = RegistrationContext.get().event_handlers.get(event_name)
    if registered is None or not registered.states:
        return None
    state_class = registered.states[0]
    handler_name = event_name.rpartition(".")[2]
    if state_class.__module__.startswith("reflex."):
        return "public" if handler_name in _REFLEX_OWN else None
    if handler_name == "setvar":
        return None
    role = state_class.__dict__.get("REQUIRED_ROLE")
    return role if role in ROLES else None


class RoleGuard(rx.Middleware):
    """Refuse every event whose sender lacks the role, sends too many, or sends what the handler does not take."""

    @override
    async def preprocess(self, app: "App", state: BaseState, event: Event) -> StateUpdate | None:
        root = state._get_root_state()  # noqa: SLF001
        if event.name.endswith((".hydrate_and_load", ".hydrate")):
            # Another way by which a browser could set variables.
            event.payload.pop("vars", None)
            await _forget_somebody_else(root)
        try:
            await runtime.current().limits.hit(
                SCREEN_EVENTS, session.token_of(root) or root.router.session.client_ip
            )
        except TooManyRequests as error:
            return StateUpdate(events=Event.from_event_type(say(error)))
        role = required_role(event.name)
        if role is None or not _takes(event):
            log.warning("refused an event that nobody may send: %.120s", event.name)
            return StateUpdate()
        if role == "public" or rules.has_role(await session.actor_of(root), role):
            return None
        here = root.router.url.path.rstrip("/") or "/"
        return StateUpdate(events=Event.from_event_type(rx.redirect(sign_in_path(here))))


class SeenState(rx.State):
    """Whose screen this is: the hash of the session token that last opened it."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    _seen: str = ""


async def _forget_somebody_else(root: BaseState) -> None:
    # A tab keeps its state over a reload. When somebody else signs in there, or a stranger has got hold of the tab's
    # token, what the last person saw must not come back.
    now = token_hash(session.token_of(root)).hex()
    seen = await root.get_state(SeenState)
    if seen._seen not in ("", now):  # noqa: SLF001
        root.reset()
    seen._seen = now  # noqa: SLF001


def _takes(event: Event) -> bool:
    handler = RegistrationContext.get().event_handlers[event.name]
    is_ours = not handler.states[0].__module__.startswith("reflex.")
    return not is_ours or are_acceptable(handler.handler.fn, event.payload)
