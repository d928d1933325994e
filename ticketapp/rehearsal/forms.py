"""Stripe's form encoding: nested names in brackets, lists by index."""

import re
from typing import Any
from urllib.parse import parse_qsl

from ticketapp.rehearsal.errors import Refusal

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")
_KEY = re.compile(r"\[([^\[\]]*)\]")
DEPTH_MAX = 6

Tree = dict[str, Any]


def decode(text: str) -> Tree:
    """Read `a[b]=1&list[]=x&list[1]=y` as {"a": {"b": "1"}, "list": ["x", "y"]}.

    Raises:
        Refusal: a name is no name.
    """
    tree: Tree = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        _put(tree, _path(name), value)
    return {name: _with_lists(value) for name, value in tree.items()}


def _path(name: str) -> list[str]:
    match = _NAME.match(name)
    path = [match[1], *_KEY.findall(match[2])] if match else []
    if not 0 < len(path) <= DEPTH_MAX:
        raise Refusal(f"Invalid parameter name: {name[:60]}", param=name[:60])
    return path


def _put(tree: Tree, path: list[str], value: str) -> None:
    *branches, leaf = path
    for branch in branches:
        deeper = tree.setdefault(branch, {})
        if not isinstance(deeper, dict):
            raise Refusal(f"Invalid {branch}: it is given twice in different forms.", param=branch)
        tree = deeper
    tree[leaf or str(len(tree))] = value


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(part) for name, part in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
