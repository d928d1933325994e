"""Events of Stripe: who may bring one, how often it counts, and what follows from it."""

import asyncio
import json
from collections import Counter
from copy import deepcopy

import pytest

from tests.stripe.door import signed
from tests.stripe.history import approved, asking, booked, rows, status_of
from tests.stripe.shop import PRICE_MINOR
from ticketapp.models import (
    Job,
    OrderStatus,
    Payment,
    PaymentStatus,
    StripeDispute,
    StripeEvent,
    Ticket,
)

pytestmark = pytest.mark.anyio


async def test_an_event_makes_the_order_paid(door):
    placed, event = await approved(door)

    answer = await door.tell(event)
    await door.shop.work()

    assert (answer.status_code, answer.json()) == (200, {"received": True, "new": True})
    assert status_of(door.shop, placed) is OrderStatus.PAID
    (kept,) = rows(door.shop, StripeEvent)
    assert (kept.id, kept.handled_at, kept.is_sent) == (event["id"], door.shop.now, True)
    assert door.shop.disagreements() == []


@pytest.mark.concurrency
async def test_ten_copies_at_once_count_once(door):
    placed, event = await approved(door)
    (charge,) = door.shop.fake.look("objects/charge")["data"]
    door.shop.fake.stage(f"charges/{charge['id']}/publish_balance")
    (fee,) = door.events("charge.updated")

    answers = await asyncio.gather(*(door.tell(told) for told in [event, fee] * 10))
    await door.shop.work()

    assert [answer.status_code for answer in answers] == [200] * 20
    assert sum(answer.json()["new"] for answer in answers) == 2
    assert len(rows(door.shop, StripeEvent)) == 2
    kinds = Counter(job.kind for job in rows(door.shop, Job))
    assert (kinds["stripe-event"], kinds["order-mail"]) == (2, 1)
    assert (len(booked(door.shop, "sale")), len(booked(door.shop, "fee")), len(rows(door.shop, Ticket))) == (
        1, 1, 1
    )  # fmt: skip
    assert (status_of(door.shop, placed), door.shop.disagreements()) == (OrderStatus.PAID, [])


@pytest.mark.concurrency
async def test_ten_workers_that_act_on_one_event_at_once_act_once(door):
    placed, event = await approved(door)
    (charge,) = door.shop.fake.look("objects/charge")["data"]
    door.shop.fake.stage(f"charges/{charge['id']}/publish_balance")
    dispute = door.shop.fake.stage(f"charges/{charge['id']}/dispute")
    told = [event, *door.events("charge.updated")[:1], *door.events("charge.dispute.created")]
    for one in told:
        await door.tell(one)
    news = door.shop.runtime.provider_news

    ends = await asyncio.gather(
        *(news.handle(one["id"]) for one in told for _ in range(10)), return_exceptions=True
    )
    await door.shop.work()

    assert {type(end) for end in ends} == {type(None)}
    assert [len(booked(door.shop, kind)) for kind in ("sale", "fee", "dispute", "dispute-fee")] == [
        1,
        1,
        1,
        1,
    ]
    assert [row.id for row in rows(door.shop, StripeDispute)] == [dispute["id"]]
    assert Counter(job.kind for job in rows(door.shop, Job))["order-mail"] == 1
    assert (status_of(door.shop, placed), door.shop.disagreements()) == (OrderStatus.PAID, [])


FORGERIES = {
    "no signature": lambda body, now: (body, ""),
    "another secret": lambda body, now: (body, signed(body, at=now, secret="whsec_other")),
    "changed after signing": lambda body, now: (body.replace(b"4500", b"4501"), signed(body, at=now)),
    "old": lambda body, now: (body, signed(body, at=now - 301)),
    "of the future": lambda body, now: (body, signed(body, at=now + 61)),
    "two moments": lambda body, now: (body, f"t={int(now)},{signed(body, at=now)}"),
    "no moment": lambda body, now: (body, signed(body, at=now).split(",")[1]),
    "an endless moment": lambda body, now: (body, f"t={'9' * 400},v1=00"),
    "another scheme": lambda body, now: (body, signed(body, at=now).replace("v1=", "v0=")),
    "not ASCII": lambda body, now: (body, signed(body, at=now) + "\u00e9"),
}


def of(change):
    """Sign a body that was changed before."""

    def forge(body, now):
        told = json.loads(body)
        change(told)
        changed = json.dumps(told).encode()
        return changed, signed(changed, at=now)

    return forge


MISTAKES = {
    "the other mode": of(lambda told: told.update(livemode=True)),
    "another account": of(lambda told: told.update(account="acct_1")),
    "no event": of(lambda told: told.update(object="payment_intent")),
    "no id": of(lambda told: told.pop("id")),
    "an id that is none": of(lambda told: told.update(id={"a": 1})),
    "nothing it is about": of(lambda told: told.update(data={})),
    "nameless": of(lambda told: told["data"]["object"].pop("id")),
    "of no time": of(lambda told: told.update(created=10**30)),
    "of a time that is none": of(lambda told: told.update(created="now")),
    "of nothing": lambda body, now: (b"", signed(b"", at=now)),
    "bottomless": lambda body, now: (b"[" * 100_000, signed(b"[" * 100_000, at=now)),
    "with a zero byte in its name": of(lambda told: told.update(id="evt_\u0000")),
    "no JSON": lambda body, now: (b"{", signed(b"{", at=now)),
    "a list": lambda body, now: (b"[]", signed(b"[]", at=now)),
    "not text": lambda body, now: (b"\xff\xfe", signed(b"\xff\xfe", at=now)),
    "too long": of(lambda told: told.update(padding="x" * 256_000)),
}


