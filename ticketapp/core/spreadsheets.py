"""Tables as CSV files that a spreadsheet opens as they are, and takes no cell of for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows as UTF-8 with the mark by which Excel knows it; texts that look like a formula get an apostrophe."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([_safe(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _safe(cell: str) -> str:
    is_formula = cell.lstrip(" ").startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
