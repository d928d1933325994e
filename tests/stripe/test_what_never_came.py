"""Webhooks that never came are found, their silence is an alarm, and the audit reads Stripe's own books."""

import asyncio
import json
import subprocess
import sys

import pytest
from sqlmodel import select

from tests.harness.databases import ROOT, environment
from tests.harness.fake_stripe import SECRET_KEY
from tests.stripe.history import asking, given_back, paid, rows, status_of
from tests.stripe.shop import PRICE_MINOR
from ticketapp.integrations import stripe_facts
from ticketapp.models import OrderStatus, Payment, PaymentStatus, Refund, RefundStatus, StripeEvent
from ticketapp.services.payments.told_events import ACTED_ON
from ticketapp.services.reporting.alarms import list_alarms
from ticketapp.services.reporting.audit import CHECKS_COUNT
from ticketapp.services.reporting.audit_balance import BALANCE
from ticketapp.services.reporting.audit_provider import (
    GAVE_LESS,
    GAVE_MORE,
    PROVIDER_CHECKS,
    STILL_PAYABLE,
    TOOK_LESS,
    TOOK_MORE,
    compare_with_provider,
)

pytestmark = pytest.mark.anyio


def alarms(shop):
    return {
        alarm.kind: alarm.count
        for alarm in shop.runtime.read(lambda session, now: list_alarms(session, now=now))
    }


async def compared(shop):
    books = await shop.gateway.facts.books()
    return [
        found.check
        for found in shop.runtime.read(
            lambda session, _now: compare_with_provider(session, provider="stripe", books=books)
        )
    ]


async def test_events_that_never_came_are_found_once_and_acted_on(door):
    placed, intent = await asking(door)
    door.shop.fake.stage(f"payment_intents/{intent}/authenticate", approved=True)

    missed = await door.shop.runtime.provider_news.catch_up()
    await door.shop.work()

    assert (missed, status_of(door.shop, placed)) == (2, OrderStatus.PAID)
    assert {event.type for event in rows(door.shop, StripeEvent)} == {
        "payment_intent.requires_action", "payment_intent.succeeded"
    }  # fmt: skip
    assert {event.is_sent for event in rows(door.shop, StripeEvent)} == {False}
    assert await door.shop.runtime.provider_news.catch_up() == 0


async def test_a_list_of_many_pages_is_read_to_its_end(door, monkeypatch):
    monkeypatch.setattr(stripe_facts, "PAGE_SIZE", 2)
    _, charge = await paid(door)
    for number in range(5):
        door.shop.fake.stage(f"charges/{charge}/dispute", amount=100 + number)
        (*_, dispute) = door.shop.fake.look("objects/dispute")["data"]
        door.shop.fake.stage(f"disputes/{dispute['id']}/close", won=True)
        charge = (await paid_again(door))["id"]

    missed = await door.shop.runtime.provider_news.catch_up()

    happened = [event["id"] for event in door.events() if event["type"] in ACTED_ON]
    assert missed == len(happened) == 6 + 5 * 5
    assert {event.id for event in rows(door.shop, StripeEvent)} == set(happened)


async def paid_again(door):
    await door.shop.pay_with(await door.shop.placed())
    return door.shop.fake.look("objects/charge")["data"][-1]


async def test_silence_is_an_alarm_an_hour_after_a_payment_and_a_letter_ends_it(door):
    await paid(door)
    door.shop.clock.advance(minutes=59)
    before = alarms(door.shop)
    door.shop.clock.advance(minutes=1)
    after = alarms(door.shop)
    await door.shop.runtime.provider_news.catch_up()
    found = alarms(door.shop)

    await door.tell(door.events("payment_intent.succeeded")[0])

    assert (before, after, found["webhooks_silent"]) == ({}, {"webhooks_silent": 1}, 1)
    assert "webhooks_silent" not in alarms(door.shop)


