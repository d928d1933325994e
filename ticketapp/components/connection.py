"""Whether what is on the screen is live, and the flag that freezes buying when it is not."""

import reflex as rx
from reflex_components_core.core.banner import connection_errors_count, has_too_many_connection_errors

_SCRIPT = rx.asset("islands/connection.jsx")

is_cut_off = has_too_many_connection_errors


class ConnectionPill(rx.Component):
    """A React island: live, reconnecting (with the time of the last news) or offline."""

    library = _SCRIPT.importable_path
    tag = "ConnectionPill"

    failures: rx.Var[int]


def connection_pill() -> rx.Component:
    """Draw the connection pill of the masthead."""
    return ConnectionPill.create(failures=connection_errors_count)


def no_overlay(_is_stateful: bool) -> rx.Component | None:  # noqa: FBT001 - called by Reflex
    """Take the place of Reflex's own connection overlay, which would show an internal address."""
    return None
