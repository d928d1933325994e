"""Lists, newest first and page by page, and expansion of ids into objects."""

from collections.abc import Callable, Iterable

from ticketapp.rehearsal import errors
from ticketapp.rehearsal.book import KINDS, Book, Row
from ticketapp.rehearsal.calls import Call

PAGE_SIZE = 10
EXPANSIONS_DEPTH_MAX = 4
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def page(call: Call, rows: Iterable[Row]) -> Row:
    """Give one page of `rows` (oldest first), as `created`, `starting_after`, `ending_before` and `limit` ask."""
    bounds = call.given.get("created") or {}
    wanted = [row for row in rows if is_within(row["created"], bounds)]
    shown, has_more = _cut(call, wanted[::-1])
    return {"object": "list", "data": shown, "has_more": has_more, "url": call.path}


def is_within(moment: int, bounds: dict[str, int]) -> bool:
    """Tell whether a moment is as late as `gt`, `gte`, `lt` and `lte` ask."""
    return all(_COMPARE[name](moment, bound) for name, bound in bounds.items())


def _cut(call: Call, newest_first: list[Row]) -> tuple[list[Row], bool]:
    size = call.given.get("limit") or PAGE_SIZE
    if before := call.given.get("ending_before"):
        newer = newest_first[: _place(newest_first, before, "ending_before")]
        return newer[-size:], len(newer) > size
    if after := call.given.get("starting_after"):
        newest_first = newest_first[_place(newest_first, after, "starting_after") + 1 :]
    return newest_first[:size], len(newest_first) > size


def _place(rows: list[Row], object_id: str, param: str) -> int:
    for place, row in enumerate(rows):
        if row["id"] == object_id:
            return place
    raise errors.missing(
        KINDS.get(object_id.split("_", maxsplit=1)[0], "object"), object_id, param=param, status=400
    )


def expanded(book: Book, answer: Row, paths: list[str]) -> Row:
    """Put objects in place of the ids that `expand` names.

    Raises:
        Refusal: a path leads to nothing that can be expanded.
    """
    for path in paths:
        names = path.split(".")
        if len(names) > EXPANSIONS_DEPTH_MAX:
            raise errors.Refusal("You cannot expand more than 4 levels of a property.", param="expand")
        answer = _expand(book, answer, names, path)
    return answer


def _expand(book: Book, row: Row, names: list[str], path: str) -> Row:
    name, *deeper = names
    if name not in row:
        raise errors.Refusal(f"This property cannot be expanded ({path}).", param="expand")
    value = row[name]
    if isinstance(value, list):
        return row | {name: [_expand(book, part, deeper, path) for part in value] if deeper else value}
    value = _object(book, value, path)
    if deeper and value is not None:
        value = _expand(book, value, deeper, path)
    return row | {name: value}


def _object(book: Book, value: object, path: str) -> Row | None:
    if value is None or isinstance(value, dict):
        return value
    kind = KINDS.get(str(value).split("_")[0])
    if kind is None:
        raise errors.Refusal(f"This property cannot be expanded ({path}).", param="expand")
    return book.get(kind, str(value))
