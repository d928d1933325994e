"""What each call takes: names, types and limits, refused in Stripe's words before anything happens."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from ticketapp.rehearsal.errors import Refusal
from ticketapp.rehearsal.forms import Tree

Reader = Callable[[str, Any], Any]
Spec = dict[str, Reader]

METADATA_KEYS_MAX = 50
METADATA_KEY_LENGTH_MAX = 40
METADATA_VALUE_LENGTH_MAX = 500
AMOUNT_MAX = 99_999_999
_INTEGER = re.compile(r"-?\d{1,18}\Z")
_COMPARISONS = {"gt", "gte", "lt", "lte"}


def read(tree: Tree, spec: Spec, required: Iterable[str] = ()) -> dict[str, Any]:
    """Give what was passed, typed; what was not passed is not in it, what was passed empty is None.

    Raises:
        Refusal: a parameter is unknown, missing or malformed.
    """
    return _read(tree, spec | {"expand": texts}, required, within="")


def _read(tree: Tree, spec: Spec, required: Iterable[str], *, within: str) -> dict[str, Any]:
    for name in tree:
        if name not in spec:
            full = _nested(within, name)
            raise Refusal(f"Received unknown parameter: {full}", code="parameter_unknown", param=full)
    for name in required:
        if tree.get(name, "") == "":
            full = _nested(within, name)
            raise Refusal(f"Missing required param: {full}.", code="parameter_missing", param=full)
    return {
        name: None if value == "" else spec[name](_nested(within, name), value)
        for name, value in tree.items()
    }


def _nested(within: str, name: str) -> str:
    return f"{within}[{name}]" if within else name


def text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise Refusal(f"Invalid string: {value}", param=name)
    if len(value) > 5000:
        raise Refusal(f"Invalid string: {name} must be at most 5000 characters.", param=name)
    return value


def flag(name: str, value: Any) -> bool:
    if value not in ("true", "false"):
        raise Refusal(f"Invalid boolean: {value}", param=name)
    return value == "true"


def integer(name: str, value: Any) -> int:
    if not isinstance(value, str) or not _INTEGER.match(value):
        raise Refusal(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
    return int(value)


def amount(name: str, value: Any) -> int:
    number = integer(name, value)
    if number < 1:
        raise Refusal(
            "This value must be greater than or equal to 1.", code="parameter_invalid_integer", param=name
        )
    if number > AMOUNT_MAX:
        raise Refusal("Amount must be no more than 99999999.", code="amount_too_large", param=name)
    return number


def texts(name: str, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise Refusal("Invalid array", param=name)
    return [text(name, part) for part in value]


def one_of(*choices: str) -> Reader:
    def choice(name: str, value: Any) -> str:
        if value not in choices:
            raise Refusal(f"Invalid {name}: must be one of {', '.join(choices)}", param=name)
        return value

    return choice


def group(spec: Spec, required: Iterable[str] = ()) -> Reader:
    def grouped(name: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Refusal("Invalid hash", param=name)
        return _read(value, spec, required, within=name)

    return grouped


def metadata(name: str, value: Any) -> dict[str, str]:
    """Read metadata; an empty value stands for "take this key away"."""
    if isinstance(value, list):
        value = {str(index): part for index, part in enumerate(value)}
    if not isinstance(value, dict) or not all(isinstance(part, str) for part in value.values()):
        raise Refusal("Invalid hash", param=name)
    for key, part in value.items():
        if len(key) > METADATA_KEY_LENGTH_MAX or len(part) > METADATA_VALUE_LENGTH_MAX:
            raise Refusal(
                "Metadata keys have up to 40 characters, values up to 500.", param=f"metadata[{key[:40]}]"
            )
    if len(value) > METADATA_KEYS_MAX:
        raise Refusal("You can only have up to 50 metadata keys.", param=name)
    return value


def email(name: str, value: Any) -> str:
    if not isinstance(value, str) or "@" not in value.strip("@"):
        raise Refusal(f"Invalid email address: {value}", code="email_invalid", param=name)
    return value


def url(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.startswith(("http://", "https://")):
        raise Refusal("Not a valid URL", code="url_invalid", param=name)
    return value


def descriptor_suffix(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > 22:
        raise Refusal("The statement descriptor suffix must be at most 22 characters.", param=name)
    if re.search(r"[<>\\'\"*]", value) or not re.search(r"[A-Za-z]", value):
        raise Refusal("The statement descriptor suffix holds a letter and none of < > \\ ' \" *", param=name)
    return value


def period(name: str, value: Any) -> dict[str, int]:
    """Read `created=…` or `created[gte]=…`."""
    if isinstance(value, str):
        moment = integer(name, value)
        return {"gte": moment, "lte": moment}
    if not isinstance(value, dict) or not set(value) <= _COMPARISONS:
        raise Refusal("Invalid hash", param=name)
    return {comparison: integer(_nested(name, comparison), moment) for comparison, moment in value.items()}


def page_size(name: str, value: Any) -> int:
    number = integer(name, value)
    if not 1 <= number <= 100:
        raise Refusal("This value must be between 1 and 100.", code="parameter_invalid_integer", param=name)
    return number


LISTING: Spec = {"created": period, "limit": page_size, "starting_after": text, "ending_before": text}


def merged_metadata(before: dict[str, str], given: dict[str, Any]) -> dict[str, str]:
    """Give metadata after a call: keys are added, replaced, or taken away by an empty value; none at all empties it."""
    if "metadata" not in given:
        return before
    after = before | given["metadata"] if given["metadata"] is not None else {}
    return {key: value for key, value in after.items() if value != ""}
