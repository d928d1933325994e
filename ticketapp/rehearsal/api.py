"""How a call of Stripe's API is answered: who asks, which fault it meets, whether its key was used, then the work."""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from ticketapp.rehearsal import errors, forms, listing, parameters, routes
from ticketapp.rehearsal.book import API_VERSION, Book, Cause, new_secret
from ticketapp.rehearsal.calls import Call
from ticketapp.rehearsal.errors import Refusal
from ticketapp.rehearsal.faults import Fault, Faults, Kind
from ticketapp.rehearsal.idempotency import Kept, Keys
from ticketapp.rehearsal.webhooks import Postman
from ticketapp.rehearsal.wire import Answer, Request

_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?\Z")
CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "authorization, content-type, idempotency-key, stripe-version",
    "access-control-allow-methods": "GET, POST",
    "access-control-expose-headers": "request-id",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call came to, before it is known whether anybody hears of it."""

    status: int
    body: bytes
    is_kept: bool


@dataclass
class Api:
    book: Book
    postman: Postman
    keys: Keys
    faults: Faults
    secret_key: str
    publishable_key: str

    async def answer(self, request: Request) -> Answer:
        """Answer one call under /v1."""
        if request.method == "OPTIONS":
            return Answer(204, headers=CORS)
        request_id = f"req_{new_secret(14)}"
        headers = {
            "request-id": request_id,
            "stripe-version": request.headers.get("stripe-version", API_VERSION),
        }
        try:
            done, more_headers = await self._handle(request, request_id)
        except Refusal as refusal:
            done = _refused(refusal)
            more_headers = _advice(refusal)
        return Answer(done.status, done.body, headers=CORS | headers | more_headers)

    async def _handle(self, request: Request, request_id: str) -> tuple[Outcome, dict[str, str]]:
        is_browser = self._is_browser(request)
        key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
        fault = self.faults.take(request.method, request.path, key)
        if fault and fault.kind is Kind.STATUS and fault.status < 500:
            raise errors.out_of_order(fault.status)
        tree = forms.decode(request.body.decode() if request.method == "POST" else request.query)
        fingerprint = json.dumps([request.method, request.path, tree], sort_keys=True)
        headers = {"idempotency-key": key} if key else {}
        if key and (kept := self.keys.find(key, fingerprint)):
            return await _replayed(kept, fault), headers | {
                "idempotent-replayed": "true", "original-request": kept.request_id
            }  # fmt: skip
        with self.keys.used(key, fingerprint):
            if fault:
                await fault.before()
            self.book.cause = Cause(request_id, key or None)
            done = self._executed(request, tree, fault, is_browser=is_browser)
            self.book.cause = Cause()
            if done.is_kept:
                self.keys.keep(key, fingerprint, status=done.status, body=done.body, request_id=request_id)
            await self.postman.send_due()
            if fault:
                await fault.after()
        # What is kept under the key would only be told again.
        advice = {"stripe-should-retry": "false"} if done.status >= 500 and key else {}
        return done, headers | advice

    def _is_browser(self, request: Request) -> bool:
        """Tell who asks by the key.

        Raises:
            Refusal: the key is neither of ours, or the version is none.
        """
        given = _key(request.headers.get("authorization", ""))
        if given == self.publishable_key:
            return True
        if given != self.secret_key:
            raise errors.wrong_key(given)
        version = request.headers.get("stripe-version", "")
        if not _VERSION.match(version):
            raise Refusal(
                f"Invalid Stripe API version: '{version}'. The fake wants the version to be pinned."
            )
        return False

    def _executed(
        self, request: Request, tree: forms.Tree, fault: Fault | None, *, is_browser: bool
    ) -> Outcome:
        breaks = fault is not None and fault.kind is Kind.STATUS
        try:
            body = (
                None
                if fault and breaks and not fault.executes
                else self._work(request, tree, is_browser=is_browser)
            )
        except Refusal as refusal:
            return _refused(refusal)
        if fault and breaks:
            return _refused(errors.out_of_order(fault.status))
        return Outcome(200, _json(body), is_kept=True)

    def _work(self, request: Request, tree: forms.Tree, *, is_browser: bool) -> dict[str, Any]:
        route, object_id = routes.find(request.method, request.path)
        if is_browser and not route.is_for_browsers:
            raise errors.needs_secret_key()
        given = parameters.read(tree, route.takes, route.needs)
        origin = f"http://{request.headers.get('host', 'localhost')}"
        call = Call(self.book, request.path, given, object_id, origin, is_browser)
        answer = route.does(call)
        try:
            return listing.expanded(self.book, answer, given.get("expand") or [])
        except Refusal as refusal:
            # What was asked has happened all the same.
            refusal.is_kept = True
            raise


def _key(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return value.strip()
    try:
        return base64.b64decode(value).decode().removesuffix(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""


async def _replayed(kept: Kept, fault: Fault | None) -> Outcome:
    if fault:
        await fault.before()
        await fault.after()
    return Outcome(kept.status, kept.body, is_kept=True)


def _refused(refusal: Refusal) -> Outcome:
    return Outcome(refusal.status, _json(refusal.body), is_kept=refusal.is_kept)


def _advice(refusal: Refusal) -> dict[str, str]:
    return {"stripe-should-retry": "true"} if refusal.status == 409 else {}


def _json(body: object) -> bytes:
    return json.dumps(body, indent=2).encode()
