"""The organizer's books: balances that are the transfers' sum, of one's own events alone, and a safe file."""

import csv
import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from tests.buying import CARDS, Shop
from ticketapp.core.errors import NotFound
from ticketapp.core.spreadsheets import csv_bytes
from ticketapp.models import Event, LedgerEntry, TeamRole, Ticket
from ticketapp.services.payments.refunds import refund_tickets
from ticketapp.services.reporting import ledger
from ticketapp.services.reporting.drawing import money_sums
from ticketapp.services.reporting.ledger import LedgerQuestion, export_ledger, read_day, read_ledger
from ticketapp.services.reporting.queries import read_sums

pytestmark = pytest.mark.anyio


class Books(Shop):
    """A shop where somebody bought three places of ours, one of another's and a yen ticket, and gave one of ours back."""

    async def open(self) -> "Books":
        self.ours = self.event(name="=Midnight Parade", refund_until_hours=1, tax_basis_points=1900)
        theirs = self.event(name="Harbour Jazz")
        with self.look() as session:
            self.organizer = session.get_one(Event, self.ours).organizer_id
        tokyo = self.event(name="Tokyo Echo", organizer_id=self.organizer)
        person = self.person()
        await self.hold(person, self.ours, self.tier(self.ours, price_minor=10_01, fee_minor=1_00), 3)
        await self.hold(person, theirs, self.tier(theirs, price_minor=25_00), 1)
        placed = await self.place(person)
        await self.pay(placed, CARDS.good)
        self.clock.advance(days=1)
        other = self.person()
        await self.hold(other, tokyo, self.tier(tokyo, price_minor=9_800, currency="JPY"), 1)
        await self.pay(await self.place(other), CARDS.good)
        with self.look() as session:
            own = select(Ticket.id).where(Ticket.event_id == self.ours).order_by(Ticket.id)
            ticket_id = session.exec(own).first()
        self.runtime.write(
            lambda session, now: refund_tickets(
                session, actor=self.actor(person), order_id=placed.order_id, ticket_ids=[ticket_id], now=now
            )
        )
        await self.work()
        self.owner = self.actor(self.person(), organizers={self.organizer: TeamRole.OWNER})
        return self

    def ledger(self, actor=None, page=1, **asked):
        return self.runtime.read(
            lambda session, now: read_ledger(
                session, actor=actor or self.owner, asked=LedgerQuestion(**asked), page=page
            )
        )

    def export(self, actor=None, **asked):
        return self.runtime.read(
            lambda session, now: export_ledger(
                session, actor=actor or self.owner, asked=LedgerQuestion(**asked)
            )
        )


@pytest.fixture
async def books(any_runtime):
    return await Books(any_runtime).open()


async def test_balances_are_what_came_in_less_what_went_back(books):
    shown = books.ledger()

    euro, yen = shown.sums
    assert (euro.currency, euro.sales_text, euro.refunds_text, euro.kept_text) == (
        "EUR",
        "€30.03",
        "\N{MINUS SIGN}€10.01",
        "€20.02",
    )
    assert (euro.fees_text, euro.taxes_text, euro.due_text) == (
        "\N{MINUS SIGN}€1.68",
        "\N{MINUS SIGN}€3.20",
        "€15.14",
    )
    assert (yen.currency, yen.sales_text, yen.refunds_text, yen.due_text) == ("JPY", "¥9,800", "¥0", "¥9,800")
    assert sorted(account.event_name for account in shown.accounts) == ["=Midnight Parade", "Tokyo Echo"]
    assert {transfer.event_name for transfer in shown.transfers} == {"=Midnight Parade", "Tokyo Echo"}


async def test_the_dashboard_tells_the_same_to_the_cent(books):
    euro, yen = books.ledger().sums

    sums = books.runtime.read(
        lambda session, now: read_sums(session, organizer_id=books.organizer, event_id=None, now=now)
    )

    told = [
        (money.currency, money.fees_text, money.taxes_text, money.net_text)
        for money in money_sums(sums.totals)
    ]
    less = "\N{MINUS SIGN}"
    assert told == [
        (sum_.currency, sum_.fees_text.removeprefix(less), sum_.taxes_text.removeprefix(less), sum_.due_text)
        for sum_ in (euro, yen)
    ]


async def test_more_events_than_are_added_up_are_told_of_and_each_can_be_asked_for(books, monkeypatch):
    with books.look() as session:
        slugs = session.exec(select(Event.slug).where(Event.organizer_id == books.organizer)).all()
    monkeypatch.setattr(ledger, "EVENTS_MAX", 1)

    shown = books.ledger()
    said = "Only the latest 1 events are added up here."
    assert (len(shown.accounts), shown.limits_text, books.export()[-1]) == (1, said, [said])
    for slug in slugs:
        (account,) = books.ledger(event=slug).accounts
        assert (account.event_slug, books.ledger(event=slug).limits_text) == (slug, "")


