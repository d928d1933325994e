"""What every part shares: argument types, class strings and the stylesheets behind them."""

from typing import Any

import reflex as rx

Text = str | rx.Var[str]
Number = int | rx.Var[int]
Flag = bool | rx.Var[bool]
Child = rx.Component | rx.Var[Any] | str
Props = dict[str, Any]

STYLESHEETS = ["styles.css", "parts.css", "stubs.css", "shell.css", "door.css", "charts.css", "seats.css"]

CARD = "card"


def styled(class_name: str, props: Props) -> Props:
    """Put a part's own class before the caller's."""
    given = props.pop("class_name", "")
    extra = given if isinstance(given, list) else [given]
    return {"class_name": [class_name, *[name for name in extra if not _is_blank(name)]], **props}


def either(first: Flag, second: Flag) -> Flag:
    """Say whether one of two flags is set, for plain values and Vars alike."""
    if isinstance(first, bool) and isinstance(second, bool):
        return first or second
    return rx.Var.create(first).to(bool) | rx.Var.create(second).to(bool)


def is_blank(text: Text) -> Flag:
    """Say whether there is nothing to show."""
    if isinstance(text, str):
        return text == ""
    return text == ""


def show_if(flag: Flag, child: Child, otherwise: Child | None = None) -> Child:
    """Draw a part only when it is wanted; a plain flag is decided while the page is built."""
    nothing = rx.fragment() if otherwise is None else otherwise
    if isinstance(flag, bool):
        return child if flag else nothing
    return rx.cond(flag, child, nothing)


def show_text(text: Text, child: Child) -> Child:
    """Draw a part that carries a text only when there is one."""
    if isinstance(text, str):
        return child if text else rx.fragment()
    return rx.cond(text != "", child, rx.fragment())


def _is_blank(name: object) -> bool:
    return isinstance(name, str) and name == ""
