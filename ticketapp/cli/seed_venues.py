"""The venues of the demo season and their seats."""

from sqlmodel import Session, col, select

from ticketapp.models import Section
from ticketapp.services.catalog import venues
from ticketapp.services.catalog.drafts import VenueDraft
from ticketapp.services.catalog.venues import SectionPlan

BERLIN, LONDON = "Europe/Berlin", "Europe/London"

VENUES: dict[str, tuple[VenueDraft, str]] = {
    "dockside": (VenueDraft("Dockside Grounds", "Am Sandtorkai 30", "Hamburg", "DE"), BERLIN),
    "lantern": (VenueDraft("Lantern Cellar", "Talstraße 18", "Hamburg", "DE"), BERLIN),
    "arena": (VenueDraft("Elbe Arena", "Sylvesterallee 10", "Hamburg", "DE"), BERLIN),
    "chamber": (VenueDraft("Laeisz Chamber Hall", "Johannes-Brahms-Platz 1", "Hamburg", "DE"), BERLIN),
    "park": (VenueDraft("Planten Park Stage", "Marseiller Straße 7", "Hamburg", "DE"), BERLIN),
    "kraftwerk": (VenueDraft("Kraftwerk Ost", "Köpenicker Straße 70", "Berlin", "DE"), BERLIN),
    "spree": (VenueDraft("Spree Theatre", "Schiffbauerdamm 12", "Berlin", "DE"), BERLIN),
    "dom": (VenueDraft("Domplatz Live", "Roncalliplatz 4", "Köln", "DE"), BERLIN),
    "isar": (VenueDraft("Isarwerk", "Rosenheimer Straße 5", "München", "DE"), BERLIN),
    "canal": (VenueDraft("Canal House", "Prinsengracht 452", "Amsterdam", "NL"), "Europe/Amsterdam"),
    "thames": (VenueDraft("Thames Warehouse", "14 Shad Lane", "London", "GB"), LONDON),
    "gaiety": (VenueDraft("New Gaiety Theatre", "81 Aldwych", "London", "GB"), LONDON),
    "liffey": (VenueDraft("Liffey Rooms", "9 Ormond Quay", "Dublin", "IE"), "Europe/Dublin"),
    "vesterbro": (VenueDraft("Vesterbro Hal", "Halmtorvet 11", "København", "DK"), "Europe/Copenhagen"),
    "soder": (VenueDraft("Söderscenen", "Götgatan 36", "Stockholm", "SE"), "Europe/Stockholm"),
    "fjord": (VenueDraft("Fjordhallen", "Sørenga 2", "Oslo", "NO"), "Europe/Oslo"),
    "ring": (VenueDraft("Ringsaal", "Kärntner Ring 9", "Wien", "AT"), "Europe/Vienna"),
    "limmat": (VenueDraft("Limmatwerk", "Hardturmstrasse 20", "Zürich", "CH"), "Europe/Zurich"),
    "vltava": (VenueDraft("Vltava Palác", "Náplavní 5", "Praha", "CZ"), "Europe/Prague"),
    "wisla": (VenueDraft("Hala Wisła", "Wybrzeże 22", "Warszawa", "PL"), "Europe/Warsaw"),
    "belleville": (VenueDraft("Le Bellevillois Neuf", "19 rue Boyer", "Paris", "FR"), "Europe/Paris"),
    "tejo": (VenueDraft("Armazém do Tejo", "Rua do Açúcar 8", "Lisboa", "PT"), "Europe/Lisbon"),
    "hudson": (VenueDraft("Hudson Yard Hall", "520 W 30th St", "New York", "US"), "America/New_York"),
    "shibuya": (VenueDraft("Shibuya Echo", "2-14 Dogenzaka", "Tokyo", "JP"), "Asia/Tokyo"),
}

FLOOR = tuple(f"Floor {letter}" for letter in "ABCD")
LOWER = tuple(f"Block {number}" for number in range(101, 117))
UPPER = tuple(f"Block {number}" for number in range(201, 221))
STALLS, BALCONY = ("Stalls",), ("Balcony",)
_ROWS = "ABCDEFGHIJKLMNOPQRSTUVWXY"


def arena_plans(*, is_small: bool) -> list[SectionPlan]:
    """Lay out 20,000 seats in forty blocks, or 1,400 for a small season."""
    rows, in_floor, in_lower = (_ROWS[:5], 10, 10) if is_small else (_ROWS, 20, 20)
    return [
        *(SectionPlan(name, rows, in_floor) for name in FLOOR),
        *(SectionPlan(name, rows, in_lower) for name in LOWER),
        *(SectionPlan(name, _ROWS[: len(rows) * 4 // 5], len(rows)) for name in UPPER),
    ]


def chamber_plans() -> list[SectionPlan]:
    """Lay out 300 seats: ten rows of twenty, and a balcony of five."""
    return [SectionPlan(STALLS[0], _ROWS[:10], 20), SectionPlan(BALCONY[0], _ROWS[:5], 20)]


def ensure_seats(session: Session, key: str, plans: list[SectionPlan]) -> None:
    """Give a venue its seats unless it has them."""
    draft, timezone = VENUES[key]
    venue = venues.find_or_add(session, draft, timezone=timezone)
    if session.exec(select(Section.id).where(col(Section.venue_id) == venue.id)).first() is None:
        venues.add_sections(session, venue_id=venue.id, plans=plans)
