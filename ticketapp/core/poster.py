"""Generated event posters: two inks, type set large, shapes out of a seed. Pure: the same event, the same poster."""

from html import escape

from ticketapp.core.poster_art import ART, Canvas, Seed
from ticketapp.core.poster_type import CAP_HEIGHT, break_title, plain, rise_of, set_line, width_of

WIDE = (960, 540)
TALL = (960, 1280)
MARGIN = 48
DETAIL_SIZE = 30
DETAIL_TRACKING = 24

# Paper, first ink (art), second ink (type). Every pair of paper and type reads at 4.5:1 or better.
INKS: tuple[tuple[str, str, str], ...] = (
    ("#fa6a55", "#ff937d", "#191622"),
    ("#17171f", "#3b2a6b", "#e9f25a"),
    ("#2340c8", "#3450cc", "#ffc9d6"),
    ("#123b2c", "#1f6b4b", "#c8f7d8"),
    ("#f6efdf", "#f6cabb", "#b3121f"),
    ("#3a1d8a", "#5629bd", "#ffb25b"),
    ("#2fb7b3", "#6fd8d0", "#3a0d14"),
    ("#f0b429", "#f7d36b", "#141c4a"),
    ("#f4a6b4", "#f9c8cf", "#0c3a2e"),
    ("#a9d8f5", "#ffffff", "#a51a07"),
    ("#1d1a18", "#6b2415", "#ff8a4c"),
    ("#ece4ff", "#c6b0ff", "#2b0f66"),
)


def poster_svg(
    slug: str,
    *,
    title: str,
    artist: str = "",
    category: str = "",
    place: str = "",
    when: str = "",
    is_tall: bool = False,
) -> str:
    """Draw an event's poster as SVG text: 16:9, or 3:4 when tall."""
    width, height = TALL if is_tall else WIDE
    seed = Seed(slug)
    paper, art_ink, type_ink = INKS[seed.below(len(INKS))]
    layout = seed.below(4)
    art = ART[(seed.below(len(ART)) + len(category)) % len(ART)]
    canvas = Canvas(
        width=width,
        height=height,
        x=width * (0.78 if layout % 2 else 0.3),
        y=height * seed.between(0.3, 0.5),
        radius=min(width, height) * seed.between(0.36, 0.5),
        ink=art_ink,
        second=paper,
    )
    lines = _details(artist, place, when, width)
    block = _title(title, layout=layout, size=(width, height), detail_lines=len(lines), ink=type_ink)
    described = escape(f"{title}, {artist}" if artist else title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{described}"><rect width="100%" height="100%" fill="{paper}"/>'
        f"{art(canvas, seed)}{block}{_detail_block(lines, layout, height, type_ink)}</svg>"
    )


def _title(title: str, *, layout: int, size: tuple[int, int], detail_lines: int, ink: str) -> str:
    width, height = size
    room_x = width * (1.0, 0.78, 0.7, 1.0)[layout] - 2 * MARGIN
    room_y = height - 2 * MARGIN - detail_lines * (DETAIL_SIZE + 10) - 24
    lines, gap = break_title(title, room_y / room_x), 14
    sizes = [room_x * 1000 / width_of(line) for line in lines]
    tall = sum(size * rise_of(line) / 1000 for line, size in zip(lines, sizes, strict=True)) + gap * (
        len(lines) - 1
    )
    shrink = min(1.0, room_y * (0.92, 1.0, 1.0, 0.8)[layout] / tall)
    sizes = [size * shrink for size in sizes]
    tall = tall * shrink
    is_top = layout in (1, 3)
    y = MARGIN if is_top else height - MARGIN - tall
    drawn: list[str] = []
    for line, em in zip(lines, sizes, strict=True):
        y += em * rise_of(line) / 1000
        drawn.append(set_line(line, x=MARGIN, y=y, size=em, fill=ink))
        y += gap * shrink
    return "".join(drawn)


def _details(artist: str, place: str, when: str, width: int) -> list[str]:
    room = (width - 2 * MARGIN) * 1000 / DETAIL_SIZE
    texts = [
        plain(text).upper() for text in (artist, " · ".join(part for part in (place, when) if part)) if text
    ]
    return [text for text in texts if width_of(text, DETAIL_TRACKING) <= room]


def _detail_block(lines: list[str], layout: int, height: int, ink: str) -> str:
    step = DETAIL_SIZE + 10
    at_foot = layout in (1, 3)
    first = height - MARGIN - step * (len(lines) - 1) if at_foot else MARGIN + DETAIL_SIZE * CAP_HEIGHT / 1000
    return "".join(
        set_line(line, x=MARGIN, y=first + step * index, size=DETAIL_SIZE, fill=ink, tracking=DETAIL_TRACKING)
        for index, line in enumerate(lines)
    )
