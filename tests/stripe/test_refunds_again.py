"""A refund that did not reach its buyer: the ledger owes it again, and who runs the event tries again or settles it."""

import pytest
from sqlmodel import select

from tests.stripe.history import booked, deliver, given_back, paid, rows, told_as_failed
from tests.stripe.shop import PRICE_MINOR
from ticketapp.core.errors import InvalidInput, NotFound
from ticketapp.integrations.payments import RefundOrder
from ticketapp.models import Event, Order, Payment, Refund, RefundStatus, TeamRole, Ticket
from ticketapp.services.payments.again import (
    NotFailed,
    record_refund_refused,
    settle_refund,
    try_refund_again,
)
from ticketapp.services.payments.receipt_views import refund_text
from ticketapp.services.payments.refunds import record_refund_done, refund_tickets
from ticketapp.services.reporting.audit_provider import compare_with_provider
from ticketapp.services.reporting.order_desk import get_desk_order

pytestmark = pytest.mark.anyio


@pytest.fixture
async def failed(door):
    """A refund that came back from the buyer's bank: (placed, the refund's row)."""
    placed, charge = await paid(door)
    door.shop.fake.stage(f"charges/{charge}/publish_balance")
    given_back(door.shop, placed)
    await door.shop.work()
    (made,) = door.shop.fake.look("objects/refund")["data"]
    door.shop.fake.stage(f"refunds/{made['id']}/fail")
    await deliver(door, "charge.updated", "refund.failed")
    (refund,) = rows(door.shop, Refund)
    assert refund.status is RefundStatus.FAILED
    return placed, refund


def owner(shop):
    (event,) = rows(shop, Event)
    return shop.actor(shop.person(), organizers={event.organizer_id: TeamRole.OWNER})


def again(shop, refund, actor=None):
    who = actor or owner(shop)
    shop.runtime.write(
        lambda session, now: try_refund_again(session, actor=who, refund_id=refund.id, now=now)
    )


def settle(shop, refund, note="Bank transfer of 21 November", actor=None):
    who = actor or owner(shop)
    shop.runtime.write(
        lambda session, now: settle_refund(session, actor=who, refund_id=refund.id, note=note, now=now)
    )


async def all_agree(shop):
    books = await shop.gateway.facts.books()
    compared = shop.runtime.read(
        lambda session, now: compare_with_provider(session, provider="stripe", books=books)
    )
    return (shop.disagreements(), compared) == ([], [])


def desk(shop, placed):
    with shop.look() as session:
        reference = session.get_one(Order, placed.order_id).reference
    return shop.runtime.read(
        lambda session, now: get_desk_order(session, actor=owner(shop), reference=reference)
    )


async def believed_refused(door):
    """A refund that Stripe made and that we believe it refused: (the refund's row, Stripe's name for it)."""
    placed = await door.shop.placed(quantity=2)
    await door.shop.pay_with(placed)
    with door.shop.look() as session:
        tickets = session.exec(select(Ticket.id).where(Ticket.order_id == placed.order_id)).all()
    admin = door.shop.actor(door.shop.person(), is_admin=True)
    door.shop.runtime.write(
        lambda session, now: refund_tickets(
            session, actor=admin, order_id=placed.order_id, ticket_ids=tickets[:1], now=now
        )
    )
    (refund,) = rows(door.shop, Refund)
    made = await door.shop.gateway.refund(
        RefundOrder(
            refund.key, rows(door.shop, Payment)[0].provider_ref, refund.amount_minor, refund.currency
        )
    )
    door.shop.runtime.write(
        lambda session, now: record_refund_refused(session, key=refund.key, attempt=1, reason="No.", now=now)
    )
    return refund, made


async def test_one_that_lives_at_stripe_whatever_we_believe_is_not_made_again(door):
    refund, _ = await believed_refused(door)

    again(door.shop, refund)
    await door.shop.work()

    (now,) = rows(door.shop, Refund)
    assert (now.status, now.attempt, door.shop.count("refund")) == (RefundStatus.DONE, 2, 1)
    assert await all_agree(door.shop)


async def test_one_that_we_believe_refused_and_that_comes_back_was_never_booked(door):
    _, made = await believed_refused(door)
    door.shop.fake.stage(f"refunds/{made}/fail")

    await deliver(door, "refund.failed")

    assert (rows(door.shop, Refund)[0].status, told_as_failed(door.shop)) == (RefundStatus.FAILED, 1)
    assert booked(door.shop, "refund-paid", "refund-failed") == []
    assert await all_agree(door.shop)


