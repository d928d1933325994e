"""The frame around a fan's page, bound to the person looking at it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import reflex as rx

from ticketapp.components.masthead import Viewer
from ticketapp.components.shell import shell
from ticketapp.live.vars import live_cart
from ticketapp.state.viewer import ViewerState


def viewer() -> Viewer:
    """Bind the frame to the person looking."""
    return Viewer(
        name=ViewerState.name,
        cart_count=live_cart().quantity,
        is_signed_in=ViewerState.is_signed_in,
        is_organizer=ViewerState.is_organizer,
        is_door_staff=ViewerState.is_door_staff,
        is_admin=ViewerState.is_admin,
        sign_in_href=ViewerState.sign_in_href,
    )


def framed(
    *,
    route: str,
    title: str | rx.Var[str],
    on_load: Any = None,
    active: str = "",
    is_wide: bool = False,
    has_search: bool = True,
) -> Callable[[Callable[[], Any]], Callable[[], rx.Component]]:
    """Register a page: what it draws goes into the frame, and the frame's own reading comes first."""
    own = on_load if isinstance(on_load, list) else [on_load] if on_load is not None else []

    def register(draw: Callable[[], Any]) -> Callable[[], rx.Component]:
        @wraps(draw)
        def page() -> rx.Component:
            drawn = draw()
            children = drawn if isinstance(drawn, list | tuple) else [drawn]
            return shell(*children, viewer=viewer(), active=active, is_wide=is_wide, has_search=has_search)

        return rx.page(route=route, title=title, on_load=[ViewerState.load, *own])(page)

    return register