async def test_a_file_that_does_not_hold_all_says_so(books, monkeypatch):
    whole = books.export()
    assert books.ledger().limits_text == ""
    monkeypatch.setattr(ledger, "EXPORT_MAX", 2)

    said = "A file holds the oldest 2 transfers, and there are more. Choose fewer days for the rest."
    assert books.export() == [*whole[:3], [said]]
    assert books.ledger().limits_text == said
    monkeypatch.setattr(ledger, "EXPORT_MAX", len(whole) - 1)
    assert (books.export(), books.ledger().limits_text) == (whole, "")


async def test_every_transfer_of_the_accounts_is_listed_and_sums_to_the_balance(books):
    rows = books.export()[1:]

    with books.look() as session:
        accounts = sa.or_(
            LedgerEntry.credit.contains(str(books.ours)), LedgerEntry.debit.contains(str(books.ours))
        )
        entries = session.exec(select(LedgerEntry).where(accounts)).all()
    of_event = [row for row in rows if row[1] == "=Midnight Parade"]
    of_accounts = [row for row in of_event if row[3] != "Owed to buyers"]
    assert len(of_accounts) == len(entries) == 6
    in_cents = sum(round(float(row[5]) * 100) for row in of_accounts)
    assert in_cents == 20_02
    assert [row[4:6] for row in of_event if row[3] == "Owed to buyers"] == [["Sent back", "-10.01"]]
    assert books.ledger().sums[0].owed_text == ""
    assert books.ledger().total == len(rows) == 8


async def test_the_books_are_narrowed_by_event_and_by_day(books):
    today = books.now.date()
    yesterday = today - timedelta(days=1)
    slug = next(event.slug for event in books.ledger().events if event.name == "Tokyo Echo")

    assert [money.currency for money in books.ledger(event=slug).sums] == ["JPY"]
    before = books.ledger(last_day=yesterday).sums
    assert [(money.sales_text, money.refunds_text) for money in before] == [("€30.03", "€0.00")]
    after = books.ledger(first_day=today, event="").sums
    assert [(money.currency, money.sales_text) for money in after] == [("EUR", "€0.00"), ("JPY", "¥9,800")]
    assert books.ledger(last_day=date(2020, 1, 1)).total == 0
    assert books.ledger(first_day=date.min, last_day=date.max, page=99).page == 1


async def test_nobody_reads_the_books_of_others(books):
    slug = books.ledger().events[0].slug
    rival = books.actor(books.person(), organizers={books.person(): TeamRole.OWNER})
    guard = books.actor(books.person(), organizers={books.organizer: TeamRole.DOOR})

    for nobody in (rival, guard, books.actor(books.person())):
        assert (books.ledger(nobody).total, books.ledger(nobody).events) == (0, [])
        assert len(books.export(nobody)) == 1
        with pytest.raises(NotFound):
            books.ledger(nobody, event=slug)
        with pytest.raises(NotFound):
            books.export(nobody, event=slug)


async def test_an_administrator_reads_them_all(books):
    admin = books.actor(books.person(), is_admin=True)

    assert books.ledger(admin).sums[0].sales_text == "€55.03"


@pytest.mark.parametrize("text", ["", "today", "2026-13-01", "2026-1-1", "x" * 500, "2026-11-21T00:00"])
def test_what_is_no_day_narrows_nothing(text):
    assert read_day(text) is None


async def test_a_spreadsheet_takes_no_name_for_a_formula(books):
    written = list(csv.reader(io.StringIO(csv_bytes(books.export()).decode("utf-8-sig"))))

    assert written[1][1] == "'=Midnight Parade"
    assert {row[5] for row in written if row[4] == "Given back"} == {"-7.58", "-0.84", "-1.59"}


@pytest.mark.parametrize(
    "start", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\N{FULLWIDTH EQUALS SIGN}1"]
)
def test_whatever_begins_like_a_formula_is_text(start):
    assert csv_bytes([[start]]).decode("utf-8-sig").lstrip('"').startswith("'")


@pytest.mark.parametrize("cell", ["-10.01", "0", "Midnight Parade", "€1", ""])
def test_whatever_does_not_stays_as_it_is(cell):
    assert next(csv.reader(io.StringIO(csv_bytes([[cell, "x"]]).decode("utf-8-sig"))))[0] == cell
