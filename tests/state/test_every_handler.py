"""Every handler of the app, sent by every kind of person with whatever a hostile browser may send."""

import inspect
from typing import Any

import pytest
from reflex_base.registry import RegistrationContext

from tests.state.test_guard import ALLOWED, KINDS, cookie_of
from ticketapp.state.arguments import fits, parameters_of
from ticketapp.state.guard import required_role
from ticketapp.state.viewer import ViewerState

HOSTILE = [
    "a\x00b",
    "",
    "x" * 300,
    "../../etc/passwd",
    "' OR 1=1 --",
    -1,
    10**30,
    1.5,
    True,
    None,
    [],
    [{"a": 1}],
    {"__class__": 1},
]


def our_handlers():
    return sorted(
        name
        for name, registered in RegistrationContext.get().event_handlers.items()
        if registered.states[0].__module__.startswith("ticketapp.") and not name.endswith(".setvar")
    )


def payload(name, value):
    handler = RegistrationContext.get().event_handlers[name].handler
    parameters = list(inspect.signature(handler.fn).parameters)[1:]
    return dict.fromkeys(parameters, value)


def proper_payload(name):
    """Give arguments that the handler takes, so that only the role can be wrong."""
    examples = {str: "x", int: 1, bool: True, float: 1.0}
    parameters = parameters_of(RegistrationContext.get().event_handlers[name].handler.fn)
    return {key: examples.get(hint, {}) for key, (hint, _) in parameters.items()}


@pytest.mark.parametrize("kind", KINDS)
async def test_nobody_reaches_a_handler_above_their_role(screen, app_runtime, kind):
    screen.token = cookie_of(app_runtime, kind)
    closed = [name for name in our_handlers() if kind not in ALLOWED[required_role(name)]]

    for name in closed:
        before = len(screen.redirects)
        await screen.send_raw(name, proper_payload(name), path="/somewhere")
        assert screen.redirects[before:] == ["/sign-in?next=/somewhere"], name

    assert screen.errors == []


@pytest.mark.parametrize("kind", ["unknown", "guest", "fan", "organizer", "admin"])
async def test_hostile_arguments_break_nothing(screen, app_runtime, kind):
    screen.token = cookie_of(app_runtime, kind)
    broken = []

    for name in (name for name in our_handlers() if kind in ALLOWED[required_role(name)]):
        for value in HOSTILE:
            try:
                await screen.send_raw(name, payload(name, value))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
                broken.append(f"{name}({value!r:.40}): {error!r}")

    assert broken == []


@pytest.mark.parametrize(
    ("value", "hint", "is_taken"),
    [
        (7, int, True),
        ("7", int, True),
        ("-7", int, True),
        ("seven", int, False),
        ("", int, False),
        (True, int, False),
        (7.5, int, False),
        (10**30, int, False),
        ("9" * 400, int, False),
        (None, int, False),
        (float("nan"), float, False),
        ("text", str, True),
        ("x" * 20_001, str, False),
        ("a\x00b", str, False),
        ("half \ud83d", str, False),
        ("whole \U0001f600", str, True),
        ({"a": "b\x00"}, dict[str, Any], False),
        ({"\x00": "b"}, dict[str, Any], False),
        (7, str, False),
        (1, bool, False),
        (None, str | None, True),
        ({"a": "b"}, dict[str, Any], True),
        ({"a": {"b": [10**30]}}, dict[str, Any], False),
        ([], dict[str, Any], False),
        ({"__reflex_form_entries": [["name", "Ada"]]}, dict[str, Any], True),
        ([1, 2], list[int], True),
        ([[[[[[[[1]]]]]]]], list[Any], False),
    ],
)
def test_a_value_fits_its_annotation_or_is_refused(value, hint, is_taken):
    assert fits(value, hint) is is_taken


async def test_missing_and_unknown_arguments_are_refused(screen):
    name = f"{ViewerState.get_full_name()}.load"

    await screen.send_raw(name, {"surprise": 1})

    assert screen.errors == []
    assert screen.deltas == []
