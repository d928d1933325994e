"""Colours: every text reads on every ground it may stand on, and nothing names a colour that does not exist."""

import re
from itertools import product
from math import cos, radians, sin
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STYLES = (ROOT / "assets" / "styles.css").read_text(encoding="utf-8")
GROUNDS = ("paper", "raised", "sunken")
TEXTS = ("ink", "soft", "faint", "accent-text", "go-text", "wait-text", "stop-text", "ask-text")
PALETTE_OF_TAILWIND = re.compile(
    r"\b(?:bg|text|border|ring|fill|stroke|from|to|via)-"
    r"(?:white|black|(?:gray|slate|zinc|neutral|stone|red|orange|amber|yellow|lime|green|emerald|teal|cyan|sky|blue"
    r"|indigo|violet|purple|fuchsia|pink|rose)-\d{2,3})\b"
)
Colour = tuple[float, float, float]


def tokens(selector: str) -> dict[str, Colour]:
    block = re.search(rf"^{re.escape(selector)} \{{(.*?)^\}}", STYLES, re.MULTILINE | re.DOTALL)
    assert block, selector
    found = re.findall(r"--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);", block[1])
    return {name: (float(light), float(chroma), float(hue)) for name, light, chroma, hue in found}


def luminance(colour: Colour) -> float:
    light, chroma, hue = colour
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    small = (light - 0.0894841775 * a - 1.291485548 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * small
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * small
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * small
    red, green, blue = (min(1.0, max(0.0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: Colour, second: Colour) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


LIGHT = tokens(":root")
THEMES = {"light": LIGHT, "dark": LIGHT | tokens(".dark")}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), list(product(TEXTS, GROUNDS)))
def test_text_reads_on_every_ground(theme, text, ground):
    assert contrast(THEMES[theme][text], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("tone", ["go", "wait", "stop", "ask", "accent"])
def test_a_toned_text_reads_on_its_own_wash(theme, tone):
    colours = THEMES[theme]

    assert contrast(colours[f"{tone}-text"], colours[f"{tone}-wash"]) >= 4.5
    assert contrast(colours["ink"], colours[f"{tone}-wash"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_main_button_and_the_edges_of_fields_can_be_seen(theme):
    colours = THEMES[theme]

    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
    assert contrast(colours["accent"], colours["paper"]) >= 3
    assert all(contrast(colours["edge"], colours[ground]) >= 3 for ground in GROUNDS)


def test_screens_use_our_colours_only():
    folders = ("ticketapp/components", "ticketapp/pages", "assets/islands")
    drawn = [path for folder in folders for path in (ROOT / folder).rglob("*.*")]
    found = {
        path.name: PALETTE_OF_TAILWIND.findall(path.read_text(encoding="utf-8"))
        for path in drawn
        if path.suffix in {".py", ".jsx"} and PALETTE_OF_TAILWIND.search(path.read_text(encoding="utf-8"))
    }

    assert found == {}
