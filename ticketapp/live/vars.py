"""What a page binds to show live numbers. The server never stores a value in these classes: only the hub sends them.

The browser merges updates key by key, so one event's numbers, or one seat's status, arrive without the others. The keys are
not declared as vars, so that a reconnect, which sends all declared vars afresh, leaves the last numbers on the screen.
"""

from typing import Any, ClassVar

import reflex as rx
from reflex_base.vars import VarData

from ticketapp.live.wire import whole_state
from ticketapp.services.cart.views import CartView
from ticketapp.services.reporting.views import Alarms, Dashboard, DoorCounts

Text = rx.Var[str] | str
Number = rx.Var[int] | int


class LiveEvents(rx.State):
    """Event id → its stock, as sent by `live.stock`."""

    REQUIRED_ROLE: ClassVar[str] = "public"


class LiveSeats(rx.State):
    """Seat id → [status, version] of every seat heard of."""

    REQUIRED_ROLE: ClassVar[str] = "public"


class LiveCart(rx.State):
    """The cart of the person looking, as sent by `live.carts`."""

    REQUIRED_ROLE: ClassVar[str] = "public"


class LiveSales(rx.State):
    """The organizer's dashboard, as sent by `live.follow.follow_sales`."""

    REQUIRED_ROLE: ClassVar[str] = "public"


class LiveDoor(rx.State):
    """The head count of the event at whose door this page stands."""

    REQUIRED_ROLE: ClassVar[str] = "public"


class LiveAlarms(rx.State):
    """What needs a person in the whole shop, as sent by `live.follow.follow_alarms`."""

    REQUIRED_ROLE: ClassVar[str] = "public"


def live_cart() -> Any:
    """Give what was last sent, as the Var of a `CartView`; an empty one before the first."""
    return _board(LiveCart, CartView())


def is_cart_awaited() -> rx.Var[bool]:
    """Say whether neither the cart nor the reason why it cannot be read has been heard of yet."""
    state, needs = whole_state(LiveCart)
    return _var(f"(!{state}?.figures && !{state}?.error)", bool, needs)


def cart_error() -> rx.Var[str]:
    """Say why the cart could not be read; nothing when it was."""
    state, needs = whole_state(LiveCart)
    return _var(f'({state}?.error ?? "")', str, needs)


def live_alarms() -> Any:
    """Give what was last sent, as the Var of an `Alarms`; an empty one before the first."""
    return _board(LiveAlarms, Alarms())


def live_sales() -> Any:
    """Give the sales that were last sent, as the Var of a `Dashboard`; an empty one before the first."""
    return _board(LiveSales, Dashboard())


def live_door() -> Any:
    """Give the head count that was last sent, as the Var of a `DoorCounts`; an empty one before the first."""
    return _board(LiveDoor, DoorCounts())


def is_stale(board: type[LiveSales | LiveDoor]) -> rx.Var[bool]:
    """Say whether the figures of a board could not be read again; they are shown with their time."""
    state, needs = whole_state(board)
    return _var(f"({state}?.is_failed ?? false)", bool, needs)


def places_left(event_id: Text, *, otherwise: Number, version: Number = 0) -> rx.Var[int]:
    """Give the live number of free places of an event.

    `otherwise` is shown until news arrive, and when what was read with the page (at `version`) is newer.
    """
    return _newest(event_id, "a", otherwise, version)


def tier_left(event_id: Text, tier_id: Text, *, otherwise: Number, version: Number = 0) -> rx.Var[int]:
    """Give the live number of free places of a tier; see `places_left`."""
    return _of_tier(event_id, tier_id, 0, otherwise, version)


def tier_held(event_id: Text, tier_id: Text, *, otherwise: Number, version: Number = 0) -> rx.Var[int]:
    """Give the live number of places that somebody holds; see `places_left`."""
    return _of_tier(event_id, tier_id, 1, otherwise, version)


def tier_sold(event_id: Text, tier_id: Text, *, otherwise: Number, version: Number = 0) -> rx.Var[int]:
    """Give the live number of sold places; see `places_left`."""
    return _of_tier(event_id, tier_id, 2, otherwise, version)


def seat_status(seat_id: Text, *, otherwise: Text, version: Number) -> rx.Var[str]:
    """Give the live status of a seat: free, held, sold or blocked.

    `otherwise` is the status read with the page or the seat at `version`; it stands until something newer is heard.
    """
    seats, needs = whole_state(LiveSeats)
    heard = f"{seats}?.[{_js(seat_id)}]"
    expression = f"({heard}?.[1] >= {_js(version)} ? {heard}[0] : {_js(otherwise)})"
    return _var(expression, str, needs, seat_id, otherwise, version)


def seats_free(rows: rx.Var[Any]) -> rx.Var[int]:
    """Count the free seats of the rows of a section, each as `seat_status` gives it."""
    seats, needs = whole_state(LiveSeats)
    status = f"({seats}?.[seat.id]?.[1] >= seat.version ? {seats}[seat.id][0] : seat.status)"
    count = f'{_js(rows)}.flatMap((row) => row.seats).filter((seat) => {status} === "free").length'
    return _var(f"({count})", int, needs, rows)


def _of_tier(event_id: Text, tier_id: Text, place: int, otherwise: Number, version: Number) -> rx.Var[int]:
    return _newest(event_id, f"t?.[{_js(tier_id)}]?.[{place}]", otherwise, version, tier_id)


def _newest(event_id: Text, field: str, otherwise: Number, version: Number, *parts: Any) -> rx.Var[int]:
    events, needs = whole_state(LiveEvents)
    heard = f"{events}?.[{_js(event_id)}]"
    # A comparison with undefined is false, so without news the page's own number stands.
    expression = f"({heard}?.v >= {_js(version)} ? ({heard}.{field} ?? {_js(otherwise)}) : {_js(otherwise)})"
    return _var(expression, int, needs, event_id, otherwise, version, *parts)


def _board(board: type[rx.State], empty: Any) -> Any:
    state, needs = whole_state(board)
    return _var(f"({state}?.figures ?? {_js(empty)})", type(empty), needs)


def _js(value: Any) -> str:
    return str(rx.Var.create(value))


def _var(expression: str, kind: Any, needs: VarData, *parts: Any) -> Any:
    parts_need = [part._get_all_var_data() for part in parts if isinstance(part, rx.Var)]  # noqa: SLF001
    return rx.Var(expression, _var_type=kind, _var_data=VarData.merge(needs, *parts_need)).to(kind)
