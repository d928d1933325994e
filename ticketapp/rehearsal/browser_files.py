"""What a page loads in place of Stripe.js: the script, and the form in the frame that it draws."""

from pathlib import Path

from ticketapp.rehearsal.book import API_VERSION
from ticketapp.rehearsal.wire import Answer, Request

_FOLDER = Path(__file__).parent / "browser"
_SCRIPT, _STYLE, _PAGE = (f"text/{kind}; charset=utf-8" for kind in ("javascript", "css", "html"))
_FILES = {
    f"/{API_VERSION.partition('.')[2]}/stripe.js": ("stripe.js", _SCRIPT),
    "/elements/payment": ("payment.html", _PAGE),
    "/elements/payment.css": ("payment.css", _STYLE),
    "/elements/payment.js": ("payment.js", _SCRIPT),
}


def answer(request: Request) -> Answer | None:
    """Give the file that is asked for; None when it is none of these."""
    found = _FILES.get(request.path)
    if found is None or request.method != "GET":
        return None
    name, kind = found
    return Answer(200, (_FOLDER / name).read_bytes(), kind)
