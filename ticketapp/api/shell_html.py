"""The built page shell, and how tags are put into it for those who do not run its JavaScript."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

BUILT = Path(__file__).parents[2] / ".web" / "build" / "client"
SITE_NAME = "Ticketapp"
# What Reflex puts into every page it renders ahead; ours say it better.
_GENERIC = re.compile(
    r"<title>.*?</title>|<meta content=\"[^\"]*\" (?:property=\"og:[a-z]+\"|name=\"description\")/>",
    re.DOTALL,
)
_BODY = re.compile(r"<body[^>]*>")
# The words for readers without the app go once the app has drawn its own.
_STEP_ASIDE = (
    '<script>new MutationObserver((_, watch) => { if (document.getElementById("main")) '
    '{ document.getElementById("first-paint")?.remove(); watch.disconnect(); } })'
    ".observe(document, { childList: true, subtree: true });</script>"
)
_BARE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"/></head><body></body></html>'
)


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says about itself to search engines and to whoever shares it."""

    title: str
    description: str
    url: str
    image: str = ""
    kind: str = "website"
    data: tuple[dict[str, Any], ...] = ()
    is_hidden: bool = False


def page_html(shell: str, head: Head, words: str) -> bytes:
    """Put a page's own tags and words into a built shell."""
    shell = _GENERIC.sub("", shell)
    before, _, after = shell.partition("</head>")
    body = _BODY.search(after)
    at = body.end() if body else len(after)
    first_paint = f'<div id="first-paint">{words}</div>' if words else ""
    script = _STEP_ASIDE if words else ""
    return f"{before}{_tags(head)}{script}</head>{after[:at]}{first_paint}{after[at:]}".encode()


def read_shell(name: str) -> str:
    """Read a built page; without a build there is a bare one, so that what is said still arrives."""
    try:
        return (BUILT / name).read_text()
    except FileNotFoundError:
        return _BARE


def _tags(head: Head) -> str:
    named = [("description", head.description), ("twitter:card", "summary_large_image")]
    if head.is_hidden:
        named.append(("robots", "noindex"))
    graph = [
        ("og:type", head.kind),
        ("og:site_name", SITE_NAME),
        ("og:title", head.title),
        ("og:description", head.description),
        ("og:url", head.url),
    ]
    if head.image:
        graph.append(("og:image", head.image))
    return "".join(
        [
            f"<title>{escape(head.title)}</title>",
            "" if head.is_hidden else f'<link rel="canonical" href="{escape(head.url)}"/>',
            *_metas("name", named),
            *_metas("property", graph),
            *(f'<script type="application/ld+json">{_script_safe(block)}</script>' for block in head.data),
        ]
    )


def _metas(attribute: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f'<meta {attribute}="{name}" content="{escape(text)}"/>' for name, text in pairs]


def _script_safe(block: dict[str, Any]) -> str:
    # A "<" in a name must not end the script element.
    return json.dumps(block, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
