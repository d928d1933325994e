"""Posters: the same event always has the same one, whatever its title is made of."""

import xml.etree.ElementTree as ET

import pytest

from ticketapp.core.poster import INKS, poster_svg
from ticketapp.core.poster_type import LETTERS, break_title, width_of

TITLES = ["Midnight Parade", "?", "Žižkov Brass Riot", "東京エコー", "Tom & Jerry <live>", "A " * 60, ""]


def channel(byte: int) -> float:
    part = byte / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def contrast(first: str, second: str) -> float:
    lights = sorted(
        sum(
            weight * channel(int(colour[at : at + 2], 16))
            for weight, at in ((0.2126, 1), (0.7152, 3), (0.0722, 5))
        )
        for colour in (first, second)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("is_tall", [False, True])
def test_any_title_makes_a_drawing(title, is_tall):
    drawn = ET.fromstring(poster_svg("a-slug", title=title, artist="The & Co", is_tall=is_tall))

    assert drawn.attrib["viewBox"] == ("0 0 960 1280" if is_tall else "0 0 960 540")


def test_the_same_event_has_the_same_poster_and_another_has_another():
    first, again = (poster_svg("midnight-parade", title="Midnight Parade") for _ in range(2))

    assert first == again
    assert first != poster_svg("tiny-room", title="Midnight Parade")


def test_a_title_breaks_into_even_lines():
    assert break_title("The Long Goodbye", 0.5) == ["THE LONG", "GOODBYE"]
    assert break_title("The Long Goodbye", 2.0) == ["THE", "LONG", "GOODBYE"]


def test_a_line_is_as_wide_as_its_letters():
    assert width_of("AB", tracking=-8) == LETTERS["A"][0] + LETTERS["B"][0] - 8


@pytest.mark.parametrize("inks", INKS)
def test_type_reads_on_paper_and_on_art(inks):
    paper, art, type_ink = inks

    assert contrast(paper, type_ink) >= 4.5
    assert contrast(art, type_ink) >= 4.5
