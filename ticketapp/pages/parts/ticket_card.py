"""A ticket with its status of this moment, wherever a buyer sees it."""

import reflex as rx

from ticketapp.components.stubs import TicketStub, ticket
from ticketapp.components.tokens import Child
from ticketapp.services.ticketing.views import TicketView


def ticket_card(shown: TicketView, *actions: Child) -> rx.Component:
    return ticket(
        TicketStub(
            title=shown.event_name,
            when=shown.when_text,
            venue=shown.place_text,
            tier=shown.tier_name,
            holder=shown.attendee_name,
            serial=shown.serial_text,
            seat=shown.seat_label,
            doors=shown.doors_text,
            qr_src=shown.qr_path,
            status_text=shown.status_text,
            status_tone=rx.cond(shown.is_valid, rx.cond(shown.is_used, "ask", "go"), "stop"),
            is_spent=rx.cond(shown.is_valid, "false", "true"),
        ),
        actions=rx.fragment(*actions),
        data_testid="ticket",
    )
