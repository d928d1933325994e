"""The door's work: what reads codes, and the answer over the whole screen."""

from typing import Any

import reflex as rx

from ticketapp.components.actions import button
from ticketapp.components.connection import is_cut_off
from ticketapp.components.door_devices import door_signal, keyboard_wedge, qr_scanner, return_after
from ticketapp.components.fields import text_field
from ticketapp.components.status import notice
from ticketapp.components.tokens import show_if
from ticketapp.components.verdict import verdict
from ticketapp.services.checkin.views import ScanView
from ticketapp.state.door import DoorState

ENTRY_SHOWN_MS = 1_600
REFUSAL_SHOWN_MS = 4_000
UNDO_OFFERED_MS = 10_000
# Evaluated in the browser at the moment of each scan (see state/door.py). `randomUUID` needs https or localhost; a hand
# scanner on a plain local network gets the same from random bytes.
_NEW_SCAN_ID = rx.Var(
    "(crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)),"
    ' (byte) => byte.toString(16).padStart(2, "0")).join(""))',
    _var_type=str,
)


def redeem(text: Any) -> Any:
    """Scan a text, as a scan of its own."""
    return DoorState.scanned(text, _NEW_SCAN_ID)


def scanner() -> rx.Component:
    """Read codes with the camera or a hand scanner; nothing is read while the server is out of reach."""
    return rx.fragment(
        show_if(
            is_cut_off,
            notice(
                "Nothing is scanned until the connection is back. Let nobody in on a code that was not checked.",
                tone="stop",
                title="Offline",
            ),
        ),
        qr_scanner(on_scan=redeem, is_active=~is_cut_off),
        keyboard_wedge(on_scan=redeem, is_active=~is_cut_off),
    )


def typed_code() -> rx.Component:
    """Take a code that is typed."""
    return rx.el.form(
        text_field(
            "Ticket number",
            name="code",
            required=True,
            hint="10 characters, under the QR code.",
            auto_complete="off",
            auto_capitalize="characters",
            spell_check=False,
            max_length=400,
            data_testid="scan-input",
        ),
        button("Check", type="submit", tone="ink", size="lg", disabled=is_cut_off, data_testid="scan-submit"),
        on_submit=lambda form: DoorState.typed(form, _NEW_SCAN_ID),
        reset_on_submit=True,
        class_name="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-3",
    )


def answer(scan: ScanView) -> rx.Component:
    """Show the verdict over everything, with its sound, until it goes away by itself or is tapped away."""
    return rx.fragment(
        door_signal(scan.kind, scan_id=scan.scan_id),
        return_after(
            rx.cond(scan.kind == "admit", ENTRY_SHOWN_MS, REFUSAL_SHOWN_MS),
            wait_key=scan.scan_id,
            on_return=DoorState.ready,
        ),
        rx.cond(
            scan.scan_id == "",
            rx.fragment(),
            verdict(
                scan.kind,
                word=scan.word,
                title=rx.cond(scan.seat == "", scan.tier, scan.tier + " · " + scan.seat),
                detail=rx.cond(scan.text == "", scan.attendee_name, scan.text),
                actions=button("Next", on_click=DoorState.ready, data_testid="scan-next"),
            ),
        ),
    )


def offer_undo(entry: ScanView) -> rx.Component:
    """Offer for a while to take the last entry back."""
    return rx.fragment(
        return_after(UNDO_OFFERED_MS, wait_key=entry.scan_id, on_return=DoorState.keep_entry),
        rx.cond(
            entry.scan_id == "",
            rx.fragment(),
            rx.el.div(
                rx.el.p(
                    rx.cond(entry.attendee_name == "", entry.serial, entry.attendee_name),
                    " is in",
                    class_name="min-w-0 grow text-lg font-semibold",
                ),
                button(
                    "Undo",
                    icon_name="undo",
                    size="lg",
                    on_click=DoorState.undo(entry.scan_id),
                    data_testid="undo",
                ),
                class_name="card fixed inset-x-4 bottom-4 z-30 mx-auto flex max-w-xl items-center gap-4 p-3 shadow-lift",
                role="status",
            ),
        ),
    )
