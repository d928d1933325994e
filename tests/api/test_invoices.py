"""An invoice's PDF is for its buyer and its organizer alone, for no cache, and holds the letters of every name."""

import logging
import re
import zlib

import pytest
from sqlmodel import select

from tests.buying import CARDS, Shop
from tests.factories import make_member
from ticketapp.core.ids import new_id
from ticketapp.models import Event, Invoice, TeamRole
from ticketapp.services.accounts import operations as accounts
from ticketapp.services.accounts.rules import SESSION_COOKIE
from ticketapp.services.ordering.requests import Contact


@pytest.fixture
def shop(app_runtime) -> Shop:
    return Shop(app_runtime)


def cookie(shop: Shop, person) -> dict[str, str]:
    opened = shop.runtime.write(
        lambda session, now: accounts.open_session(session, person_id=person, now=now)
    )
    return {"Cookie": f"{SESSION_COOKIE}={opened.token}"}


async def invoiced(shop: Shop, *, name: str = "Ada Fan"):
    """Buy a ticket; gives buyer, event and the invoice's address."""
    person, event = shop.person(), shop.event(name="Midnight Parade", tax_basis_points=700)
    await shop.hold(person, event, shop.tier(event), 2)
    contact = Contact(name=name, email="ada@example.com", billing_address="1 Quay, Hamburg")
    await shop.pay(await shop.place(person, contact=contact), CARDS.good)
    shop.invoice()
    with shop.look() as session:
        return person, event, f"/api/invoices/{session.exec(select(Invoice.id)).one()}.pdf"


async def test_the_buyer_and_the_organizer_get_the_file(shop, client):
    person, event, path = await invoiced(shop)
    manager = shop.person()

    def join(session, now):
        organizer = session.get_one(Event, event).organizer_id
        make_member(session, organizer_id=organizer, person_id=manager, role=TeamRole.MANAGER)

    shop.runtime.write(join)

    for known in (person, manager):
        answer = await client.get(path, headers=cookie(shop, known))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF-")
        assert answer.headers["cache-control"] == "private, no-store"
        named = r'attachment; filename="TK-2026-\w+-INV-000001.pdf"'
        assert re.fullmatch(named, answer.headers["content-disposition"])


async def test_nobody_else_gets_it(shop, client):
    _, event, path = await invoiced(shop)
    stranger, guard = shop.person(), shop.person()

    def join(session, now):
        organizer = session.get_one(Event, event).organizer_id
        make_member(session, organizer_id=organizer, person_id=guard, role=TeamRole.DOOR)

    shop.runtime.write(join)

    for headers in ({}, cookie(shop, stranger), cookie(shop, guard)):
        assert (await client.get(path, headers=headers)).status_code == 404
    for wrong in (new_id(), "x", "..%2f..%2fetc"):
        answer = await client.get(f"/api/invoices/{wrong}.pdf", headers=cookie(shop, stranger))
        assert answer.status_code == 404


@pytest.mark.parametrize(
    "name", ["Łukasz Żółć", "Ναυσικά Αθηνά", "Юлия Щукина", "田中 裕人", "김민준", "נועה לוי"]
)
async def test_a_name_in_any_script_is_drawn(shop, client, caplog, name):
    person, _, path = await invoiced(shop, name=name)

    with caplog.at_level(logging.WARNING, logger="fpdf"):
        answer = await client.get(path, headers=cookie(shop, person))

    assert answer.status_code == 200
    assert [said.getMessage() for said in caplog.records if "missing" in said.getMessage()] == []
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", answer.content, re.DOTALL)
    texts = b"".join(_inflated(stream) for stream in streams)
    assert all(f"{ord(letter):04X}".encode() in texts.upper() for letter in name if letter != " ")


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream
