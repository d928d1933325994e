"""The quantity stepper: a labelled number input between minus and plus."""

from typing import Any

import reflex as rx

from ticketapp.components.tokens import Flag, Number, Text

_SCRIPT = rx.asset("islands/stepper.jsx")


class Stepper(rx.Component):
    """A React island: it keeps what is being typed to itself and reports whole numbers in bounds."""

    library = _SCRIPT.importable_path
    tag = "Stepper"

    label: rx.Var[str]
    value: rx.Var[int]
    min: rx.Var[int]
    max: rx.Var[int]
    disabled: rx.Var[bool]
    input_id: rx.Var[str]
    input_testid: rx.Var[str]
    on_change: rx.EventHandler[rx.event.passthrough_event_spec(int)]


def stepper(
    label: Text,
    *,
    value: Number,
    on_change: Any,
    min_value: Number = 0,
    max_value: Number = 10,
    disabled: Flag = False,
    data_testid: Text = "",
    id: Text = "",  # noqa: A002 - the attribute's own name
) -> rx.Component:
    """Draw a stepper; `on_change` receives the new whole number. The test id sits on the input."""
    return Stepper.create(
        label=label,
        value=value,
        min=min_value,
        max=max_value,
        disabled=disabled,
        input_id=id,
        input_testid=data_testid,
        on_change=on_change,
    )
