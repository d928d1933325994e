"""The rest of the demo season, so that lists look like a town's: many cities, categories, prices and states."""

# ruff: noqa: E501 - one line is one event, which reads best as a table.
from datetime import datetime

from sqlmodel import Session

from ticketapp.cli import seed_people, seed_season
from ticketapp.cli.seed_season import SeasonEvent, tier
from ticketapp.models import EventStatus
from ticketapp.services.catalog.naming import slug_of

# name, artist, category, venue, days, hour, description, tiers as (name, price in minor units, places), currency
_LINES = (
    ("Saltwater Sessions", "Nadia Fehr Trio", "jazz", "lantern", 4, 20, "Piano, bass, drums and the sound of the harbour next door.", (("Regular", 22_00, 90), ("Front Table", 36_00, 16)), "EUR"),
    ("Concrete Gardens", "Halogen", "concert", "kraftwerk", 9, 20, "Halogen play their second record from the first note to the last, in the turbine hall.", (("Regular", 34_00, 1_200), ("Gallery", 48_00, 150)), "EUR"),
    ("The Understudy", "Spree Ensemble", "theatre", "spree", 5, 19, "A comedy about the night the lead did not come. Two acts, one interval.", (("Parterre", 42_00, 220), ("Circle", 28_00, 110)), "EUR"),
    ("Domplatz in Light", "Rheinchor Köln", "classical", "dom", 27, 20, "An open-air oratorio at the foot of the cathedral.", (("Standing", 25_00, 2_500), ("Seat Free", 45_00, 800)), "EUR"),
    ("Isar Beat Market", "Twelve producers", "club", "isar", 13, 22, "Twelve producers, twelve half-hours, no headliner.", (("Regular", 19_00, 700),), "EUR"),
    ("Grachten Nocturne", "Saskia van Loon", "classical", "canal", 16, 20, "Satie, Ravel and the light on the water.", (("Regular", 31_00, 140),), "EUR"),
    ("Low Tide", "Estuary Kings", "concert", "thames", 8, 19, "Blues from the marshes, loud.", (("Standing", 27_50, 900), ("Balcony", 38_00, 200)), "GBP"),
    ("One Woman, Forty Hats", "Prue Ellison", "comedy", "gaiety", 11, 20, "Prue Ellison tries on every job she was sacked from.", (("Stalls", 24_00, 400), ("Royal Circle", 32_00, 180), ("Gods", 12_00, 120)), "GBP"),
    ("Shoreline Weekender", "Two days, nineteen acts", "festival", "thames", 74, 12, "Two days of new music on the river. A ticket is good for both.", (("Weekend", 110_00, 3_000), ("Weekend and Locker", 125_00, 300)), "GBP"),
    ("Rooms by the River", "Aoife Brennan", "concert", "liffey", 14, 20, "Songs for fiddle and one voice.", (("Regular", 20_00, 110),), "EUR"),
    ("Kulørte Lamper", "Orkester Amager", "dance", "vesterbro", 19, 19, "A summer ball out of season: live orchestra, lessons at eight.", (("Regular", 240_00, 450),), "DKK"),
    ("Northbound", "Silva Ek", "concert", "soder", 22, 19, "Silva Ek's first concert in Stockholm in four years.", (("Standing", 495_00, 1_100), ("Seated Free", 695_00, 260)), "SEK"),
    ("Ishavet", "Fjord Ensemble", "classical", "fjord", 33, 18, "New music for strings and ice.", (("Regular", 390_00, 320),), "NOK"),
    ("Ringsaal Gala", "Neue Wiener Solisten", "classical", "ring", 29, 19, "An evening of waltzes with the windows open.", (("Parkett", 74_00, 260), ("Galerie", 39_00, 140)), "EUR"),
    ("Limmat Laughs", "Six comedians", "comedy", "limmat", 10, 20, "Six comedians, ten minutes each, in three languages.", (("Regular", 35_00, 280),), "CHF"),
    ("Noc na řece", "Kapela Přívoz", "concert", "vltava", 17, 20, "A concert on the boat that does not leave.", (("Regular", 590_00, 380),), "CZK"),
    ("Fala", "Hania Zielińska", "jazz", "wisla", 25, 19, "Hania Zielińska and her nonet, recorded live.", (("Regular", 89_00, 600), ("Front Rows", 139_00, 80)), "PLN"),
    ("Bal des Ombres", "Compagnie Lune", "theatre", "belleville", 20, 20, "Shadow theatre for grown-ups, without a word.", (("Plein tarif", 26_00, 190), ("Tarif réduit", 16_00, 60)), "EUR"),
    ("Fado sem Fim", "Rita Alfama", "concert", "tejo", 31, 21, "Fado until the last tram, and then one more.", (("Regular", 28_00, 160),), "EUR"),
    ("Hudson Static", "The Third Rail", "concert", "hudson", 37, 20, "The Third Rail record their live album. Be quiet in the slow ones.", (("General Admission", 48_00, 1_500), ("Mezzanine", 75_00, 220)), "USD"),
    ("Letters to a Young City", "Imani Cole", "talk", "hudson", 40, 19, "Imani Cole reads and talks about the places that made us.", (("Regular", 22_00, 350),), "USD"),
    ("Neon Rain", "Kaito Fujii", "club", "shibuya", 52, 22, "Six hours, one DJ, no phones on the floor.", (("Advance", 4_500, 500),), "JPY"),
    ("Die kleine Lokomotive", "Puppenwerk", "family", "spree", 7, 15, "A puppet play for people of four and older. Fifty minutes.", (("Child", 9_00, 120), ("Adult", 14_00, 120)), "EUR"),
    ("Storytime Orchestra", "Hamburg Youth Players", "family", "chamber", 26, 11, "How an orchestra breathes, with questions allowed.", (("Regular", 12_00, 240),), "EUR"),
    ("Contact Lines", "Kollektiv Achse", "dance", "kraftwerk", 23, 20, "Nine dancers and one long rope.", (("Regular", 29_00, 260),), "EUR"),
    ("Sunday Bones", "The Trombone Four", "jazz", "park", 14, 14, "Four trombones on the lawn. Bring a blanket.", (("Entry", 0, 600),), "EUR"),
    ("Elbe Open Air", "Fourteen bands", "festival", "dockside", 82, 13, "The city's own festival: fourteen bands, three stages, one river.", (("Day Ticket", 65_00, 8_000), ("Weekend Ticket", 110_00, 4_000)), "EUR"),
    ("What the Sea Keeps", "Dr Maren Voss", "talk", "lantern", 3, 19, "A diver and marine archaeologist on what lies under the harbour.", (("Regular", 14_00, 100),), "EUR"),
    ("Rough Cut Comedy", "Open stage", "comedy", "isar", 6, 20, "New jokes, some of them finished.", (("Regular", 10_00, 150),), "EUR"),
    ("Glasshouse", "Mono Flora", "concert", "canal", 43, 20, "Mono Flora among the palms: synthesizers and leaves.", (("Regular", 33_00, 420),), "EUR"),
    ("Winterreise Walked", "Baritone Anton Reis", "classical", "ring", 54, 18, "Schubert's cycle, sung on a walk through the house in five rooms.", (("Regular", 58_00, 60),), "EUR"),
    ("Night Bus to Lisbon", "Carro Vazio", "theatre", "tejo", 35, 21, "A play in a bus that does drive.", (("Regular", 24_00, 44),), "EUR"),
    ("Bass Culture Clinic", "Sister Reverb", "club", "thames", 28, 22, "A sound system, its builder, and a lesson in low end.", (("Regular", 18_00, 650),), "GBP"),
    ("Aurora Suite", "Lumi String Orchestra", "classical", "soder", 47, 18, "Strings, darkness, and a little green.", (("Regular", 420_00, 300),), "SEK"),
)  # fmt: skip
_STATES = {"isar-beat-market": EventStatus.PAUSED}
_MOVED = {"ringsaal-gala": 3}
_RIVALS_CITIES = frozenset({"soder", "fjord", "vesterbro", "hudson"})
_DRAFT = SeasonEvent(
    "harbour-lights-birthday", "Harbour Lights Turns Ten", "To be told", "concert", "dockside", 120, 19,
    (tier("Regular", 30_00, 3_000),), "A birthday, and everybody who ever played for us is asked.",
    status=EventStatus.DRAFT,
)  # fmt: skip


