"""C6: what a page says of an event and its tiers."""

from datetime import timedelta

import pytest

from tests.factories import NOON
from tests.services.catalog.drafts import STARTS
from ticketapp.models import Event, EventStatus, Tier
from ticketapp.services.catalog import rules
from ticketapp.services.catalog.rules import Badge, EventState, TierState
from ticketapp.services.inventory.queries import TierNumbers


def event(**facts):
    times = {"starts_at": STARTS, "first_starts_at": STARTS, "ends_at": STARTS + timedelta(hours=3)}
    return Event(**{"status": EventStatus.PUBLISHED, **times, **facts})


def numbers(available=50, held=0, capacity=100):
    return TierNumbers(capacity, held, capacity - available - held, available)


def state(tier=None, stock=None, clubs=(), **facts):
    return rules.tier_state(event(**facts), tier or Tier(), stock or numbers(), NOON, clubs=frozenset(clubs))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (state(), TierState.ON_SALE),
        (state(stock=numbers(available=10)), TierState.FEW),
        (state(stock=numbers(available=11)), TierState.ON_SALE),
        (state(stock=numbers(available=0)), TierState.SOLD_OUT),
        (state(stock=numbers(available=0, held=1)), TierState.HELD_BY_OTHERS),
        (state(tier=Tier(sale_starts_at=NOON)), TierState.ON_SALE),
        (state(tier=Tier(sale_starts_at=NOON + timedelta(seconds=1))), TierState.NOT_YET),
        (state(tier=Tier(sale_ends_at=NOON)), TierState.ENDED),
        (state(tier=Tier(required_club="Friends")), TierState.MEMBERS_ONLY),
        (state(tier=Tier(required_club="Friends"), clubs=["Friends"]), TierState.ON_SALE),
        (state(status=EventStatus.PAUSED), TierState.PAUSED),
        (state(status=EventStatus.CANCELLED), TierState.CANCELLED),
        (state(status=EventStatus.DRAFT), TierState.DRAFT),
        (state(ends_at=NOON), TierState.OVER),
        (state(ends_at=NOON, status=EventStatus.CANCELLED), TierState.CANCELLED),
    ],
)
def test_a_tier_says_what_holds(said, expected):
    assert said == expected


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([TierState.SOLD_OUT, TierState.ON_SALE], EventState.ON_SALE),
        ([TierState.SOLD_OUT, TierState.HELD_BY_OTHERS], EventState.HELD_BY_OTHERS),
        ([TierState.SOLD_OUT, TierState.NOT_YET], EventState.NOT_YET),
        ([TierState.SOLD_OUT, TierState.ENDED], EventState.SOLD_OUT),
        ([TierState.NEEDS_CODE], EventState.NEEDS_CODE),
        ([TierState.MEMBERS_ONLY], EventState.ON_SALE),
        ([TierState.ENDED], EventState.ENDED),
        ([], EventState.ENDED),
    ],
)
def test_an_event_says_the_most_hopeful_of_its_tiers(states, expected):
    assert rules.event_state(event(), states, NOON) == expected


def badge(*tiers, available=500, **facts):
    return rules.badge(event(**facts), tiers or [(Tier(), TierState.ON_SALE)], available, 1_000, NOON)


OPENS = Tier(sale_starts_at=NOON + timedelta(days=2, minutes=1))
MOVED = {"first_starts_at": STARTS - timedelta(days=1)}
SOLD_OUT = (Tier(), TierState.SOLD_OUT)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (badge(SOLD_OUT, status=EventStatus.CANCELLED, **MOVED), Badge("cancelled", "Cancelled")),
        (badge(SOLD_OUT, **MOVED), Badge("rescheduled", "Rescheduled")),
        (badge(SOLD_OUT), Badge("sold_out", "Sold out")),
        (badge(available=50), Badge("few", "50 left")),
        (badge(available=51), Badge()),
        (badge((OPENS, TierState.NOT_YET)), Badge("not_yet", "On sale in 2 d")),
        (
            badge((Tier(required_club="Friends"), TierState.ON_SALE), (OPENS, TierState.NOT_YET)),
            Badge("presale", "Presale"),
        ),
        (badge(status=EventStatus.PAUSED), Badge("paused", "Sales paused")),
        (badge(ends_at=NOON), Badge("over", "Over")),
    ],
)
def test_a_card_carries_the_weightiest_badge(said, expected):
    assert said == expected


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(days=2, hours=23), "2 d"),
        (timedelta(hours=47), "47 h"),
        (timedelta(hours=2), "2 h"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(seconds=1), "1 min"),
        (timedelta(0), "1 min"),
    ],
)
def test_a_time_to_come_is_told_in_its_largest_unit(span, text):
    assert rules.span_text(span) == text


@pytest.mark.parametrize(("capacity", "few"), [(50, 10), (300, 15), (20_000, 100), (0, 10)])
def test_few_is_a_twentieth_within_bounds(capacity, few):
    assert rules.few_below(capacity) == few
