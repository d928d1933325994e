"""What belongs to tickets and is no page: the picture of a code, and an event for the calendar."""

import asyncio
import io
from datetime import timedelta

import segno
from fastapi import APIRouter, Request, Response

from ticketapp.api.identity import Visitor
from ticketapp.core.errors import NotFound
from ticketapp.core.ids import parse_id
from ticketapp.runtime import Runtime
from ticketapp.services.catalog import queries as catalog
from ticketapp.services.ticketing import queries as ticketing

router = APIRouter(include_in_schema=False)

# The code opens the door, so no cache keeps it, shared or not.
FOR_NOBODY_ELSE = {"Cache-Control": "private, no-store", "Vary": "Cookie"}
# The frame around the picture is white too and makes it the four modules that scanners want.
QUIET_MODULES = 2


@router.get("/api/tickets/{ticket_id}/qr.svg")
async def get_qr(ticket_id: str, request: Request, visitor: Visitor) -> Response:
    """Draw the code of one of the caller's valid tickets, black on white with its quiet zone."""
    if visitor is None:
        raise NotFound
    runtime: Runtime = request.app.state.runtime
    code = await asyncio.to_thread(
        runtime.read,
        lambda session, now: ticketing.get_my_code(session, actor=visitor, ticket_id=parse_id(ticket_id)),
    )
    svg = await asyncio.to_thread(_drawn, code)
    return Response(svg, headers=FOR_NOBODY_ELSE, media_type="image/svg+xml")


@router.get("/api/events/{slug}/calendar.ics")
async def get_calendar(slug: str, request: Request, visitor: Visitor) -> Response:
    """Give an event as a calendar file; when it moves, the same entry moves with it."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - slow to load, and rarely wanted.

    runtime: Runtime = request.app.state.runtime
    event, venue, _ = await asyncio.to_thread(
        runtime.read, lambda session, now: catalog.find_event(session, slug, viewer=visitor)
    )
    entry = Event()
    entry.add("uid", f"{event.id}@ticketapp")
    entry.add("dtstamp", runtime.clock.now())
    entry.add("dtstart", event.starts_at)
    entry.add("dtend", event.ends_at)
    entry.add("summary", event.name)
    entry.add("location", f"{venue.name}, {venue.address}, {venue.city}")
    entry.add("url", f"{request.app.state.settings.public_url}/event/{event.slug}")
    entry.add(
        "description", f"Doors {(event.starts_at - event.doors_at) // timedelta(minutes=1)} minutes before."
    )
    calendar = Calendar()
    calendar.add("prodid", "-//Ticketapp//EN")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    headers = {"Content-Disposition": f'attachment; filename="{event.slug}.ics"'}
    return Response(calendar.to_ical(), headers=headers, media_type="text/calendar; charset=utf-8")


def _drawn(code: str) -> bytes:
    picture = io.BytesIO()
    segno.make_qr(code, error="m").save(
        picture, kind="svg", border=QUIET_MODULES, dark="black", light="white", xmldecl=False, scale=8
    )
    return picture.getvalue()
