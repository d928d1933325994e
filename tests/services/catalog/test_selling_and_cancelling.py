"""C3, C6: publish, pause, cancel once; what is on sale and what is not."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.factories import make_event, make_organizer, make_person, make_tier
from tests.racing import race
from tests.services.catalog.drafts import draft, fan, owner_of, tier
from ticketapp.core.errors import AppError, Conflict, NotFound
from ticketapp.models import EventStatus, Hold, HoldStatus, Job, LogEntry, TeamRole
from ticketapp.services.catalog import cancelling, operations, queries, tier_operations
from ticketapp.services.catalog.errors import AlreadyCancelled, EventIsCancelled
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.inventory.errors import NotOnSale
from ticketapp.services.inventory.queries import availability
from ticketapp.services.inventory.requests import HoldRequest, PlacesLine

QUARTER = timedelta(minutes=15)


@pytest.fixture
def organizer_id(any_runtime):
    return any_runtime.write(lambda session, now: make_organizer(session).id)


@pytest.fixture
def owner(organizer_id):
    return owner_of(organizer_id)


@pytest.fixture
def on_sale(any_runtime, organizer_id):
    """An event with a tier of 100, and its ids."""

    def make(session, now):
        event = make_event(session, organizer_id=organizer_id)
        return event.id, make_tier(session, event_id=event.id).id

    return any_runtime.write(make)


def cancel(runtime, actor, event_id):
    runtime.write(
        lambda session, now: cancelling.cancel_event(session, actor=actor, event_id=event_id, now=now)
    )


def hold(runtime, event_id, tier_id, quantity=2, key="k"):
    person_id = runtime.write(lambda session, now: make_person(session).id)
    request = HoldRequest(person_id, event_id, (PlacesLine(tier_id, quantity),), key, QUARTER)
    return runtime.grouped_blocking(inventory.hold_many, request)


def state_of(runtime, event_id):
    return runtime.read(lambda session, now: queries.get_event(session, str(event_id), now=now)).state


def test_cancelling_stops_sales_lets_carts_go_and_leaves_a_job(any_runtime, owner, on_sale):
    event_id, tier_id = on_sale
    hold(any_runtime, event_id, tier_id)

    cancel(any_runtime, owner, event_id)

    assert state_of(any_runtime, event_id) == "cancelled"
    with pytest.raises(NotOnSale):
        hold(any_runtime, event_id, tier_id)
    with any_runtime.database.readers() as session:
        assert session.scalars(sa.select(Hold.status)).all() == [HoldStatus.RELEASED]
        stock = availability(session, [event_id])[event_id]
        assert (stock.held, stock.available) == (0, 100)
        job = session.scalars(sa.select(Job)).one()
        assert (job.kind, job.payload) == ("event-cancelled", {"event_id": str(event_id)})
        entry = session.scalars(sa.select(LogEntry).where(LogEntry.kind == "event.cancelled")).one()
        assert (entry.actor, entry.data) == (owner.person_id, {"holds_released": 1})


def test_a_second_cancel_is_refused_and_changes_nothing(any_runtime, owner, on_sale):
    event_id, tier_id = on_sale
    cancel(any_runtime, owner, event_id)

    with pytest.raises(AlreadyCancelled):
        cancel(any_runtime, owner, event_id)

    changes = [
        lambda session, now: operations.update_event(
            session, actor=owner, event_id=event_id, draft=draft(), now=now
        ),
        lambda session, now: operations.publish_event(session, actor=owner, event_id=event_id, now=now),
        lambda session, now: operations.pause_event(session, actor=owner, event_id=event_id, now=now),
        lambda session, now: tier_operations.update_tier(
            session, actor=owner, event_id=event_id, tier_id=tier_id, draft=tier(), now=now
        ),
    ]
    for change in changes:
        with pytest.raises(EventIsCancelled):
            any_runtime.write(change)
    count = sa.select(sa.func.count()).select_from(Job)
    assert any_runtime.read(lambda session, now: session.scalar(count)) == 1


@pytest.mark.concurrency
def test_of_many_cancels_at_once_one_happens(any_runtime, owner, on_sale):
    event_id, _ = on_sale

    def act():
        try:
            cancel(any_runtime, owner, event_id)
        except AlreadyCancelled:
            return "refused"
        return "cancelled"

    assert sorted(race(act, times=6)) == ["cancelled"] + ["refused"] * 5


@pytest.mark.concurrency
def test_no_hold_lives_on_in_an_event_that_is_cancelled_meanwhile(any_runtime, owner, on_sale):
    event_id, tier_id = on_sale
    turns = iter([*"hhh", "cancel", *"hhh"])

    def act():
        if next(turns) == "cancel":
            return cancel(any_runtime, owner, event_id)
        try:
            return hold(any_runtime, event_id, tier_id)
        except NotOnSale as refusal:
            return refusal

    race(act, times=7)

    with any_runtime.database.readers() as session:
        assert HoldStatus.LIVE not in session.scalars(sa.select(Hold.status)).all()
        assert availability(session, [event_id])[event_id].available == 100


@pytest.mark.parametrize("role", [None, TeamRole.DOOR])
def test_strangers_and_door_staff_cannot_cancel(any_runtime, organizer_id, on_sale, role):
    event_id, _ = on_sale
    actor = fan() if role is None else owner_of(organizer_id, role=role)

    with pytest.raises(NotFound):
        cancel(any_runtime, actor, event_id)

    assert state_of(any_runtime, event_id) == "on_sale"


def test_a_pause_stops_sales_and_publishing_resumes_them(any_runtime, owner, on_sale):
    event_id, tier_id = on_sale

    def pause():
        any_runtime.write(
            lambda session, now: operations.pause_event(session, actor=owner, event_id=event_id, now=now)
        )

    def publish():
        any_runtime.write(
            lambda session, now: operations.publish_event(session, actor=owner, event_id=event_id, now=now)
        )

    pause()
    assert state_of(any_runtime, event_id) == "paused"
    with pytest.raises(NotOnSale):
        hold(any_runtime, event_id, tier_id)
    with pytest.raises(Conflict):
        pause()

    publish()
    assert state_of(any_runtime, event_id) == "on_sale"
    with pytest.raises(Conflict):
        publish()
    assert hold(any_runtime, event_id, tier_id).is_repeat is False


def test_what_is_over_or_has_no_tier_is_not_published(any_runtime, owner, organizer_id, clock):
    def make(session, now):
        bare = make_event(session, organizer_id=organizer_id, status=EventStatus.DRAFT)
        late = make_event(session, organizer_id=organizer_id, status=EventStatus.DRAFT)
        make_tier(session, event_id=late.id)
        return bare.id, late.id

    bare_id, late_id = any_runtime.write(make)

    def publish(event_id):
        any_runtime.write(
            lambda session, now: operations.publish_event(session, actor=owner, event_id=event_id, now=now)
        )

    with pytest.raises(Conflict):
        publish(bare_id)
    clock.advance(days=1)
    with pytest.raises(AppError):
        publish(late_id)