def add_more(session: Session, *, announced: datetime, today: datetime) -> list[str]:
    """Add what is missing of the rest of the season, and tell which events that were."""
    known = seed_season.existing_slugs(session)
    own, rival = (
        seed_season.organizer_id(session, slug)
        for slug in (seed_people.HARBOUR_LIGHTS, seed_people.NORTHERN_NOISE)
    )
    missing = [event for event in (*map(_event, _LINES), _DRAFT) if event.slug not in known]
    for event in missing:
        organizer = rival if event.venue in _RIVALS_CITIES else own
        seed_season.add_event(session, event, organizer=organizer, announced=announced, today=today)
    return [event.slug for event in missing]


def _event(
    line: tuple[str, str, str, str, int, int, str, tuple[tuple[str, int, int], ...], str],
) -> SeasonEvent:
    name, artist, category, venue, days, hour, description, tiers, currency = line
    slug = slug_of(name)
    return SeasonEvent(
        slug,
        name,
        artist,
        category,
        venue,
        days,
        hour,
        tuple(tier(label, price, places, currency) for label, price, places in tiers),
        description,
        hours_long=9 if category == "festival" else 3,
        status=_STATES.get(slug, EventStatus.PUBLISHED),
        moved_by_days=_MOVED.get(slug, 0),
    )
