"""Guests, accounts and their sessions."""

import pytest
from sqlmodel import select

from tests.racing import race
from ticketapp.core.tokens import new_token
from ticketapp.models import Person, WebSession
from ticketapp.services.accounts import account, operations
from ticketapp.services.accounts.errors import SessionEnded
from ticketapp.services.accounts.rules import SESSION_SPAN


def register(runtime, email="ada@example.com"):
    return runtime.write(
        lambda session, now: account.register(
            session, email=email, name="Ada", password_hash="argon", now=now
        )
    )


def open_session(runtime, person_id):
    return runtime.write(lambda session, now: operations.open_session(session, person_id=person_id, now=now))


def begin_guest(runtime, token):
    return runtime.write(lambda session, now: operations.begin_guest(session, token=token, now=now))


def count(runtime, model):
    return runtime.read(lambda session, now: len(session.exec(select(model)).all()))


async def test_a_session_names_its_owner_until_it_is_signed_out(any_runtime):
    person_id = register(any_runtime)
    opened = open_session(any_runtime, person_id)

    actor = await any_runtime.identities.actor_for(opened.token)
    any_runtime.write(lambda session, now: operations.sign_out(session, token=opened.token, now=now))

    assert (actor.person_id, actor.email, actor.name, actor.is_guest, actor.roles) == (
        person_id,
        "ada@example.com",
        "Ada",
        False,
        ["fan"],
    )
    assert await any_runtime.identities.actor_for(opened.token) is None


async def test_a_session_ends_after_its_span(app_runtime, clock):
    opened = open_session(app_runtime, register(app_runtime))

    clock.at = opened.expires_at

    assert opened.expires_at - SESSION_SPAN < clock.at
    assert await app_runtime.identities.actor_for(opened.token) is None


async def test_a_visitor_becomes_a_guest_once(any_runtime):
    token = new_token()
    assert await any_runtime.identities.actor_for(token) is None

    first, second = begin_guest(any_runtime, token), begin_guest(any_runtime, token)

    assert first == second
    assert (first.is_guest, first.email, first.roles) == (True, None, [])
    assert (await any_runtime.identities.actor_for(token)) == first
    assert count(any_runtime, Person) == 1


def test_a_token_that_was_signed_out_cannot_begin_anew(app_runtime):
    token = new_token()
    begin_guest(app_runtime, token)
    app_runtime.write(lambda session, now: operations.sign_out(session, token=token, now=now))

    with pytest.raises(SessionEnded):
        begin_guest(app_runtime, token)

    assert (count(app_runtime, Person), count(app_runtime, WebSession)) == (1, 1)


@pytest.mark.concurrency
def test_six_tabs_at_once_begin_one_guest(any_runtime):
    token = new_token()

    guests = race(lambda: begin_guest(any_runtime, token).person_id, times=6)

    assert len(set(guests)) == 1
    assert count(any_runtime, Person) == 1


def test_an_address_is_registered_once(any_runtime):
    assert register(any_runtime) is not None
    assert register(any_runtime) is None
    assert count(any_runtime, Person) == 1


async def test_signing_out_everywhere_keeps_the_session_in_use(any_runtime):
    person_id = register(any_runtime)
    here, there = open_session(any_runtime, person_id), open_session(any_runtime, person_id)

    ended = any_runtime.write(
        lambda session, now: operations.sign_out_everywhere(
            session, person_id=person_id, now=now, except_token=here.token
        )
    )

    assert ended == 1
    assert await any_runtime.identities.actor_for(there.token) is None
    assert (await any_runtime.identities.actor_for(here.token)).person_id == person_id
