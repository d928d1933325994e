"""Check what a browser sends against what a handler says it takes.

Reflex converts what it can and hands everything else over as it came: a list where a handler says `int`, a text of a
megabyte where it says `str`. The guard refuses such an event, so that a handler can rely on its annotations.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from reflex_base.utils.form import FORM_DATA_ENTRIES_KEY

TEXT_MAX = 20_000
DEPTH_MAX = 6
# What JavaScript can count to exactly; the database can count further.
NUMBER_MAX = 2**53
# A zero byte and half a character: no database and no UTF-8 holds them.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_KNOWN_AS = {dict: dict, Mapping: dict, list: list, tuple: list, set: list}


@cache
def parameters_of(handler: Callable[..., Any]) -> dict[str, tuple[Any, bool]]:
    """List a handler's parameters: name, annotation and whether it must be given."""
    hints = get_type_hints(handler)
    given = list(inspect.signature(handler).parameters.values())[1:]
    return {
        parameter.name: (hints.get(parameter.name, Any), parameter.default is inspect.Parameter.empty)
        for parameter in given
    }


def are_acceptable(handler: Callable[..., Any], payload: Mapping[str, Any]) -> bool:
    """Does a handler take these arguments?"""
    parameters = parameters_of(handler)
    return all(
        name in parameters and fits(value, parameters[name][0]) for name, value in payload.items()
    ) and all(name in payload for name, (_, is_needed) in parameters.items() if is_needed)


def fits(value: object, hint: Any) -> bool:
    """Is a value from a browser what an annotation says?"""
    if hint is Any:
        return _is_clean(value)
    if get_origin(hint) in (Union, UnionType):
        return any(fits(value, part) for part in get_args(hint))
    if hint is None or hint is type(None):
        return value is None
    if hint is str:
        return isinstance(value, str) and _is_clean(value)
    if hint is bool:
        return isinstance(value, bool)
    if hint in (int, float):
        return _is_number(value, hint)
    return _is_shaped(value, get_origin(hint) or hint)


def _is_number(value: object, hint: type) -> bool:
    if isinstance(value, str):
        # A field of a form gives texts, which Reflex converts.
        return len(value) <= 20 and value.removeprefix("-").isdecimal() and abs(int(value)) <= NUMBER_MAX
    is_right_kind = isinstance(value, int) or (hint is float and isinstance(value, float) and value == value)  # noqa: PLR0124
    return is_right_kind and not isinstance(value, bool) and abs(value) <= NUMBER_MAX  # pyright: ignore[reportArgumentType]


def _is_shaped(value: object, origin: Any) -> bool:
    shape = _KNOWN_AS.get(origin)
    if shape is not None and not isinstance(value, shape):
        return False
    return _is_clean(value) and (shape is not dict or _is_form(value))


def _is_form(value: Any) -> bool:
    entries = value.get(FORM_DATA_ENTRIES_KEY, [])
    return isinstance(entries, list) and all(
        isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str) for entry in entries
    )


def _is_clean(value: object, depth: int = 0) -> bool:
    """Is the whole of a value within bounds: no endless text or nesting, no number out of range?"""
    if isinstance(value, str):
        return len(value) <= TEXT_MAX and _NO_TEXT.search(value) is None
    if isinstance(value, int | float):
        return abs(value) <= NUMBER_MAX
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return depth < DEPTH_MAX and all(_is_clean(part, depth + 1) for part in value)
    return True