async def test_it_is_tried_again_and_arrives_once(door, failed):
    placed, refund = failed
    assert (await all_agree(door.shop), desk(door.shop, placed).refunds[0].failed_id) == (
        True,
        str(refund.id),
    )

    again(door.shop, refund)
    with pytest.raises(NotFailed):
        again(door.shop, refund)
    assert await all_agree(door.shop)
    await door.shop.work()
    await deliver(door)

    (now,) = rows(door.shop, Refund)
    assert (now.status, now.attempt, door.shop.count("refund")) == (RefundStatus.DONE, 2, 2)
    assert now.provider_ref != refund.provider_ref
    assert booked(door.shop, "refund-paid", "refund-failed") == [
        ("refund-paid", "refunds", "receivable:stripe", PRICE_MINOR),
        ("refund-failed", "receivable:stripe", "refunds", PRICE_MINOR),
        ("refund-paid", "refunds", "receivable:stripe", PRICE_MINOR),
    ]
    assert await all_agree(door.shop)
    assert desk(door.shop, placed).refunds[0].failed_id == ""


async def test_it_may_fail_a_second_time_and_a_letter_about_the_first_changes_nothing(door, failed):
    _, refund = failed
    (first,) = door.events("refund.failed")
    again(door.shop, refund)
    await door.shop.work()
    await door.tell(first | {"id": "evt_told_late"})
    await door.shop.work()
    assert rows(door.shop, Refund)[0].status is RefundStatus.DONE

    newest = door.shop.fake.look("objects/refund")["data"][-1]
    door.shop.fake.stage(f"refunds/{newest['id']}/fail")
    await deliver(door, "refund.failed")

    assert rows(door.shop, Refund)[0].status is RefundStatus.FAILED
    assert len(booked(door.shop, "refund-failed")) == 2
    assert await all_agree(door.shop)


async def test_an_answer_that_is_lost_makes_no_third_refund(door, failed):
    _, refund = failed
    again(door.shop, refund)
    door.shop.fake.stage("faults", kind="drop_after", method="POST", path="/v1/refunds")
    await door.shop.work()
    door.shop.clock.advance(minutes=2)
    await door.shop.work()

    assert (rows(door.shop, Refund)[0].status, door.shop.count("refund")) == (RefundStatus.DONE, 2)
    assert await all_agree(door.shop)


async def test_who_heard_of_the_first_one_too_late_does_not_end_the_second(door, failed):
    """Two work at it at once; one hears of the first refund, stands still, and writes it down after it was tried again."""
    _, refund = failed
    again(door.shop, refund)
    door.shop.runtime.write(
        lambda session, now: record_refund_done(
            session, key=refund.key, provider_ref=refund.provider_ref, attempt=1, now=now
        )
    )
    assert rows(door.shop, Refund)[0].status is RefundStatus.ASKED

    await door.shop.work()

    assert (rows(door.shop, Refund)[0].status, door.shop.count("refund")) == (RefundStatus.DONE, 2)
    assert await all_agree(door.shop)


async def test_it_is_settled_another_way_and_never_again(door, failed):
    placed, refund = failed
    settle(door.shop, refund)
    for change in (again, settle):
        with pytest.raises(NotFailed):
            change(door.shop, refund)
    (told,) = door.events("refund.failed")
    await door.tell(told | {"id": "evt_told_again"})
    await door.shop.work()

    (now,) = rows(door.shop, Refund)
    assert (now.status, now.settled_note) == (RefundStatus.DONE, "Bank transfer of 21 November")
    assert booked(door.shop, "refund-settled") == [("refund-settled", "refunds", "bank", PRICE_MINOR)]
    assert refund_text(now, "UTC").startswith("€45.00 paid back another way ")
    assert refund_text(now, "UTC").endswith(": Bank transfer of 21 November")
    assert [entry.text for entry in desk(door.shop, placed).history][-1] == "Paid back another way"
    assert await all_agree(door.shop)


async def test_nobody_else_touches_it(door, failed):
    _, refund = failed
    shop = door.shop
    (event,) = rows(shop, Event)
    guard = shop.actor(shop.person(), organizers={event.organizer_id: TeamRole.DOOR})
    with shop.look() as session:
        buyer = shop.actor(session.get_one(Order, refund.order_id).person_id)

    for nobody in (guard, buyer, shop.actor(shop.person())):
        for change in (again, settle):
            with pytest.raises(NotFound):
                change(shop, refund, actor=nobody)
    for note in ("", " ", "x" * 201, "a\x00b"):
        with pytest.raises(InvalidInput):
            settle(shop, refund, note=note)

    assert rows(shop, Refund)[0].status is RefundStatus.FAILED


async def test_a_refund_that_stripe_refuses_has_failed_and_is_tried_again_when_the_dispute_is_won(door):
    placed, charge = await paid(door)
    dispute = door.shop.fake.stage(f"charges/{charge}/dispute")
    await deliver(door, "charge.dispute.created")
    given_back(door.shop, placed)
    await door.shop.work()
    (refused,) = rows(door.shop, Refund)
    assert (refused.status, refused.provider_ref, door.shop.count("refund")) == (RefundStatus.FAILED, None, 0)
    assert door.shop.disagreements() == []

    door.shop.fake.stage(f"disputes/{dispute['id']}/close", won=True)
    await deliver(door, "charge.dispute.closed")
    again(door.shop, refused)
    await door.shop.work()

    assert (rows(door.shop, Refund)[0].status, door.shop.count("refund")) == (RefundStatus.DONE, 1)
    assert door.shop.disagreements() == []
