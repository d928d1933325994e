"""The events of the demo season that have a name in the contract, each with the property it is there for."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from ticketapp.cli import seed_people, seed_season, seed_venues
from ticketapp.cli.seed_season import SeasonEvent, tier
from ticketapp.models import HoldPolicy

# Put on sale like the others; cancelled once its tickets are sold.
CANCELLED = "cancelled-gala"
_UNLIMITED: dict[str, Any] = {"max_per_order": None}

NAMED = (
    SeasonEvent(
        "midnight-parade", "Midnight Parade", "The Lanterns", "concert", "dockside", 30, 20,
        (tier("Regular", 45_00, 18_000, **_UNLIMITED), tier("Golden Circle", 120_00, 2_000, **_UNLIMITED)),
        "The Lanterns close their summer with one long night by the water: a brass band walks through the crowd, "
        "and the last song is sung by everybody.\n\nGolden Circle is the area in front of the stage, with its own bar.",
        hours_long=4, refund_until_hours=48,
    ),
    SeasonEvent(
        "tiny-room", "Tiny Room", "Vera Lind", "concert", "lantern", 12, 21,
        (tier("Regular", 18_00, 50, **_UNLIMITED),),
        "Fifty chairs, one piano, no amplifier. Vera Lind plays her new songs to people she can see.",
    ),
    SeasonEvent(
        "arena-nights", "Arena Nights", "Polar Choir", "concert", "arena", 60, 19,
        (
            tier("Floor", 149_00, None, is_seated=True, sections=seed_venues.FLOOR,
                 description="Seats on the floor, in front of the stage"),
            tier("Lower Tier", 99_00, None, is_seated=True, sections=seed_venues.LOWER),
            tier("Upper Tier", 59_00, None, is_seated=True, sections=seed_venues.UPPER),
        ),
        "Four hundred voices and a light show that fills the house: the Polar Choir's only arena night this year. "
        "All places are seats.",
        minute=30, hours_long=3,
    ),
    SeasonEvent(
        "chamber-evening", "Chamber Evening", "Quartet Norden", "classical", "chamber", 18, 19,
        (
            tier("Stalls", 68_00, None, is_seated=True, sections=seed_venues.STALLS),
            tier("Balcony", 38_00, None, is_seated=True, sections=seed_venues.BALCONY),
        ),
        "Schubert's last quartet, and a new piece by Ilse Hagen that was written for this hall.",
        minute=30, hours_long=2, refund_until_hours=24, authorises_first=True,
    ),
    SeasonEvent(
        "free-jam", "Free Jam", "The House Band and whoever comes", "jazz", "park", 6, 18,
        (tier("Entry", 0, 400, max_per_order=6),),
        "Bring an instrument or an ear. Entry is free; a ticket keeps your place.",
    ),
    SeasonEvent(
        "members-only", "Members' Night", "The Lanterns, unplugged", "concert", "lantern", 24, 20,
        (tier("Member", 25_00, 120, required_club=seed_people.CLUB, max_per_person=2),),
        "An evening for the Friends of the Harbour: two sets, a conversation, and soup.",
    ),
    SeasonEvent(
        "code-night", "Code Night", "A name we may not print yet", "club", "kraftwerk", 21, 23,
        (tier("Moonlight", 32_00, 250, access_code="MOONLIGHT"),),
        "The line-up is told to those who have the code. It came with the letter.",
        hours_long=6,
    ),
    SeasonEvent(
        "checkout-hold", "Open Floor", "Marta & the Machines", "club", "kraftwerk", 15, 22,
        (tier("Regular", 24_00, 300), tier("Supporter", 40_00, 60)),
        "House and techno on one open floor, until the trains run again.",
        hours_long=7, hold_policy=HoldPolicy.AT_CHECKOUT,
    ),
    SeasonEvent(
        "tokyo-echo", "Tokyo Echo", "Aoi Mori", "concert", "shibuya", 45, 19,
        (tier("Standing", 6_800, 600, "JPY"), tier("Balcony Seat Free", 9_800, 120, "JPY")),
        "Aoi Mori brings her tape loops home for one evening in Shibuya.",
    ),
    SeasonEvent(
        "next-month-presale", "Winter Carnival", "Eleven bands on two stages", "festival", "dockside", 90, 15,
        (tier("Day Pass", 79_00, 5_000), tier("Early Entry", 99_00, 500)),
        "Eleven bands, two stages, one big fire. Tickets go on sale next month.",
        hours_long=9,
    ),
    SeasonEvent(
        "last-week", "Last Week's Waltz", "Kapelle Morgenrot", "dance", "ring", -7, 19,
        (tier("Regular", 29_00, 200),),
        "The ball that opened the season. It was a long night.",
    ),
    SeasonEvent(
        "tonight", "Tonight", "Kapelle Morgenrot", "concert", "lantern", 0, 20,
        (tier("Regular", 28_00, 240), tier("Balcony", 40_00, 60)),
        "Doors in an hour. There are still tickets, and there is still soup.",
        hours_long=4, starts_in=timedelta(hours=2),
    ),
    SeasonEvent(
        "cancelled-gala", "Season Gala", "The Harbour Philharmonic", "classical", "arena", 38, 19,
        (tier("Regular", 85_00, 900),),
        "The gala had to be called off: the hall is closed for repairs.",
    ),
    SeasonEvent(
        "sold-out-show", "The Last Lantern", "The Lanterns", "concert", "lantern", 9, 20,
        (tier("Regular", 30_00, 100), tier("Balcony", 44_00, 20)),
        "The smallest show of the tour. It was gone in an afternoon.",
    ),
)  # fmt: skip


def add_named(session: Session, *, is_small: bool, announced: datetime, today: datetime) -> list[str]:
    """Add the named events that are missing, and tell which."""
    known = seed_season.existing_slugs(session)
    missing = [_timed(event, today) for event in NAMED if event.slug not in known]
    if not missing:
        return []
    seed_venues.ensure_seats(session, "arena", seed_venues.arena_plans(is_small=is_small))
    seed_venues.ensure_seats(session, "chamber", seed_venues.chamber_plans())
    organizer = seed_season.organizer_id(session, seed_people.HARBOUR_LIGHTS)
    for event in missing:
        seed_season.add_event(session, event, organizer=organizer, announced=announced, today=today)
    return [event.slug for event in missing]


def _timed(event: SeasonEvent, today: datetime) -> SeasonEvent:
    if event.slug != "next-month-presale":
        return event
    opening = (today + timedelta(days=30)).replace(minute=0, second=0, microsecond=0)
    return replace(event, tiers=tuple(replace(one, sale_starts_at=opening) for one in event.tiers))
