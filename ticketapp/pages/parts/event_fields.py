"""The fields of an event and of a tier, for the new event's form and for the desk."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from ticketapp.components.fields import checkbox, error_summary, fieldset, select_field, text_area, text_field
from ticketapp.services.catalog.views import EventFields, TierFields
from ticketapp.state.event_form import PROBLEMS_ID

CATEGORIES = [
    ("concert", "Concert"),
    ("club", "Club night"),
    ("festival", "Festival"),
    ("jazz", "Jazz"),
    ("classical", "Classical"),
    ("theatre", "Theatre"),
    ("comedy", "Comedy"),
    ("dance", "Dance"),
    ("family", "Family"),
    ("talk", "Talk"),
]
CURRENCIES = ["EUR", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "USD", "CAD", "AUD", "JPY", "KRW"]
ZONES = [
    "Europe/Amsterdam", "Europe/Athens", "Europe/Belgrade", "Europe/Berlin", "Europe/Brussels", "Europe/Bucharest",
    "Europe/Budapest", "Europe/Copenhagen", "Europe/Dublin", "Europe/Helsinki", "Europe/Istanbul", "Europe/Kyiv",
    "Europe/Lisbon", "Europe/London", "Europe/Madrid", "Europe/Oslo", "Europe/Paris", "Europe/Prague", "Europe/Riga",
    "Europe/Rome", "Europe/Sofia", "Europe/Stockholm", "Europe/Tallinn", "Europe/Vienna", "Europe/Vilnius",
    "Europe/Warsaw", "Europe/Zurich", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Mexico_City", "America/New_York", "America/Sao_Paulo", "America/Toronto", "Asia/Dubai",
    "Asia/Hong_Kong", "Asia/Kolkata", "Asia/Seoul", "Asia/Singapore", "Asia/Tokyo", "Africa/Cairo",
    "Africa/Johannesburg", "Africa/Lagos", "Australia/Melbourne", "Australia/Sydney", "Pacific/Auckland",
]  # fmt: skip

Problems = rx.Var[dict[str, str]]


def problem(problems: Problems, field: str) -> rx.Var[str]:
    """Say what is wrong with one field, "" when nothing is."""
    return rx.cond(problems.contains(field), problems[field], "").to(str)  # pyright: ignore[reportAttributeAccessIssue, reportIndexIssue]


def problem_list(summary: rx.Var[list[list[str]]]) -> rx.Component:
    """List what is wrong above the form; the state scrolls here."""
    return rx.el.div(
        error_summary(summary), id=PROBLEMS_ID, class_name="scroll-mt-24 has-[>*:empty]:absolute"
    )


Line = Callable[..., rx.Component]


def event_fields(event: EventFields | Any, problems: Problems) -> list[rx.Component]:
    """Draw every field of an event, in the order in which an organizer thinks of them."""
    line = _lines(event, problems, test_id="event")
    return [
        fieldset("What", *_what(event, problems, line)),
        fieldset("Where", *_where(line)),
        fieldset("When", *_when(event, problems, line)),
        fieldset("Rules", *_rules(event, line)),
    ]


def _lines(values: Any, problems: Problems, *, test_id: str, prefix: str = "") -> Line:
    """Give what draws a one-line field by its name, with its value and its problem."""

    def line(label: str, name: str, **more: Any) -> rx.Component:
        return text_field(
            label,
            name=prefix + name,
            error=problem(problems, prefix + name),
            default_value=getattr(values, name),
            class_name="min-w-0",
            data_testid=f"{test_id}-{name.replace('_', '-')}",
            **more,
        )

    return line


def _pair(*fields: rx.Component) -> rx.Component:
    return rx.el.div(*fields, class_name="fields grid gap-4 sm:grid-cols-2")


def _what(event: Any, problems: Problems, line: Line) -> list[rx.Component]:
    category = select_field(
        "Category",
        CATEGORIES,
        name="category",
        required=True,
        error=problem(problems, "category"),
        default_value=event.category,
    )
    description = text_area(
        "Description",
        name="description",
        rows=5,
        error=problem(problems, "description"),
        default_value=event.description,
        data_testid="event-description",
    )
    hint = "An address that begins with https://. Without one we draw a poster."
    return [
        _pair(line("Name", "name", required=True), line("Artist", "artist", required=True)),
        _pair(category, line("Picture", "picture_url", type="url", hint=hint)),
        description,
    ]


def _where(line: Line) -> list[rx.Component]:
    return [
        _pair(line("Venue", "venue", required=True), line("Address", "address", required=True)),
        _pair(
            line("City", "city", required=True),
            line("Country", "country", required=True, hint="Two letters, such as DE"),
        ),
    ]


def _when(event: Any, problems: Problems, line: Line) -> list[rx.Component]:
    zone = select_field(
        "Time zone",
        [(zone, zone.replace("_", " ")) for zone in ZONES],
        name="timezone",
        required=True,
        hint="All times of this event are local to it",
        error=problem(problems, "timezone"),
        default_value=event.timezone,
    )
    times = rx.el.div(
        line("Doors", "doors_at", type="datetime-local", required=True),
        line("Start", "starts_at", type="datetime-local", required=True),
        line("End", "ends_at", type="datetime-local", required=True),
        class_name="grid gap-4 sm:grid-cols-2 xl:grid-cols-3",
    )
    return [zone, times]


def _rules(event: Any, line: Line) -> list[rx.Component]:
    return [
        _pair(
            line(
                "People in all",
                "max_attendees",
                input_mode="numeric",
                hint="Over all tiers; empty for no limit of its own",
            ),
            line(
                "Minutes to pay",
                "hold_minutes",
                input_mode="numeric",
                hint="How long a cart holds tickets; empty for the usual time",
            ),
            line(
                "Returns until",
                "refund_until_hours",
                input_mode="numeric",
                hint="Hours before the start; empty for no returns",
            ),
            line("VAT in the price, %", "tax_percent", input_mode="decimal"),
        ),
        checkbox(
            "Hold tickets at checkout only",
            name="holds_at_checkout",
            default_checked=event.holds_at_checkout,
            hint="A cart then holds nothing; who pays first has the tickets.",
        ),
        checkbox(
            "Charge when the places are confirmed",
            name="authorises_first",
            default_checked=event.authorises_first,
            hint="Cards are authorised first, and charged once the tickets are certain. Who comes too late is never "
            "charged. For events that sell out in minutes.",
        ),
        checkbox(
            "People may buy without an account", name="allows_guests", default_checked=event.allows_guests
        ),
    ]


def tier_fields(tier: TierFields | Any, problems: Problems, *, prefix: str) -> list[rx.Component]:
    """Draw the fields of a tier; `prefix` stands before each name, as an event's fields have names like them."""
    line = _lines(tier, problems, test_id="tier", prefix=prefix)
    currency = select_field(
        "Currency",
        [(currency, currency) for currency in CURRENCIES],
        name=f"{prefix}currency",
        required=True,
        error=problem(problems, f"{prefix}currency"),
        default_value=tier.currency,
    )
    return [
        _pair(
            line("Name", "name", required=True),
            line(
                "Price",
                "price",
                required=True,
                input_mode="decimal",
                hint="What the buyer pays, all in; 0 is free",
            ),
            currency,
            line("Fee in the price", "fee", input_mode="decimal"),
            line(
                "Places", "capacity", input_mode="numeric", hint="A seated tier has the places of its seats"
            ),
            line("What it includes", "description"),
        ),
        _pair(
            line("On sale from", "sale_starts_at", type="datetime-local"),
            line("On sale until", "sale_ends_at", type="datetime-local"),
        ),
        _pair(
            line("At least per order", "min_per_order", input_mode="numeric"),
            line("At most per order", "max_per_order", input_mode="numeric", hint="Empty for no limit"),
            line(
                "At most per person",
                "max_per_person",
                input_mode="numeric",
                hint="Over all orders; empty for no limit",
            ),
            line("Only for members of", "required_club"),
            line("Access code", "access_code", hint="Hides the tier until the code is entered"),
        ),
    ]
