"""Idempotency keys: one call at a time, one answer for a day, and a call that died frees its key."""

import pytest

from tests.buying import Shop
from ticketapp.services.messaging.answers import Claim, Earlier, Given, InProgress, claim_many, keep_many

ANSWER = {"status": "CONFIRMED"}


@pytest.fixture
def shop(any_runtime):
    return Shop(any_runtime)


@pytest.fixture
def key(shop):
    return Claim(shop.person(), "key-1", b"x" * 32)


def claim(shop, *claims):
    return shop.runtime.write(lambda session, now: claim_many(session, claims, now))


def keep(shop, key, status=201):
    given = Given(key.person_id, key.key, status, ANSWER if status else None)
    shop.runtime.write(lambda session, now: keep_many(session, [given], now))


def test_one_of_several_calls_gets_the_key(shop, key):
    first, second = claim(shop, key, key)
    [third] = claim(shop, key)

    assert first is None
    assert [type(second), type(third)] == [InProgress, InProgress]


def test_an_answer_is_given_again_for_a_day(shop, key):
    claim(shop, key)
    keep(shop, key)
    shop.clock.advance(minutes=24 * 60 - 1)
    within = claim(shop, key)
    shop.clock.advance(minutes=1)

    assert within == [Earlier(201, ANSWER)]
    assert claim(shop, key) == [None]


def test_a_call_that_died_frees_its_key_after_a_while(shop, key):
    claim(shop, key)
    shop.clock.advance(minutes=1)
    [too_early] = claim(shop, key)
    shop.clock.advance(minutes=1)

    assert isinstance(too_early, InProgress)
    assert claim(shop, key) == [None]
    assert isinstance(claim(shop, key)[0], InProgress)


def test_a_key_that_is_given_up_is_free(shop, key):
    claim(shop, key)
    keep(shop, key, status=None)

    assert claim(shop, key) == [None]
