"""Shapes of generated posters: each takes a canvas and a seed and draws in one ink."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from math import cos, pi, sin


class Seed:
    """An endless row of the same choices for the same name, on every machine and Python."""

    def __init__(self, name: str) -> None:
        self._name, self._taken = name, 0

    def below(self, limit: int) -> int:
        """Choose a whole number from 0 up to but not including `limit`."""
        self._taken += 1
        digest = sha256(f"{self._name}:{self._taken}".encode()).digest()
        return int.from_bytes(digest[:6]) % limit

    def between(self, low: float, high: float) -> float:
        """Choose a number in a range."""
        return low + (high - low) * self.below(10_000) / 10_000


@dataclass(frozen=True, slots=True)
class Canvas:
    """Where to draw: the size, a centre, a radius, and the inks."""

    width: int
    height: int
    x: float
    y: float
    radius: float
    ink: str
    second: str


Art = Callable[[Canvas, Seed], str]


def sun(canvas: Canvas, seed: Seed) -> str:
    """A disc that sinks into bars."""
    bars = 6 + seed.below(4)
    step = canvas.radius / bars
    cuts = "".join(
        f'<rect x="{canvas.x - canvas.radius:.0f}" y="{canvas.y + index * step:.1f}" width="{2 * canvas.radius:.0f}" '
        f'height="{step * (0.18 + 0.6 * index / bars):.1f}" fill="{canvas.second}"/>'
        for index in range(bars)
    )
    return (
        f'<circle cx="{canvas.x:.0f}" cy="{canvas.y:.0f}" r="{canvas.radius:.0f}" fill="{canvas.ink}"/>{cuts}'
    )


def rays(canvas: Canvas, seed: Seed) -> str:
    """Wedges that burst out of one point."""
    count = 14 + 2 * seed.below(8)
    reach, turn = canvas.width + canvas.height, seed.between(0, pi)
    drawn: list[str] = []
    for index in range(count):
        start = turn + 2 * pi * index / count
        end = start + pi / count
        points = (
            (canvas.x, canvas.y),
            (canvas.x + reach * cos(start), canvas.y + reach * sin(start)),
            (canvas.x + reach * cos(end), canvas.y + reach * sin(end)),
        )
        drawn.append("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points) + "Z")
    disc = (
        f'<circle cx="{canvas.x:.0f}" cy="{canvas.y:.0f}" r="{canvas.radius * 0.42:.0f}" '
        f'fill="{canvas.second}" stroke="{canvas.ink}" stroke-width="14"/>'
    )
    return f'<path d="{"".join(drawn)}" fill="{canvas.ink}"/>{disc}'


def rings(canvas: Canvas, seed: Seed) -> str:
    """Rings like a record, one of them broken."""
    count = 7 + seed.below(5)
    thick = canvas.radius * 1.25 / count
    broken = seed.below(count - 2) + 1
    drawn: list[str] = []
    for index in range(count):
        radius = thick * (index + 0.6)
        dash = f' stroke-dasharray="{radius * 1.4:.0f} {radius * 0.5:.0f}"' if index == broken else ""
        drawn.append(
            f'<circle cx="{canvas.x:.0f}" cy="{canvas.y:.0f}" r="{radius:.1f}" fill="none" stroke="{canvas.ink}" '
            f'stroke-width="{thick * (0.3 + 0.35 * (index % 2)):.1f}"{dash}/>'
        )
    return "".join(drawn)


def waves(canvas: Canvas, seed: Seed) -> str:
    """Bands that roll over the whole sheet."""
    count, swing, length = 9, seed.between(18, 46), seed.between(0.55, 1.3)
    phase, step = seed.between(0, 6), canvas.height / 9
    drawn: list[str] = []
    for index in range(count):
        base = index * step + step / 2
        points = [
            (x, base + swing * sin(phase + index * 0.7 + x / canvas.width * 2 * pi * length))
            for x in range(-40, canvas.width + 61, 40)
        ]
        drawn.append("M" + "L".join(f"{x:.0f} {y:.1f}" for x, y in points))
    thick = step * seed.between(0.34, 0.56)
    return f'<path d="{"".join(drawn)}" fill="none" stroke="{canvas.ink}" stroke-width="{thick:.1f}" stroke-linejoin="round"/>'


def tiles(canvas: Canvas, seed: Seed) -> str:
    """Quarter circles laid as tiles."""
    size = canvas.height / (3 + seed.below(2))
    drawn: list[str] = []
    for row in range(int(canvas.height / size) + 1):
        for column in range(int(canvas.width / size) + 1):
            kind, x, y = seed.below(7), column * size, row * size
            right, low = x + size, y + size
            corner = {
                0: f"M{x:.0f} {y:.0f}h{size:.0f}A{size:.0f} {size:.0f} 0 0 1 {x:.0f} {low:.0f}Z",
                1: f"M{right:.0f} {y:.0f}v{size:.0f}A{size:.0f} {size:.0f} 0 0 1 {x:.0f} {y:.0f}Z",
                2: f"M{right:.0f} {low:.0f}h-{size:.0f}A{size:.0f} {size:.0f} 0 0 1 {right:.0f} {y:.0f}Z",
                3: f"M{x:.0f} {low:.0f}v-{size:.0f}A{size:.0f} {size:.0f} 0 0 1 {right:.0f} {low:.0f}Z",
                4: _disc(x + size / 2, y + size / 2, size / 2),
            }
            drawn.append(corner.get(kind, ""))
    return f'<path d="{"".join(drawn)}" fill="{canvas.ink}"/>'


def halftone(canvas: Canvas, seed: Seed) -> str:
    """Dots that swell towards one side."""
    pitch, turn = 34, seed.below(4)
    drawn: list[str] = []
    for row in range(canvas.height // pitch + 2):
        for column in range(canvas.width // pitch + 2):
            x, y = column * pitch + (row % 2) * pitch / 2, row * pitch
            near = (x / canvas.width, 1 - x / canvas.width, y / canvas.height, 1 - y / canvas.height)[turn]
            radius = pitch * 0.74 * max(near - 0.16, 0)
            if radius >= 1:
                drawn.append(_disc(x, y, radius))
    return f'<path d="{"".join(drawn)}" fill="{canvas.ink}"/>'


def bars(canvas: Canvas, seed: Seed) -> str:
    """Columns of sound."""
    count = 18 + seed.below(10)
    step = canvas.width / count
    rise, beat = seed.between(0.2, 0.4), seed.between(0.35, 0.9)
    drawn: list[str] = []
    for index in range(count):
        tall = canvas.height * (rise + 0.5 * abs(sin(index * beat)) + seed.between(0, 0.16))
        drawn.append(
            f"M{index * step + step * 0.14:.1f} {canvas.height}v-{tall:.0f}h{step * 0.72:.1f}v{tall:.0f}Z"
        )
    return f'<path d="{"".join(drawn)}" fill="{canvas.ink}"/>'


def stripes(canvas: Canvas, seed: Seed) -> str:
    """Slanting stripes with a disc cut out of them."""
    pitch, lean = seed.between(46, 84), seed.between(-0.7, 0.7) * canvas.height
    drawn: list[str] = []
    x = -canvas.height
    while x < canvas.width + canvas.height:
        drawn.append(f"M{x:.0f} 0h{pitch / 2:.0f}l{lean:.0f} {canvas.height}h-{pitch / 2:.0f}Z")
        x += pitch
    disc = f'<circle cx="{canvas.x:.0f}" cy="{canvas.y:.0f}" r="{canvas.radius * 0.8:.0f}" fill="{canvas.second}"/>'
    half = canvas.radius * 0.8
    moon = f'<path d="M{canvas.x - half:.0f} {canvas.y:.0f}a{half:.0f} {half:.0f} 0 0 1 {2 * half:.0f} 0Z" fill="{canvas.ink}"/>'
    return f'<path d="{"".join(drawn)}" fill="{canvas.ink}"/>{disc}{moon}'


def paper_cuts(canvas: Canvas, seed: Seed) -> str:
    """Leaves cut from paper with scissors."""
    drawn: list[str] = []
    for _ in range(5 + seed.below(3)):
        x, y = seed.between(0, canvas.width), seed.between(0, canvas.height)
        long, wide = canvas.height * seed.between(0.3, 0.62), canvas.height * seed.between(0.06, 0.15)
        lobes = "".join(
            f"C{-wide * 1.6:.0f} {low + long * 0.05:.0f} {-wide * 1.6:.0f} {low + long * 0.17:.0f} 0 {low + long * 0.2:.0f}"
            for low in (-long / 2 + long * 0.2 * lobe for lobe in range(5))
        )
        back = "".join(
            f"C{wide * 1.6:.0f} {top - long * 0.05:.0f} {wide * 1.6:.0f} {top - long * 0.17:.0f} 0 {top - long * 0.2:.0f}"
            for top in (long / 2 - long * 0.2 * lobe for lobe in range(5))
        )
        drawn.append(
            f'<path transform="translate({x:.0f} {y:.0f}) rotate({seed.below(360)})" d="M0 {-long / 2:.0f}{lobes}{back}Z"/>'
        )
    return f'<g fill="{canvas.ink}">{"".join(drawn)}</g>'


def _disc(x: float, y: float, radius: float) -> str:
    half = f"a{radius:.1f} {radius:.1f} 0 1 0"
    return f"M{x - radius:.1f} {y:.1f}{half} {2 * radius:.1f} 0{half} -{2 * radius:.1f} 0Z"


ART: tuple[Art, ...] = (sun, rays, rings, waves, tiles, halftone, bars, stripes, paper_cuts)
