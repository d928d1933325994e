"""Set poster titles in outlines of Bricolage Grotesque (OFL), so that a poster needs no font where it is shown."""

import json
import unicodedata
from html import escape
from pathlib import Path

LETTERS: dict[str, tuple[int, str]] = {
    letter: (width, outline)
    for letter, (width, outline) in json.loads(
        Path(__file__).with_name("poster_letters.json").read_text(encoding="utf-8")
    ).items()
}
CAP_HEIGHT = 660
MARKED_HEIGHT = 890
LINES_MAX = 4
WORDS_MAX = 12
TRACKING = -8


def plain(text: str) -> str:
    """Replace letters the outlines lack by their unmarked ones where there is one."""
    found: list[str] = []
    for letter in text:
        if letter in LETTERS:
            found.append(letter)
        else:
            bare = unicodedata.normalize("NFKD", letter)[:1]
            found.append(bare if bare in LETTERS else letter)
    return "".join(found)


def width_of(text: str, tracking: int = TRACKING) -> int:
    """Measure a line in thousandths of its size; letters without an outline count as square."""
    return sum(LETTERS[letter][0] if letter in LETTERS else 1000 for letter in text) + tracking * max(
        len(text) - 1, 0
    )


def rise_of(text: str) -> int:
    """Measure how far a line of capitals rises above its baseline, marks included."""
    marked = any(len(unicodedata.normalize("NFD", letter)) > 1 and letter != "Ç" for letter in text)
    return MARKED_HEIGHT if marked else CAP_HEIGHT


def set_line(text: str, *, x: float, y: float, size: float, fill: str, tracking: int = TRACKING) -> str:
    """Draw one line with its baseline at `y`; a script without outlines falls back to the reader's own font."""
    if any(letter not in LETTERS for letter in text):
        return (
            f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size * 0.9:.0f}" font-weight="800" font-family="sans-serif" '
            f'fill="{fill}" textLength="{width_of(text, tracking) * size / 1000:.0f}" '
            f'lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
        )
    scale, pen = size / 1000, 0
    drawn: list[str] = []
    for letter in text:
        width, outline = LETTERS[letter]
        if outline:
            drawn.append(f'<path transform="translate({pen} 0)" d="{outline}"/>')
        pen += width + tracking
    return f'<g fill="{fill}" transform="translate({x:.1f} {y:.1f}) scale({scale:.4f} {-scale:.4f})">{"".join(drawn)}</g>'


def break_title(title: str, shape: float) -> list[str]:
    """Break a title into at most four even lines that come closest to `shape`, height over width."""
    words = plain(title).upper().split()[:WORDS_MAX] or ["?"]
    lines_max = min(LINES_MAX, len(words))
    choices = [_even_lines(words, count) for count in range(1, lines_max + 1)]
    return min(choices, key=lambda lines: _distance(lines, shape))


def _even_lines(words: list[str], count: int) -> list[str]:
    if count == 1:
        return [" ".join(words)]
    best: list[str] = []
    for cut in range(1, len(words) - count + 2):
        lines = [" ".join(words[:cut]), *_even_lines(words[cut:], count - 1)]
        if not best or max(map(width_of, lines)) < max(map(width_of, best)):
            best = lines
    return best


def _distance(lines: list[str], shape: float) -> float:
    height_over_width = sum(rise_of(line) / width_of(line) for line in lines)
    return max(height_over_width / shape, shape / height_over_width)
