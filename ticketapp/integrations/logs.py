"""Structured logs without secrets: one line per fact, as JSON in production.

Everything that any library logs passes here. Reflex, for one, logs whole requests with their headers when a browser
sends an event it does not know; so what looks like a secret is cut out of the finished line.
"""

import logging
import re
import sys

import structlog

HIDDEN = "[hidden]"
_HIDDEN_NAMES = r"(?:set-)?cookie|(?:proxy-)?authorization|[a-z_-]*token|[a-z_-]*password|[a-z_-]*secret|cvv|cvc|card_?number"
_PATTERNS = (
    # {"cookie": "…"}, 'authorization': '…', escaped inside JSON or not
    re.compile(rf"(?i)(\\?[\"'](?:{_HIDDEN_NAMES})\\?[\"']\s*:\s*\\?)([\"'])(?:(?!\2).)*"),
    # Cookie: …, token=…, password=…
    re.compile(
        rf"(?i)(\b(?:{_HIDDEN_NAMES})\s*[=:]\s*)()(?![\"'\[\\])[^\s,;&\"'}}]+(?:\s+(?!\w+=)[\w+/=.-]{{20,}})?"
    ),
    re.compile(r"(?i)(\bbearer\s+)()[\w+/=.-]+"),
    re.compile(r"(\bticketapp_[a-z]+=)()[\w=.-]+"),
)
_DIGITS = re.compile(r"(?<![\w.-])(?:\d[ -]?){12,18}\d(?![\w-])")


def redacted(line: str) -> str:
    """Cut secrets and card numbers out of a line."""
    for pattern in _PATTERNS:
        line = pattern.sub(rf"\1\2{HIDDEN}", line)
    return _DIGITS.sub(_without_card, line)


def _without_card(found: re.Match[str]) -> str:
    digits = [int(letter) for letter in found[0] if letter.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return HIDDEN if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else found[0]


class Redacting(structlog.stdlib.ProcessorFormatter):
    """Write a line, then cut the secrets out of it."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def configure_logs(*, is_json: bool) -> None:
    """Send every log line of this process to standard error; calling it again replaces the handler."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer = (
        structlog.processors.JSONRenderer()
        if is_json
        else structlog.dev.ConsoleRenderer(
            colors=False,
            # The default one prints what was in every variable, buyers and their tokens among them.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name("ticketapp")
    handler.setFormatter(
        Redacting(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([structlog.processors.format_exc_info] if is_json else []),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if kept.get_name() != "ticketapp"]
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # These tell of every request that went well, and of every font in a PDF.
    for name in ("httpx", "httpcore", "granian.access", "stripe", "fontTools"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
