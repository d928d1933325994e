"""The frame around an organizer's page: dense, with the navigation at its side."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import reflex as rx

from ticketapp.components.shell import NavItem, SideNav, shell
from ticketapp.pages.frame import viewer
from ticketapp.state.viewer import ViewerState

ENTRIES = [
    NavItem("Sales", "/organizer", "chart", "dashboard"),
    NavItem("Events", "/organizer/events", "calendar", "events"),
    NavItem("Orders", "/organizer/orders", "ticket", "orders"),
    NavItem("Ledger", "/organizer/ledger", "card", "ledger"),
    NavItem("Door", "/door", "scan", "door"),
]


def organizer_framed(
    *, route: str, title: str | rx.Var[str], on_load: Any = None, active: str = ""
) -> Callable[[Callable[[], Any]], Callable[[], rx.Component]]:
    """Register an organizer's page: what it draws goes into the frame, and the frame's own reading comes first."""
    own = on_load if isinstance(on_load, list) else [on_load] if on_load is not None else []

    def register(draw: Callable[[], Any]) -> Callable[[], rx.Component]:
        @wraps(draw)
        def page() -> rx.Component:
            side = SideNav("Organizer", ENTRIES)
            return shell(*draw(), viewer=viewer(), active=active, side=side)

        return rx.page(route=route, title=title, on_load=[ViewerState.load, *own])(page)

    return register
