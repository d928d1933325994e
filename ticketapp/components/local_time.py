"""The reader's own time beside the time at the place."""

from typing import Any

import reflex as rx

from ticketapp.components.tokens import Text, styled

_SCRIPT = rx.asset("islands/local_time.jsx")


class LocalTime(rx.Component):
    """A React island: only the browser knows where the reader is."""

    library = _SCRIPT.importable_path
    tag = "LocalTime"

    moment: rx.Var[str]
    zone: rx.Var[str]


def local_time(moment: Text, *, zone: Text, **props: Any) -> rx.Component:
    """Draw when `moment` (ISO 8601) is for the reader; nothing when their clock agrees with the one in `zone`."""
    return LocalTime.create(
        moment=moment,
        zone=zone,
        custom_attrs={"data-testid": "local-time"},
        **styled("text-sm text-soft figures", props),
    )
