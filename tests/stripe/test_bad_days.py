"""Every call of Stripe's API lost, held, broken or refused in passing: one charge per order, none on a dead order."""

import asyncio

import pytest
from sqlmodel import select

from tests.harness.waiting import until
from tests.stripe.shop import PRICE_MINOR, StripeShop
from ticketapp.core.ids import new_id
from ticketapp.integrations.payments import ChargeOrder, ChargeStatus, PaymentUnknown
from ticketapp.models import Order, OrderStatus, Payment, PaymentStatus, Refund, RefundStatus
from ticketapp.services.ordering.errors import PaymentUnderWay
from ticketapp.services.payments.refunds import refund_tickets

pytestmark = pytest.mark.anyio
CALLS = {
    "customer": ("POST", "/v1/customers"),
    "create": ("POST", "/v1/payment_intents"),
    "confirm": ("POST", "/v1/payment_intents/*/confirm"),
    "retrieve": ("GET", "/v1/payment_intents/*"),
    "list": ("GET", "/v1/payment_intents"),
    "cancel": ("POST", "/v1/payment_intents/*/cancel"),
}
FAULTS = {
    "drop_before": {"kind": "drop_before"},
    "drop_after": {"kind": "drop_after"},
    "hold_before": {"kind": "hold_before"},
    "hold_after": {"kind": "hold_after"},
    "429": {"kind": "status", "status": 429},
    "409": {"kind": "status", "status": 409},
    "500": {"kind": "status", "status": 500},
    "500 after it happened": {"kind": "status", "status": 500, "executes": True},
}
every_call = pytest.mark.parametrize("call", CALLS)
every_fault = pytest.mark.parametrize("fault", FAULTS)


def strike(shop, call, fault, *, times=1000, skip=0):
    method, path = CALLS[call]
    shop.fake.stage("faults", method=method, path=path, times=times, skip=skip, **FAULTS[fault])
    if FAULTS[fault]["kind"].startswith("hold") and times > 1:
        shop.hurry()


def status_of(shop, placed):
    with shop.look() as session:
        return session.get_one(Order, placed.order_id).status


def payments(shop):
    with shop.look() as session:
        return session.exec(select(Payment).order_by(Payment.attempt)).all()


@every_fault
@every_call
async def test_the_order_is_paid_once_when_the_line_is_good_again(shop, call, fault):
    placed = await shop.placed()
    strike(shop, call, fault)

    await shop.pay_with(placed)
    await shop.settle_down()
    if status_of(shop, placed) is OrderStatus.AWAITING_PAYMENT:
        await shop.pay_with(placed)

    assert status_of(shop, placed) is OrderStatus.PAID
    seen = shop.fake.look("sums")
    assert (seen["charged"], seen["payable"], len(seen["charges"])) == ({"eur": PRICE_MINOR}, [], 1)
    assert shop.disagreements() == []


@every_fault
@every_call
async def test_nothing_can_be_paid_for_an_order_that_ended_meanwhile(shop, call, fault):
    placed = await shop.placed()
    strike(shop, call, fault)

    await shop.pay_with(placed)
    shop.clock.advance(minutes=15)
    shop.expire_orders()
    await shop.work()
    await shop.settle_down()

    seen = shop.fake.look("sums")
    is_paid = status_of(shop, placed) is OrderStatus.PAID
    assert is_paid or status_of(shop, placed) is OrderStatus.EXPIRED
    assert (seen["charged"], seen["payable"]) == ({"eur": PRICE_MINOR} if is_paid else {}, [])
    assert shop.disagreements() == []


@every_fault
@pytest.mark.parametrize("call", ["retrieve", "cancel"])
async def test_a_declined_card_is_called_failed_only_when_it_can_never_be_charged(shop, call, fault):
    placed = await shop.placed()
    strike(shop, call, fault)

    said = await shop.pay_with(placed, "pm_card_chargeDeclined")

    is_said_now = said.status is PaymentStatus.FAILED
    assert is_said_now or said.status is PaymentStatus.STARTED
    assert not is_said_now or shop.intents() == {"canceled": 1}
    await shop.settle_down()
    # Who hangs up before the bank has declined has called the payment off.
    is_declined = (PaymentStatus.FAILED, "CARD_DECLINED")
    is_called_off = (PaymentStatus.CANCELLED, None)
    ends = {is_declined, is_called_off} if fault.startswith("hold") else {is_declined}
    assert {(one.status, one.error_code) for one in payments(shop)} <= ends
    assert shop.intents() == {"canceled": 1}
    assert (await shop.pay_with(placed)).order_status is OrderStatus.PAID
    assert shop.fake.look("sums")["charged"] == {"eur": PRICE_MINOR}


