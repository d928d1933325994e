"""A question in front of the page."""

from typing import Any

import reflex as rx

from ticketapp.components.actions import icon_button
from ticketapp.components.tokens import Child, Flag, Text, styled

_SCRIPT = rx.asset("islands/dialog.jsx")


class Dialog(rx.Component):
    """A React island over the browser's own <dialog>."""

    library = _SCRIPT.importable_path
    tag = "Dialog"

    open: rx.Var[bool]
    modal: rx.Var[bool]
    on_close: rx.EventHandler[rx.event.no_args_event_spec]


def dialog(
    title: Text,
    *children: Child,
    is_open: Flag,
    on_close: Any,
    key: str,
    actions: Child | None = None,
    is_modal: bool = True,
    **props: Any,
) -> rx.Component:
    """Draw a dialog; Escape, the cross and a press outside all call `on_close`.

    `key` is unique on the page. Without `is_modal` it sits at the foot of the page and blocks nothing.
    """
    side = "center" if is_modal else "bottom"
    return Dialog.create(
        rx.el.div(
            rx.el.h2(title, id=f"{key}-title", class_name="display text-xl"),
            icon_button("close", label="Close", on_click=on_close, class_name="-mt-2 -me-2"),
            class_name="flex items-start justify-between gap-4",
        ),
        rx.el.div(*children, class_name="mt-2 grid gap-4"),
        rx.el.div(actions, class_name="mt-6 flex flex-wrap justify-end gap-3")
        if actions is not None
        else rx.fragment(),
        open=is_open,
        modal=is_modal,
        on_close=on_close,
        id=key,
        custom_attrs={"aria-labelledby": f"{key}-title", "data-side": side},
        **styled("dialog", props),
    )
