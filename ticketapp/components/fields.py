"""Form fields: every one has a label, may have a hint, and says its error beside itself."""

from typing import Any

import reflex as rx

from ticketapp.components.icons import icon
from ticketapp.components.tokens import Child, Flag, Text, is_blank, show_text, styled

# Following the link would be a navigation, which loads the page anew.
_FOCUS_FIELD = rx.Var(
    "(press) => { press.preventDefault(); document.getElementById(press.currentTarget.hash.slice(1))?.focus(); }",
    _var_type=rx.EventChain,
)


def text_field(
    label: Text,
    *,
    name: str,
    hint: Text = "",
    error: Text = "",
    type: str = "text",  # noqa: A002 - the attribute's own name
    required: bool = False,
    class_name: str = "",
    **props: Any,
) -> rx.Component:
    """Draw a one-line field; `props` (value, on_change, auto_complete, input_mode …) reach the input."""
    return _field(
        label,
        rx.el.input(type=type, required=required, **_field_props(name, hint, error, props)),
        name=name,
        hint=hint,
        error=error,
        required=required,
        class_name=class_name,
    )


def text_area(
    label: Text,
    *,
    name: str,
    hint: Text = "",
    error: Text = "",
    rows: int = 4,
    required: bool = False,
    class_name: str = "",
    **props: Any,
) -> rx.Component:
    """Draw a field for several lines."""
    return _field(
        label,
        rx.el.textarea(rows=str(rows), required=required, **_field_props(name, hint, error, props)),
        name=name,
        hint=hint,
        error=error,
        required=required,
        class_name=class_name,
    )


def select_field(
    label: Text,
    options: list[tuple[str, str]] | rx.Var[Any] | Child,
    *,
    name: str,
    hint: Text = "",
    error: Text = "",
    required: bool = False,
    class_name: str = "",
    **props: Any,
) -> rx.Component:
    """Draw a choice from a list: (value, text) pairs, or a `rx.foreach` of `rx.el.option`."""
    drawn = (
        [rx.el.option(text, value=value) for value, text in options]
        if isinstance(options, list)
        else [options]
    )
    return _field(
        label,
        rx.el.select(*drawn, required=required, **_field_props(name, hint, error, props)),
        name=name,
        hint=hint,
        error=error,
        required=required,
        class_name=class_name,
    )


def checkbox(
    label: Child, *, name: str, hint: Text = "", error: Text = "", class_name: str = "", **props: Any
) -> rx.Component:
    """Draw a box to tick; nothing is ticked beforehand unless the caller says so."""
    return rx.el.div(
        rx.el.label(
            rx.el.input(type="checkbox", id=name, name=name, **_described(name, hint, error), **props),
            rx.el.span(
                label, show_text(hint, rx.el.span(hint, id=f"{name}-hint", class_name="field-hint block"))
            ),
            class_name="check",
        ),
        _error_line(name, error),
        class_name=class_name,
    )


def radio_group(
    legend: Text,
    options: list[tuple[str, str, str]],
    *,
    name: str,
    value: Text,
    on_change: Any,
    error: Text = "",
    **props: Any,
) -> rx.Component:
    """Draw a choice of one out of a few as rows: (value, text, hint)."""
    return rx.el.fieldset(
        rx.el.legend(legend, class_name="font-semibold"),
        *[_radio(name, option, value, on_change) for option in options],
        _error_line(name, error),
        **styled("grid gap-2", props),
    )


def fieldset(legend: Text, *children: Child, **props: Any) -> rx.Component:
    """Group fields that belong together under one name."""
    return rx.el.fieldset(
        rx.el.legend(legend, class_name="display mb-3 text-xl"), *children, **styled("grid gap-4", props)
    )


def error_summary(errors: rx.Var[list[list[str]]], *, title: str = "Check these fields") -> rx.Component:
    """List what is wrong in a form, each linked to its field; errors are [field name, text] pairs."""
    return rx.el.div(
        rx.cond(
            errors.length() > 0,  # pyright: ignore[reportAttributeAccessIssue] - a Var of a list has it.
            rx.el.div(
                icon("stop"),
                rx.el.div(
                    rx.el.p(title, class_name="font-semibold"),
                    rx.el.ul(
                        rx.foreach(
                            errors,
                            lambda pair: rx.el.li(
                                rx.el.a(
                                    pair[1],
                                    href="#" + pair[0],
                                    on_click=_FOCUS_FIELD,
                                    class_name="link",
                                    key=pair[0],
                                )
                            ),
                        ),
                        class_name="mt-1 grid gap-1 text-sm",
                    ),
                ),
                data_tone="stop",
                class_name="tone notice",
            ),
            rx.fragment(),
        ),
        role="alert",
    )


def plain_form(*children: Child, action: str, method: str = "post", **props: Any) -> rx.Component:
    """Draw a form that the browser itself sends, to an address that is no page."""
    # Without a handler of ours Reflex adds one that stops the form; None keeps it out.
    return rx.el.form(*children, action=action, method=method, on_submit=None, **props)


def search_field(
    *, label: str, placeholder: str, action: str = "/", name: str = "q", **props: Any
) -> rx.Component:
    """Draw a search entry as a real form, so that it works before the app is awake."""
    form_class = props.pop("class_name", "")
    return plain_form(
        rx.el.label(
            icon("search"),
            rx.el.span(label, class_name="sr-only"),
            rx.el.input(type="search", name=name, placeholder=placeholder, enter_key_hint="search", **props),
            class_name="search",
        ),
        action=action,
        method="get",
        role="search",
        class_name=form_class,
    )


def _field(
    label: Text, control: rx.Component, *, name: str, hint: Text, error: Text, required: bool, class_name: str
) -> rx.Component:
    optional = (
        rx.fragment() if required else rx.el.span(" optional", class_name="font-normal text-faint text-sm")
    )
    return rx.el.div(
        rx.el.label(label, optional, html_for=name),
        show_text(hint, rx.el.p(hint, id=f"{name}-hint", class_name="field-hint")),
        control,
        _error_line(name, error),
        class_name=["field", class_name],
    )


def _field_props(name: str, hint: Text, error: Text, props: dict[str, Any]) -> dict[str, Any]:
    given = {"id": name, "name": name, **_described(name, hint, error), **props}
    return styled("input", given)


def _described(name: str, hint: Text, error: Text) -> dict[str, Any]:
    blank = is_blank(error)
    invalid: Flag = not blank if isinstance(blank, bool) else ~blank
    described = f"{name}-hint {name}-error" if not isinstance(hint, str) or hint else f"{name}-error"
    return {"aria_invalid": invalid, "aria_describedby": described}


def _error_line(name: str, error: Text) -> rx.Component:
    return rx.el.div(
        show_text(
            error,
            rx.el.p(icon("stop", size=18), rx.el.span(error), class_name="field-error", id=f"{name}-error"),
        ),
        aria_live="polite",
    )


def _radio(name: str, option: tuple[str, str, str], value: Text, on_change: Any) -> rx.Component:
    key, text, hint = option
    return rx.el.label(
        rx.el.input(
            type="radio",
            name=name,
            value=key,
            checked=rx.Var.create(value) == key,
            on_change=on_change(key),
            class_name="mt-1 size-5 accent-(--accent-text)",
            data_testid=f"{name}-{key}",
        ),
        rx.el.span(
            rx.el.span(text, class_name="block font-semibold"),
            show_text(hint, rx.el.span(hint, class_name="field-hint block")),
        ),
        class_name="flex min-h-11 gap-3 rounded-md border border-edge bg-raised p-3 has-checked:border-ink has-checked:bg-sunken",
    )
