"""Find events by words that may be misspelt."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
WORDS_MAX = 8
WORD_LENGTH_MAX = 24
_PLAIN_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})


def words_of(text: str) -> tuple[str, ...]:
    """Split text into words without accents, in small letters."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN_LETTERS))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return tuple(_WORD.findall(letters))


def query_words(query: str) -> tuple[str, ...]:
    """Give the words of a query that are looked for: the first few, none overlong."""
    return tuple(word[:WORD_LENGTH_MAX] for word in words_of(query[:200])[:WORDS_MAX])


@lru_cache(maxsize=20_000)
def indexed(text: str) -> tuple[str, ...]:
    """Give the words of an event's texts, remembered because a list asks for them at every search."""
    return words_of(text)


def distance(query: tuple[str, ...], text: str) -> int | None:
    """Say how far an event's texts are from a query: 0 for all words found, None when a word is missing."""
    total = 0
    for word in query:
        nearest = min((_word_distance(word, one) for one in indexed(text)), default=99)
        if nearest > _errors_allowed(word):
            return None
        total += nearest
    return total


def _errors_allowed(word: str) -> int:
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


@lru_cache(maxsize=50_000)
def _word_distance(typed: str, word: str) -> int:
    """Count the typing errors between what was typed and a word, or the beginning of the word."""
    if typed in word:
        return 0
    allowed = _errors_allowed(typed)
    if allowed == 0 or len(typed) > len(word) + allowed:
        return 99
    return min(_edits(typed, word[: len(typed) + extra]) for extra in (-1, 0, 1) if len(typed) + extra > 0)


def _edits(first: str, second: str) -> int:
    """Count insertions, deletions, replacements and swaps of neighbours (optimal string alignment)."""
    rows = [list(range(len(second) + 1))]
    for i, letter in enumerate(first, start=1):
        row = [i]
        for j, other in enumerate(second, start=1):
            best = min(rows[-1][j] + 1, row[j - 1] + 1, rows[-1][j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]
