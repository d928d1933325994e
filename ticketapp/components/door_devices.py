"""The door's hands and ears: camera, hand scanner, sound and vibration, the way back to ready."""

from typing import Any

import reflex as rx

from ticketapp.components.tokens import Flag, Number, Text

_CAMERA = rx.asset("islands/qr_scanner.jsx")
_DEVICES = rx.asset("islands/door_devices.jsx")


class QrScanner(rx.NoSSRComponent):
    """A React island around the camera; jsQR reads where the browser has no detector of its own."""

    library = _CAMERA.importable_path
    tag = "QrScanner"
    lib_dependencies: list[str] = ["jsqr@1.4.0"]

    active: rx.Var[bool]
    pause_ms: rx.Var[int]
    on_scan: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_camera_error: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class KeyboardWedge(rx.Component):
    """A React island that hears a hand scanner without needing focus."""

    library = _DEVICES.importable_path
    tag = "KeyboardWedge"

    active: rx.Var[bool]
    on_scan: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class DoorSignal(rx.Component):
    """A React island that sounds and shakes once per scan."""

    library = _DEVICES.importable_path
    tag = "DoorSignal"

    kind: rx.Var[str]
    scan_id: rx.Var[str]
    is_silent: rx.Var[bool]


class ReturnAfter(rx.Component):
    """A React island that calls back once after a while."""

    library = _DEVICES.importable_path
    tag = "ReturnAfter"

    after_ms: rx.Var[int]
    wait_key: rx.Var[str]
    on_return: rx.EventHandler[rx.event.no_args_event_spec]


def qr_scanner(
    *, on_scan: Any, on_camera_error: Any = None, is_active: Flag = True, pause_ms: int = 2500
) -> rx.Component:
    """Draw the camera; `on_scan` receives the code's text, the same code once per pause."""
    heard = {} if on_camera_error is None else {"on_camera_error": on_camera_error}
    return QrScanner.create(on_scan=on_scan, active=is_active, pause_ms=pause_ms, **heard)


def keyboard_wedge(*, on_scan: Any, is_active: Flag = True) -> rx.Component:
    """Listen for a hand scanner on the whole page; `on_scan` receives the code."""
    return KeyboardWedge.create(on_scan=on_scan, active=is_active)


def door_signal(kind: Text, *, scan_id: Text, is_silent: Flag = False) -> rx.Component:
    """Sound and shake when `scan_id` changes; kinds: admit, already, refused, ask. Keeps the screen awake."""
    return DoorSignal.create(kind=kind, scan_id=scan_id, is_silent=is_silent)


def return_after(after_ms: Number, *, wait_key: Text, on_return: Any) -> rx.Component:
    """Call `on_return` once, `after_ms` after `wait_key` last changed; an empty key waits for nothing."""
    return ReturnAfter.create(after_ms=after_ms, wait_key=wait_key, on_return=on_return)
