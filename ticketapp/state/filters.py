"""What the list of events is narrowed to, as it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from ticketapp.services.catalog.drafts import EventFilter
from ticketapp.services.catalog.periods import period_of

PAGE_SIZE = 24
TEXT_MAX = 80
PERIODS = (
    ("today", "Today"),
    ("weekend", "This weekend"),
    ("week", "Next 7 days"),
    ("month", "Next 30 days"),
)
PRICES = (("25", "up to 25"), ("50", "up to 50"), ("100", "up to 100"), ("200", "up to 200"))


@dataclass(frozen=True)
class Filters:
    """The list's filters as texts; empty means no limit."""

    q: str = ""
    city: str = ""
    category: str = ""
    when: str = ""
    price: str = ""
    free: str = ""
    page: str = ""

    def with_choice(self, name: str, value: str) -> "Filters":
        """Choose one value; another choice begins at the first page again."""
        if name not in NAMES:
            return self
        return replace(self, page="", **{name: value[:TEXT_MAX]})

    @property
    def href(self) -> str:
        """Give the address that shows this choice."""
        chosen = {name: value for name in NAMES if (value := getattr(self, name))}
        return f"/?{urlencode(chosen)}" if chosen else "/"

    def page_href(self, page: int) -> str:
        """Give the address of another page of the same choice."""
        return replace(self, page="" if page == 1 else str(page)).href

    def for_catalog(self, now: datetime) -> EventFilter:
        """Say it in the catalog's words."""
        starts_from, starts_before = period_of(self.when, now)
        return EventFilter(
            query=self.q,
            city=self.city,
            category=self.category,
            starts_from=starts_from,
            starts_before=starts_before,
            is_free=self.free == "1",
            price_max=int(self.price) if self.price.isascii() and self.price.isdigit() else None,
            page=int(self.page) if self.page.isascii() and self.page.isdigit() else 1,
            size=PAGE_SIZE,
        )


NAMES = tuple(Filters.__dataclass_fields__)
# The catalog's name of a filter that could be dropped → the filters that it stands for here.
DROPPED = {
    "query": ("q",),
    "city": ("city",),
    "category": ("category",),
    "date": ("when",),
    "price": ("price", "free"),
}


def filters_in(query: Mapping[str, str]) -> Filters:
    """Read the filters of an address; whatever else stands there is left alone."""
    return Filters(**{name: str(query.get(name, "")).strip()[:TEXT_MAX] for name in NAMES})


def without(filters: Filters, dropped: str) -> Filters:
    """Drop the filter that the catalog names."""
    for name in DROPPED.get(dropped, ()):
        filters = filters.with_choice(name, "")
    return filters
