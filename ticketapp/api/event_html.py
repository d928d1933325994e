"""An event's page as text: for search engines, for sharing, and for the moment before the app has drawn."""

from html import escape
from typing import Any

from ticketapp.api.shell_html import SITE_NAME, Head, page_html
from ticketapp.core.money import Currency, Money
from ticketapp.services.catalog.views import EventCard, EventPage, TierRow

DESCRIPTION_MAX = 180
_SCHEMA = "https://schema.org/"
_STATUS = {"cancelled": "EventCancelled"}
_AVAILABILITY = {
    "on_sale": "InStock",
    "few": "LimitedAvailability",
    "held_by_others": "LimitedAvailability",
    "members_only": "InStock",
    "not_yet": "PreOrder",
    "sold_out": "SoldOut",
}
_PAGE = 'class="page-width" style="padding-block:2rem"'


def event_html(shell: str, event: EventPage, public_url: str) -> bytes:
    """Write the page of one event."""
    url = f"{public_url}/event/{event.slug}"
    image = _absolute(event.picture_url, public_url)
    head = Head(
        title=f"{event.name} · {event.artist} · {event.city}",
        description=_shortened(f"{event.starts_text}, {event.venue}, {event.city}. {event.description}"),
        url=url,
        image=image,
        kind="event",
        data=(_event_data(event, url, image),),
        is_hidden=event.status == "draft",
    )
    return page_html(shell, head, _event_words(event))


def missing_html(shell: str, public_url: str) -> bytes:
    """Write the page that answers for an event that does not exist."""
    head = Head(
        title=f"Event not found · {SITE_NAME}",
        description="There is no event at this address.",
        url=public_url,
        is_hidden=True,
    )
    words = (
        f'<section {_PAGE}><h1 class="display text-xl">We could not find this event</h1>'
        '<p class="mt-2 text-soft">The address may be mistyped, or the event was taken down.</p>'
        '<p class="mt-4"><a class="btn" data-tone="primary" href="/">See what is on</a></p></section>'
    )
    return page_html(shell, head, words)


def front_html(shell: str, cards: list[EventCard], public_url: str) -> bytes:
    """Write the front page with what is on next."""
    head = Head(
        title=f"{SITE_NAME} · what is on",
        description="Concerts, theatre, comedy and festivals, with live availability and all-in prices.",
        url=f"{public_url}/",
        image=_absolute(cards[0].picture_url, public_url) if cards else "",
        data=(_list_data(cards, public_url),),
    )
    rows = "".join(
        f'<li><a href="/event/{card.slug}">{escape(card.name)}</a>, {escape(card.starts_text)}, '
        f"{escape(card.venue)}, {escape(card.city)}</li>"
        for card in cards
    )
    words = f'<noscript><section {_PAGE}><h1 class="display text-2xl">What is on</h1><ul>{rows}</ul></section></noscript>'
    return page_html(shell, head, words)


def _event_words(event: EventPage) -> str:
    notice = f'<p role="status">{escape(event.notice)}</p>' if event.notice else ""
    rows = "".join(_tier_words(row) for row in event.tiers)
    return (
        f'<section {_PAGE}><p class="overline-text">{escape(event.category_text)} · {escape(event.state_text)}</p>'
        f'<h1 class="display text-3xl">{escape(event.name)}</h1><p class="text-lg">{escape(event.artist)}</p>'
        f"<p>{escape(event.starts_text)} · {escape(event.venue)}, {escape(event.city)}</p>{notice}<ul>{rows}</ul></section>"
    )


def _tier_words(row: TierRow) -> str:
    left = f", {row.available:,} left" if row.can_choose and row.state != "few" else ""
    return f"<li>{escape(row.name)}: {escape(row.price_text)}, {escape(row.state_text)}{left}</li>"


def _event_data(event: EventPage, url: str, image: str) -> dict[str, Any]:
    is_moved = event.notice.startswith("Rescheduled")
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.name,
        "url": url,
        "image": [image],
        "description": _shortened(event.description) or event.name,
        "startDate": event.starts_at,
        "doorTime": event.doors_at,
        "endDate": event.ends_at,
        "eventStatus": _SCHEMA
        + _STATUS.get(event.state, "EventRescheduled" if is_moved else "EventScheduled"),
        "eventAttendanceMode": f"{_SCHEMA}OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": event.venue,
            "address": {
                "@type": "PostalAddress",
                "streetAddress": event.address,
                "addressLocality": event.city,
                "addressCountry": event.country,
            },
        },
        "performer": {"@type": "PerformingGroup", "name": event.artist},
        "organizer": {"@type": "Organization", "name": event.organizer},
        "offers": [_offer(row, url) for row in event.tiers],
    }


def _offer(row: TierRow, url: str) -> dict[str, Any]:
    offer = {
        "@type": "Offer",
        "name": row.name,
        "url": url,
        "price": str(Money(row.price_minor, Currency(row.currency)).decimal),
        "priceCurrency": row.currency,
        "availability": _SCHEMA + _AVAILABILITY.get(row.state, "Discontinued"),
        "inventoryLevel": {"@type": "QuantitativeValue", "value": row.available},
    }
    return offer | ({"validFrom": row.opens_at} if row.opens_at else {})


def _list_data(cards: list[EventCard], public_url: str) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": place,
                "url": f"{public_url}/event/{card.slug}",
                "name": card.name,
            }
            for place, card in enumerate(cards, start=1)
        ],
    }


def _absolute(address: str, public_url: str) -> str:
    return public_url + address if address.startswith("/") else address


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= DESCRIPTION_MAX else line[:DESCRIPTION_MAX].rsplit(" ", 1)[0] + "…"