@every_fault
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/refunds"), ("GET", "/v1/refunds")], ids=["make", "look"]
)
async def test_money_goes_back_once(shop, method, path, fault):
    placed = await shop.placed()
    await shop.pay_with(placed)
    with shop.look() as session:
        person = session.get_one(Order, placed.order_id).person_id
    asked = shop.runtime.write(
        lambda session, now: refund_tickets(
            session,
            actor=shop.actor(person, is_admin=True),
            order_id=placed.order_id,
            now=now,
        )
    )
    shop.fake.stage("faults", method=method, path=path, times=2, **FAULTS[fault])
    if FAULTS[fault]["kind"].startswith("hold"):
        shop.hurry()

    await shop.work()
    await shop.settle_down()

    with shop.look() as session:
        refund = session.get_one(Refund, asked.refund_id)
        assert (refund.status, refund.amount_minor) == (RefundStatus.DONE, PRICE_MINOR)
    assert (shop.fake.look("sums")["refunded"], shop.count("refund")) == ({"eur": PRICE_MINOR}, 1)
    assert shop.disagreements() == []


@pytest.mark.parametrize("call", ["customer", "create", "confirm"])
@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "409"])
async def test_one_lost_call_is_repeated_under_its_key_and_nobody_notices(app_runtime, fake, call, fault):
    shop = StripeShop(app_runtime, fake, retries=1)
    placed = await shop.placed()
    strike(shop, call, fault, times=1)

    paid = await shop.pay_with(placed)

    assert (paid.status, paid.order_status) == (PaymentStatus.SUCCEEDED, OrderStatus.PAID)
    assert (shop.count("customer"), shop.intents()) == (1, {"succeeded": 1})
    await shop.gateway.calls.close()


async def test_a_rate_limit_is_waited_for(shop):
    placed = await shop.placed()
    for call in ("customer", "create", "confirm"):
        strike(shop, call, "429", times=2)

    paid = await shop.pay_with(placed)

    assert paid.order_status is OrderStatus.PAID
    assert [fault["taken"] for fault in shop.fake.look("faults")["data"]] == [2, 2, 2]


async def test_a_second_press_while_the_first_is_held_is_no_second_payment(shop):
    placed = await shop.placed()
    strike(shop, "confirm", "hold_after")
    await shop.pay_with(placed)

    with pytest.raises(PaymentUnderWay):
        await shop.pay_with(placed)
    await shop.settle_down()

    assert (shop.intents(), status_of(shop, placed)) == ({"succeeded": 1}, OrderStatus.PAID)


async def test_a_key_that_was_called_off_is_not_confirmed_by_a_late_creation(shop):
    """The place between the PaymentIntent's making and its record: another process calls the order off meanwhile."""
    order = ChargeOrder("order:1:attempt:1", 45_00, "EUR", "TK-2026-AAAA", new_id(), token=shop.fake.token())
    strike(shop, "create", "hold_before", times=1)
    charging = asyncio.create_task(shop.gateway.charge(order))
    await asyncio.to_thread(held, shop)

    with pytest.raises(PaymentUnknown):
        await shop.gateway.cancel(order)
    shop.fake.end_all_faults()
    charged = await charging
    left = shop.intents()
    cancelled = await shop.gateway.cancel(order)

    assert (charged.status, cancelled.status) == (ChargeStatus.CANCELLED, ChargeStatus.CANCELLED)
    assert left == shop.intents() == {"canceled": 1}


async def test_success_and_calling_off_at_the_same_moment_have_one_winner(shop):
    placed = await shop.placed()
    strike(shop, "confirm", "hold_before", times=1)
    paying = asyncio.create_task(shop.pay_with(placed))
    await asyncio.to_thread(held, shop)

    shop.clock.advance(minutes=15)
    shop.expire_orders()
    await shop.work()
    shop.fake.end_all_faults()
    await paying
    await shop.settle_down()

    assert (shop.intents(), status_of(shop, placed)) == ({"canceled": 1}, OrderStatus.EXPIRED)
    assert shop.fake.look("sums")["charged"] == {}
    assert shop.disagreements() == []


def held(shop):
    until(
        lambda: [fault["waiting"] for fault in shop.fake.look("faults")["data"]] == [1],
        within_s=10, what="the call is held",
    )  # fmt: skip
