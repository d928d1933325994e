"""The picture of a ticket's code is for its holder alone, and for no cache; an event fits into a calendar."""

import re
from uuid import UUID

import pytest
import segno
from icalendar import Calendar
from sqlmodel import select

from tests.buying import CARDS, Shop
from ticketapp.core.ids import new_id
from ticketapp.core.tokens import new_token
from ticketapp.models import Event, Ticket, TicketStatus
from ticketapp.services.accounts import operations as accounts
from ticketapp.services.accounts.rules import SESSION_COOKIE
from ticketapp.services.ticketing.queries import get_my_code


class Holder:
    """A guest with one paid ticket."""

    def __init__(self, shop: Shop, client) -> None:
        self.shop, self.client, token = shop, client, new_token()
        self.actor = shop.runtime.write(
            lambda session, now: accounts.begin_guest(session, token=token, now=now)
        )
        self.cookie = {"Cookie": f"{SESSION_COOKIE}={token}"}

    async def buy(self) -> UUID:
        self.event = self.shop.event()
        await self.shop.hold(self.actor.person_id, self.event, self.shop.tier(self.event), 1)
        await self.shop.pay(await self.shop.place(self.actor.person_id), CARDS.good)
        with self.shop.look() as session:
            return session.exec(select(Ticket.id).where(Ticket.person_id == self.actor.person_id)).one()

    async def qr(self, ticket_id: object):
        return await self.client.get(f"/api/tickets/{ticket_id}/qr.svg", headers=self.cookie)


@pytest.fixture
def holder(app_runtime, client) -> Holder:
    return Holder(Shop(app_runtime), client)


async def test_the_holder_gets_the_code_as_a_picture_that_no_cache_keeps(holder):
    ticket_id = await holder.buy()

    answer = await holder.qr(ticket_id)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.headers["cache-control"] == "private, no-store"
    code = holder.shop.runtime.read(
        lambda session, now: get_my_code(session, actor=holder.actor, ticket_id=ticket_id)
    )
    drawn = segno.make_qr(code, error="m").svg_inline(border=2, scale=8, dark="black", light="white")
    assert re.findall(r' d="[^"]+"', answer.text) == re.findall(r' d="[^"]+"', drawn)


async def test_nobody_else_gets_it(holder, app_runtime, client):
    ticket_id = await holder.buy()
    stranger = Holder(holder.shop, client)

    answers = [
        await stranger.qr(ticket_id),
        await client.get(f"/api/tickets/{ticket_id}/qr.svg"),
        await holder.qr(new_id()),
        await holder.qr("x"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


async def test_a_ticket_that_is_no_longer_valid_has_no_code(holder):
    ticket_id = await holder.buy()
    holder.shop.runtime.write(
        lambda session, now: setattr(session.get_one(Ticket, ticket_id), "status", TicketStatus.CANCELLED)
    )

    assert (await holder.qr(ticket_id)).status_code == 404


async def test_an_event_goes_into_a_calendar(holder):
    await holder.buy()
    with holder.shop.look() as session:
        event = session.get_one(Event, holder.event)

    answer = await holder.client.get(f"/api/events/{event.slug}/calendar.ics")

    assert answer.headers["content-type"].startswith("text/calendar")
    [entry] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (entry["summary"], entry.decoded("dtstart"), entry.decoded("dtend")) == (
        event.name,
        event.starts_at,
        event.ends_at,
    )
    assert (await holder.client.get("/api/events/nothing/calendar.ics")).status_code == 404
