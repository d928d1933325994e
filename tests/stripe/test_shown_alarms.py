"""What needs a person is on screen while it does: for the organizer on the dashboard, for the administrator with all else."""

from datetime import timedelta

import pytest

from tests.stripe.history import deliver, given_back, paid, rows
from ticketapp.core.errors import NotFound
from ticketapp.models import Event, Job, Refund
from ticketapp.services.payments.again import try_refund_again
from ticketapp.services.reporting import mending, queries

pytestmark = pytest.mark.anyio


def on_dashboard(shop, event):
    concerned = shop.runtime.read(
        lambda session, now: queries.read_sums(
            session, organizer_id=event.organizer_id, event_id=None, now=now
        )
    ).concerns
    return [concern.title for concern in concerned]


def on_admin(shop):
    shown = shop.runtime.read(lambda session, now: queries.read_alarms(session, now=now))
    return [alarm.kind for alarm in shown.alarms], len(shown.concerns)


async def test_nothing_is_shown_while_all_is_well(door):
    await paid(door)
    await deliver(door)
    (event,) = rows(door.shop, Event)

    assert (on_dashboard(door.shop, event), on_admin(door.shop)) == ([], ([], 0))


async def test_a_refund_that_failed_is_shown_and_pushed_until_it_is_on_its_way_again(door):
    placed, _ = await paid(door)
    (event,) = rows(door.shop, Event)
    other = door.shop.event()
    given_back(door.shop, placed)
    await door.shop.work()
    heard: set[str] = set()
    door.shop.runtime.on_change(heard.update)
    (made,) = door.shop.fake.look("objects/refund")["data"]
    door.shop.fake.stage(f"refunds/{made['id']}/fail")
    await deliver(door)

    (title,) = on_dashboard(door.shop, event)
    assert title.startswith("A refund did not reach its buyer: order TK-")
    assert f"org:{event.organizer_id}" in heard
    assert on_admin(door.shop) == ([], 1)
    stranger = next(row for row in rows(door.shop, Event) if row.id == other)
    assert on_dashboard(door.shop, stranger) == []

    (refund,) = rows(door.shop, Refund)
    admin = door.shop.actor(door.shop.person(), is_admin=True)
    door.shop.runtime.write(
        lambda session, now: try_refund_again(session, actor=admin, refund_id=refund.id, now=now)
    )
    assert (on_dashboard(door.shop, event), on_admin(door.shop)) == ([], ([], 0))


async def test_a_dispute_is_shown_until_it_is_decided(door):
    _, charge = await paid(door)
    (event,) = rows(door.shop, Event)
    dispute = door.shop.fake.stage(f"charges/{charge}/dispute")
    await deliver(door)
    (title,) = on_dashboard(door.shop, event)
    assert title.startswith("The buyer's bank disputes a payment: order TK-")
    assert on_admin(door.shop) == ([], 1)

    door.shop.fake.stage(f"disputes/{dispute['id']}/close", won=True)
    await deliver(door, "charge.dispute.closed")

    assert (on_dashboard(door.shop, event), on_admin(door.shop)) == ([], ([], 0))


async def test_silence_is_shown_an_hour_after_a_payment_until_a_letter_comes(door):
    await paid(door)
    assert on_admin(door.shop) == ([], 0)

    door.shop.clock.advance(minutes=61)
    assert on_admin(door.shop) == (["webhooks_silent"], 0)
    await deliver(door, "payment_intent.succeeded")

    assert on_admin(door.shop) == ([], 0)


async def test_work_that_was_given_up_is_taken_up_again_by_an_administrator_alone(any_shop):
    any_shop.runtime.write(
        lambda session, now: session.add(
            Job(
                kind="refund", dedupe_key="refund:none", payload={"key": "none"}, attempts=8,
                run_at=now, parked_at=now - timedelta(hours=1), last_error="NotFound",
            )
        )
    )  # fmt: skip
    admin = any_shop.actor(any_shop.person(), is_admin=True)
    for nobody in (None, any_shop.actor(any_shop.person())):
        with pytest.raises(NotFound):
            any_shop.runtime.write(
                lambda session, now, who=nobody: mending.try_parked_jobs(session, actor=who, now=now)
            )
        with pytest.raises(NotFound):
            any_shop.runtime.read(
                lambda session, now, who=nobody: mending.compare_books(session, actor=who, now=now)
            )
    assert on_admin(any_shop) == (["jobs_parked"], 0)

    taken = any_shop.runtime.write(
        lambda session, now: mending.try_parked_jobs(session, actor=admin, now=now)
    )

    assert (taken, on_admin(any_shop)) == (1, ([], 0))
    assert rows(any_shop, Job)[0].attempts == 0
    found = any_shop.runtime.read(lambda session, now: mending.compare_books(session, actor=admin, now=now))
    assert found == []
