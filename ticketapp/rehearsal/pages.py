"""The bank's page: where the person behind a card approves a payment or refuses it."""

from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from ticketapp.rehearsal import attempts
from ticketapp.rehearsal.book import Book, Row
from ticketapp.rehearsal.currencies import in_words
from ticketapp.rehearsal.wire import Answer, Request

PATH = "/3ds/"
_SHELL = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rehearsal bank</title>
<style>:root {{ color-scheme: light dark; background: Canvas; color: CanvasText }}
body {{ font: 1.1rem/1.5 system-ui; max-width: 28rem; margin: 4rem auto; padding: 0 1rem; color-scheme: light dark }}
button {{ font: inherit; padding: .6rem 1.4rem; margin-right: .6rem }}</style></head>
<body><main><h1>Rehearsal bank</h1>{content}</main></body></html>"""
_QUESTION = """<p>Do you approve a payment of <strong>{amount}</strong>? No money moves: this is a rehearsal.</p>
<form method="post"><button name="decision" value="approve">Approve</button>
<button name="decision" value="refuse">Refuse</button></form>"""
_DECIDED = """<p>This payment is decided: {status}.</p>{way_back}
<script>parent.postMessage({{"rehearsal_3ds": "{intent}", "status": "{status}"}}, "*")</script>"""
_STATUSES = {"succeeded": "succeeded", "requires_capture": "succeeded", "processing": "pending"}


def answer(book: Book, request: Request) -> Answer:
    """Show the question, or take the decision and send the browser back to the shop."""
    intent = book.get("payment_intent", request.path.removeprefix(PATH))
    if request.method == "POST" and intent["status"] == "requires_action":
        decision = parse_qs(request.body.decode()).get("decision", [""])[0]
        attempts.authenticate(book, intent, is_approved=decision == "approve")
        if back := _way_back(book, intent):
            return Answer(303, headers={"location": back})
    if intent["status"] == "requires_action":
        return _page(_QUESTION.format(amount=in_words(intent["amount"], intent["currency"])))
    back = _way_back(book, intent)
    link = f'<p><a href="{escape(back)}">Back to the shop</a></p>' if back else ""
    return _page(_DECIDED.format(status=_status(intent), way_back=link, intent=intent["id"]))


def _status(intent: Row) -> str:
    return _STATUSES.get(intent["status"], "failed")


def _way_back(book: Book, intent: Row) -> str:
    url = book.return_urls.get(intent["id"])
    if not url:
        return ""
    told = {
        "payment_intent": intent["id"],
        "payment_intent_client_secret": intent["client_secret"],
        "redirect_status": _status(intent),
    }
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(told)) if part)
    return urlunsplit(parts._replace(query=query))


def _page(content: str) -> Answer:
    return Answer(200, _SHELL.format(content=content).encode(), "text/html; charset=utf-8")
