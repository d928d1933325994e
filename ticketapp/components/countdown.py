"""The countdown: calm until five minutes, amber until two, then red."""

from typing import Any

import reflex as rx

from ticketapp.components.icons import icon
from ticketapp.components.tokens import Child, Number, Text, show_text, styled

_SCRIPT = rx.asset("islands/countdown.jsx")


class Countdown(rx.Component):
    """A React island that counts to a moment of the server's clock without traffic."""

    library = _SCRIPT.importable_path
    tag = "Countdown"

    deadline_ms: rx.Var[int]
    now_url: rx.Var[str]
    is_calm: rx.Var[bool]
    on_expire: rx.EventHandler[rx.event.no_args_event_spec]


def countdown(
    deadline_ms: Number, *, on_expire: Any = None, is_calm: bool = False, **props: Any
) -> rx.Component:
    """Draw the time left until `deadline_ms` (epoch, server clock); `is_calm` never turns amber or red."""
    if on_expire is not None:
        props["on_expire"] = on_expire
    test_id = props.pop("data_testid", "countdown")
    return Countdown.create(
        deadline_ms=deadline_ms,
        is_calm=is_calm,
        custom_attrs={"data-testid": test_id},
        **styled("countdown", props),
    )


def hold_bar(
    deadline_ms: Number,
    *,
    until_text: Text,
    summary: Text = "",
    action: Child | None = None,
    on_expire: Any = None,
) -> rx.Component:
    """Draw the sticky bar of a cart: what is held, until when, how long that still is."""
    return rx.el.div(
        rx.el.div(
            rx.el.span(icon("clock", size=22), class_name="max-sm:hidden"),
            rx.el.div(
                rx.el.p(
                    "Held ",
                    rx.el.span("for you ", class_name="max-sm:hidden"),
                    "until ",
                    rx.el.span(until_text, class_name="whitespace-nowrap figures font-semibold"),
                    class_name="max-sm:text-sm",
                ),
                show_text(summary, rx.el.p(summary, class_name="text-sm figures opacity-80")),
                class_name="min-w-0 grow leading-snug",
            ),
            countdown(deadline_ms, on_expire=on_expire, class_name="text-lg sm:text-2xl"),
            action if action is not None else rx.fragment(),
            class_name="hold-bar",
        ),
        class_name="hold-dock",
    )
