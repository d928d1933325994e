"""What was typed, read without ever failing; hostile input becomes a named problem."""

from datetime import UTC, datetime

import pytest

from ticketapp.core.errors import InvalidInput
from ticketapp.models import HoldPolicy
from ticketapp.services.catalog import checks, forms

TYPED = {
    "name": "  Midnight   Parade ",
    "artist": "The Lanterns",
    "category": "concert",
    "venue": "Dockside Hall",
    "address": "Quay 1",
    "city": "Hamburg",
    "country": "de",
    "timezone": "Europe/Berlin",
    "doors_at": "2026-12-12T19:00",
    "starts_at": "2026-12-12T20:00",
    "ends_at": "2026-12-12T23:00",
    "description": "One.\r\nTwo.",
    "allows_guests": "on",
    "tax_percent": "7",
    "max_attendees": "500",
    "tiers.0.name": "Regular",
    "tiers.0.price": "45,50",
    "tiers.0.currency": "EUR",
    "tiers.0.capacity": "100",
}


def refused_fields(typed):
    try:
        checks.check_event(forms.event_draft(typed), forms.tier_drafts(typed))
    except InvalidInput as refusal:
        return set(refusal.field_texts)
    return set()


def test_a_good_form_is_read():
    draft = forms.event_draft(TYPED)
    tiers = forms.tier_drafts(TYPED)

    checks.check_event(draft, tiers)
    assert (draft.name, draft.venue.country, draft.description) == ("Midnight Parade", "DE", "One.\nTwo.")
    assert draft.starts_at.astimezone(UTC) == datetime(2026, 12, 12, 19, 0, tzinfo=UTC)
    assert (draft.hold_policy, draft.allows_guests, draft.tax_basis_points) == (HoldPolicy.IN_CART, True, 700)
    assert [(tier.price_minor, tier.capacity, tier.max_per_order) for tier in tiers] == [(45_50, 100, None)]
    assert not draft.authorises_first
    assert forms.event_draft(TYPED | {"authorises_first": "on"}).authorises_first


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("45", "EUR", 45_00),
        ("45.5", "EUR", 45_50),
        ("45,05", "EUR", 45_05),
        ("0", "EUR", 0),
        ("6800", "JPY", 6_800),
        ("6800.5", "JPY", None),
        ("45.005", "EUR", None),
        ("1e3", "EUR", 1_000_00),
        ("NaN", "EUR", None),
        ("Infinity", "EUR", None),
        ("1e999999999", "EUR", None),
        ("", "EUR", None),
        ("free", "EUR", None),
        ("45", "XAU", None),
    ],
)
def test_a_price_is_read_exactly_or_not_at_all(text, currency, minor):
    assert forms.read_price(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "zone", "utc_hour"),
    [
        ("2026-12-12T20:00", "Europe/Berlin", 19),
        ("2026-07-12T20:00", "Europe/Berlin", 18),
        ("2026-12-12T20:00", "Asia/Tokyo", 11),
        ("2026-03-29T02:30", "Europe/Berlin", None),
        ("2026-12-12T20:00Z", "Europe/Berlin", None),
        ("2026-02-30T20:00", "Europe/Berlin", None),
        ("9999-12-31T23:59", "Europe/Berlin", None),
        ("tomorrow", "Europe/Berlin", None),
        ("", "Europe/Berlin", None),
        (12, "Europe/Berlin", None),
        ("2026-12-12T20:00", "Nowhere/Else", None),
    ],
)
def test_a_local_time_is_a_moment_or_nothing(text, zone, utc_hour):
    moment = forms.local_moment(text, zone)

    assert (moment and moment.astimezone(UTC).hour) == utc_hour


@pytest.mark.parametrize("value", [[], {}, 1.5, None, "x\x00y", "9" * 400, -1, True, ["on"], {"a": 1}])
@pytest.mark.parametrize("field", list(TYPED))
def test_hostile_values_are_read_or_refused_by_name(field, value):
    typed = TYPED | {field: value}

    refused = refused_fields(typed)

    # A wrong zone makes the times of the form unreadable too.
    assert refused == set() or field in refused or field == "timezone"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_attendees", "many"),
        ("hold_minutes", "-5"),
        ("refund_until_hours", "1.5"),
        ("tiers.0.max_per_order", "lots"),
        ("tiers.0.max_per_person", "0x10"),
        ("tiers.0.sale_starts_at", "soon"),
        ("tiers.0.sale_ends_at", "2026-03-29T02:30"),
    ],
)
def test_what_may_be_empty_may_not_be_gibberish(field, value):
    typed = TYPED | {field: value}

    with pytest.raises(InvalidInput) as refusal:
        checks.check_event(forms.event_draft(typed), forms.tier_drafts(typed))

    assert set(refusal.value.field_texts) == {field}


def test_a_form_without_anything_names_everything_it_needs():
    with pytest.raises(InvalidInput) as refusal:
        checks.check_event(forms.event_draft({}), forms.tier_drafts({}))

    assert {"name", "artist", "venue", "city", "starts_at", "tiers"} <= set(refusal.value.field_texts)