@pytest.mark.parametrize("forge", [*FORGERIES.values(), *MISTAKES.values()], ids=[*FORGERIES, *MISTAKES])
async def test_a_letter_that_is_not_stripes_is_refused_and_nothing_is_kept(door, forge):
    placed, event = await approved(door)
    body, signature = forge(json.dumps(event).encode(), door.shop.now.timestamp())

    answer = await door.client.post(
        "/api/stripe/webhook", content=body, headers={"Stripe-Signature": signature.encode()}
    )
    await door.shop.work()

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_signature")
    assert rows(door.shop, StripeEvent) == []
    assert status_of(door.shop, placed) is OrderStatus.AWAITING_PAYMENT


async def test_a_body_beyond_all_measure_is_not_even_read(door):
    body = b"x" * 2_000_000

    answer = await door.bring(body, signed(body, at=door.shop.now.timestamp()))

    assert (answer.status_code, rows(door.shop, StripeEvent)) == (413, [])


@pytest.mark.parametrize("seconds", [-300, 60])
async def test_a_clock_may_differ_a_little(door, seconds):
    _, event = await approved(door)
    body = json.dumps(event).encode()

    answer = await door.bring(body, signed(body, at=int(door.shop.now.timestamp()) + seconds + (seconds < 0)))

    assert answer.status_code == 200


async def test_both_secrets_are_good_while_one_takes_over_from_the_other(door):
    _, event = await approved(door)
    other = deepcopy(event) | {"id": "evt_other"}

    assert (await door.tell(event, secret="whsec_rehearsal")).status_code == 200
    assert (await door.tell(other, secret="whsec_next")).status_code == 200


async def test_what_a_letter_says_is_not_believed(door):
    """A signed event that lies about its payment: the provider's own word counts."""
    placed, _ = await asking(door)
    (event,) = door.events("payment_intent.requires_action")
    event["type"] = "payment_intent.succeeded"
    event["data"]["object"] |= {"status": "succeeded", "amount_received": PRICE_MINOR}

    assert (await door.tell(event)).status_code == 200
    await door.shop.work()

    assert status_of(door.shop, placed) is OrderStatus.AWAITING_PAYMENT
    assert rows(door.shop, Payment)[0].status is PaymentStatus.NEEDS_ACTION


async def test_an_event_that_comes_before_the_answer_finds_its_order(door):
    never = ["charge.*", "customer.*", "payment_intent.created"]
    door.open(before_answer=["payment_intent.succeeded"], never=never, is_acted_on=True)
    placed = await door.shop.placed()
    door.shop.fake.stage("faults", kind="drop_after", method="POST", path="/v1/payment_intents/*/confirm")

    said = await door.shop.pay_with(placed)

    # The answer never came, and by then the event had been acted on.
    assert (said.status, said.order_status, door.answers) == (
        PaymentStatus.SUCCEEDED, OrderStatus.PAID, [200]
    )  # fmt: skip
    assert [event.handled_at is not None for event in rows(door.shop, StripeEvent)] == [True]
    assert door.shop.disagreements() == []


async def test_the_fakes_own_letters_are_taken_in_both_signatures(door):
    door.open(secrets=["whsec_old", "whsec_next"])
    placed = await door.shop.placed()

    await door.shop.pay_with(placed)
    await door.has_come(4)
    await door.shop.work()

    assert door.answers == [200] * 4
    assert {event.type for event in rows(door.shop, StripeEvent)} == {
        "customer.created", "payment_intent.created", "charge.succeeded", "payment_intent.succeeded"
    }  # fmt: skip


async def test_an_event_about_a_payment_that_nobody_knows_is_kept_and_tried_again(door):
    _, event = await approved(door)
    event["data"]["object"]["id"] = "pi_nobody"

    assert (await door.tell(event)).status_code == 200
    await door.shop.work()

    (job,) = [job for job in rows(door.shop, Job) if job.kind == "stripe-event"]
    assert (job.attempts, job.done_at, job.parked_at) == (1, None, None)
    assert job.last_error.startswith("UnknownPayment")
    for _ in range(7):
        door.shop.clock.advance(hours=1)
        await door.shop.work()
    (job,) = [job for job in rows(door.shop, Job) if job.kind == "stripe-event"]
    assert (job.attempts, job.parked_at, rows(door.shop, StripeEvent)[0].handled_at) == (
        8, door.shop.now, None
    )  # fmt: skip


async def test_while_stripe_is_out_of_order_events_wait(door):
    placed, event = await approved(door)
    door.shop.fake.stage("faults", kind="status", status=500, method="GET", times=1)

    await door.tell(event)
    await door.shop.work()
    waited = status_of(door.shop, placed)
    door.shop.clock.advance(seconds=10)
    await door.shop.work()

    assert (waited, status_of(door.shop, placed)) == (OrderStatus.AWAITING_PAYMENT, OrderStatus.PAID)


async def test_a_kind_that_nothing_follows_from_is_kept_as_handled(door):
    _, event = await approved(door)
    event["type"] = "payment_method.attached"

    assert (await door.tell(event)).status_code == 200

    assert rows(door.shop, StripeEvent)[0].handled_at == door.shop.now
    assert [job for job in rows(door.shop, Job) if job.kind == "stripe-event"] == []