async def test_what_needs_a_person_is_told(door):
    placed, charge = await paid(door)
    (event,) = door.events("payment_intent.succeeded")
    event["data"]["object"]["id"] = "pi_nobody"
    await door.tell(event)
    dispute = door.shop.fake.stage(f"charges/{charge}/dispute")
    await door.tell(door.events("charge.dispute.created")[0])
    for _ in range(8):
        await door.shop.work()
        door.shop.clock.advance(hours=1)
    told = alarms(door.shop)

    metrics = (await door.client.get("/metrics")).text

    assert told == {"events_waiting": 1, "disputes_open": 1, "jobs_parked": 1}
    assert 'ticketapp_alarms{kind="disputes_open"} 1.0' in metrics
    assert (dispute["status"], placed.total_minor) == ("needs_response", PRICE_MINOR)


async def test_an_honest_shop_agrees_with_its_provider(door):
    placed, _ = await paid(door)
    given_back(door.shop, placed)
    await door.shop.work()
    await asking(door)
    declined = await door.shop.placed()
    await door.shop.pay_with(declined, "pm_card_chargeDeclined")

    assert await compared(door.shop) == []


async def lose_payment(door):
    await paid(door)
    change(door, Payment, status=PaymentStatus.CANCELLED)


async def change_amount(door):
    await paid(door)
    change(door, Payment, amount_minor=PRICE_MINOR - 1)


async def invent_payment(door):
    await asking(door)
    change(door, Payment, status=PaymentStatus.SUCCEEDED)


async def forget_open_payment(door):
    await asking(door)
    change(door, Payment, status=PaymentStatus.CANCELLED)


async def give_back_elsewhere(door):
    await paid(door)
    (intent,) = door.shop.fake.look("objects/payment_intent")["data"]
    await door.shop.gateway.calls.v1.refunds.create_async({"payment_intent": intent["id"], "amount": 100})


async def refund_failed_unheard(door):
    placed, _ = await paid(door)
    given_back(door.shop, placed)
    await door.shop.work()
    (refund,) = door.shop.fake.look("objects/refund")["data"]
    door.shop.fake.stage(f"refunds/{refund['id']}/fail")
    assert rows(door.shop, Refund)[0].status is RefundStatus.DONE


def change(door, model, **facts):
    def write(session, _now):
        row = session.exec(select(model)).one()
        for name, value in facts.items():
            setattr(row, name, value)

    door.shop.runtime.write(write)


async def test_the_command_reads_the_providers_books_as_well(door, any_database_url):
    await lose_payment(door)

    done = await asyncio.to_thread(run_audit, any_database_url, door.shop.fake.url)

    told = json.loads(done.stdout)
    assert (done.returncode, told["checks"]) == (1, CHECKS_COUNT + len(PROVIDER_CHECKS))
    assert TOOK_MORE in [found["check"] for found in told["disagreements"]]


async def test_the_command_says_when_the_provider_does_not_answer(door, any_database_url):
    done = await asyncio.to_thread(run_audit, any_database_url, "http://127.0.0.1:9")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == (
        "The payment provider did not answer, so nothing was compared with it."
    )


def run_audit(database_url, stripe_url):
    settings = environment(
        database_url=database_url, payment_provider="stripe", stripe_api_base=stripe_url,
        stripe_secret_key=SECRET_KEY, stripe_publishable_key="pk_test_1", stripe_webhook_secret="whsec_1",
    )  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "ticketapp.cli", "audit", "--json"],
        cwd=ROOT, env=settings, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("mistake", "found"),
    [
        (lose_payment, [TOOK_MORE, BALANCE]),
        (change_amount, [TOOK_MORE, BALANCE]),
        (invent_payment, [TOOK_LESS, STILL_PAYABLE, BALANCE]),
        (forget_open_payment, [STILL_PAYABLE]),
        (give_back_elsewhere, [GAVE_MORE]),
        (refund_failed_unheard, [GAVE_LESS]),
    ],
)
async def test_every_cent_that_differs_is_found(door, mistake, found):
    await mistake(door)

    assert await compared(door.shop) == found
