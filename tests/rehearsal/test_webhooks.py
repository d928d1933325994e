"""Events reach the shop signed, at least once, and in whatever order a test needs."""

import json
from itertools import permutations

import pytest
import stripe

from tests.harness.fake_stripe import WEBHOOK_SECRET
from tests.harness.waiting import until

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def test_every_change_arrives_signed_and_in_order(shop, post):
    paid = shop.pay(key="order:7:1")

    events = post.arrived(3)

    assert [event.type for event in events] == PAID
    last = events[-1]
    assert (last.id[:4], last.object, last.livemode, last.api_version) == (
        "evt_",
        "event",
        False,
        stripe.api_version,
    )
    assert (last.data.object.id, last.data.object.status, last.data.object.amount) == (
        paid.id,
        "succeeded",
        1200,
    )
    assert (last.request.id, last.request.idempotency_key) == (paid.last_response.request_id, "order:7:1")
    assert events[0].data.object.status == "requires_payment_method"


def test_a_letter_that_was_changed_or_signed_with_another_secret_is_no_letter(shop, post):
    shop.intent()
    post.arrived(1)
    letter = post.box.letters[0]

    for body, secret in [
        (letter.body, "whsec_other"),
        (letter.body.replace(b"1200", b"1201"), WEBHOOK_SECRET),
    ]:
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body, letter.signature, secret)


def test_a_letter_can_be_signed_in_the_past(shop, post, fake):
    fake.stage("webhooks", signed_ahead_s=-301)
    shop.intent()

    with pytest.raises(stripe.SignatureVerificationError, match="Timestamp outside the tolerance zone"):
        post.arrived(1)


def test_during_a_rotation_both_secrets_sign(shop, fake, post):
    fake.stage("webhooks", secrets=[WEBHOOK_SECRET, "whsec_next"])
    shop.intent()
    post.arrived(1)
    letter = post.box.letters[0]

    assert letter.signature.count("v1=") == 2
    for secret in (WEBHOOK_SECRET, "whsec_next"):
        assert stripe.Webhook.construct_event(letter.body, letter.signature, secret).type == PAID[0]


def test_a_letter_that_was_not_taken_comes_again(shop, client, post, fake):
    post.box.answers += [500, 302, 404]

    shop.intent()

    events = post.arrived(4)
    assert len({event.id for event in events}) == 1
    assert [attempt["status"] for attempt in fake.look("webhooks")["log"]] == [500, 302, 404, 200]
    assert client.v1.events.retrieve(events[0].id).pending_webhooks == 0


def test_a_closed_door_is_tried_again(shop, post, fake):
    fake.stage("webhooks", url="http://127.0.0.1:9/webhooks", attempts_max=2)
    shop.intent()
    until(lambda: fake.look("webhooks")["idle"], within_s=10, what="the post gives up")
    missed = shop.client.v1.events.list({"delivery_success": False}).data

    fake.stage("webhooks", url=post.box.url, attempts_max=16)
    fake.stage("webhooks/send", event=missed[0].id)

    assert post.arrived(1)[0].id == missed[0].id
    assert shop.client.v1.events.list({"delivery_success": False}).data == []


@pytest.mark.parametrize("order", list(permutations(PAID)), ids=" ".join)
def test_letters_are_held_and_released_in_any_order(shop, post, fake, order):
    fake.stage("webhooks", hold=True)
    shop.pay()
    assert [event["type"] for event in fake.look("webhooks")["held"]] == PAID

    fake.stage("webhooks/release", order=list(order))

    assert post.types(3) == list(order)
    assert fake.look("webhooks")["held"] == []


def test_held_letters_can_come_reversed_in_part_and_again(shop, post, fake):
    fake.stage("webhooks", hold=True)
    shop.pay()

    fake.stage("webhooks/release", order=[PAID[2], PAID[2]])
    fake.stage("webhooks/release", order="reversed")

    assert post.types(4) == [PAID[2], PAID[2], PAID[1], PAID[0]]


def test_letters_are_duplicated(shop, post, fake):
    fake.stage("webhooks", copies=10)

    shop.intent()

    assert len({event.id for event in post.arrived(10)}) == 1
    assert len(post.box.letters) == 10


def test_letters_of_a_kind_never_come_and_are_found_in_the_list(shop, client, post, fake):
    fake.stage("webhooks", never=["payment_intent.*"])
    shop.pay()
    assert post.types(1) == ["charge.succeeded"]

    undelivered = client.v1.events.list({"delivery_success": False})

    assert [event.type for event in undelivered.data] == [PAID[2], PAID[0]]
    assert [event.type for event in client.v1.events.list({"delivery_success": True}).data] == [PAID[1]]


def test_a_letter_can_arrive_before_the_answer_and_the_api_answers_meanwhile(shop, client, post, fake):
    fake.stage("webhooks", before_answer=["payment_intent.succeeded"])
    seen = []
    post.box.on_letter = lambda letter: seen.append(
        [intent.status for intent in client.v1.payment_intents.list().data]
    )

    shop.pay()

    # The list was asked for in between, so that it is known when `pay` returns.
    assert seen[0] == ["succeeded"]
    assert sorted(post.types(3)) == sorted(PAID)


def test_letters_can_be_late(shop, post, fake):
    fake.stage("webhooks", delay_ms=600_000)
    shop.intent()
    late = fake.look("webhooks")
    fake.stage("webhooks", delay_ms=1)
    next_intent = shop.intent()

    until(lambda: post.box.letters, within_s=10, what="the letter that is less late")

    assert (late["log"], late["idle"]) == ([], False)
    assert [json.loads(letter.body)["data"]["object"]["id"] for letter in post.box.letters] == [
        next_intent.id
    ]
