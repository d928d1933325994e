"""The fake Stripe in a process of its own, and a letter box that its webhooks are sent to."""

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from tests.harness.databases import ROOT, environment
from tests.harness.waiting import end, free_port, until

SECRET_KEY = "sk_test_rehearsal"
PUBLISHABLE_KEY = "pk_test_rehearsal"
WEBHOOK_SECRET = "whsec_rehearsal"


@dataclass
class FakeStripe:
    """One process; `stage` speaks to the stage door under /_fake."""

    folder: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None
    # Kept, because making one takes longer than a hundred calls.
    _caller: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60, verify=False))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "FakeStripe":
        """Start it and wait until it answers; it sends no webhooks before it is told where to."""
        options = ["--port", str(self.port), "--fee-after-ms", "-1"]
        with (self.folder / "fake_stripe.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ticketapp.cli", "fake-stripe", *options],
                cwd=ROOT, env=environment(), stdout=log, stderr=log,
            )  # fmt: skip
        until(self._answers, within_s=60, what="the fake Stripe answers")
        return self

    def stage(self, stage_path: str, /, **body: Any) -> Any:
        """Make a call of the stage door and give its answer."""
        return self._call("POST", stage_path, body)

    def look(self, stage_path: str) -> Any:
        return self._call("GET", stage_path, None)

    def token(self, method: str = "pm_card_visa", **form: str) -> str:
        """Give the confirmation token that a payment form makes of this test card, or of what is chosen in it."""
        answer = self._caller.post(
            f"{self.url}/v1/test_helpers/confirmation_tokens",
            data=form or {"payment_method": method},
            headers={"Authorization": f"Bearer {SECRET_KEY}", "Stripe-Version": "2026-10-28.endive"},
        )
        assert answer.is_success, answer.text
        return answer.json()["id"]

    def end_fault(self, fault: dict[str, Any]) -> None:
        """Let the calls that a fault holds go on."""
        self._call("DELETE", f"faults/{fault['number']}", None)

    def end_all_faults(self) -> None:
        """Let all goes well again, and wait until whatever was held has gone on."""
        self._call("DELETE", "faults", None)
        until(
            lambda: not any(fault["waiting"] for fault in self.look("faults")["data"]),
            within_s=60, what="held calls go on",
        )  # fmt: skip

    def _call(self, method: str, stage_path: str, body: dict[str, Any] | None) -> Any:
        answer = self._caller.request(method, f"{self.url}/_fake/{stage_path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def reset(self) -> None:
        """Let it forget everything."""
        self.stage("reset")

    def kill9(self) -> None:
        """Kill it; all it knew is gone."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self._caller.close()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            end(self._process)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "fake_stripe.log").read_text()
        try:
            return self._caller.get(f"{self.url}/_fake/sums").is_success
        except httpx.TransportError:
            return False


@dataclass(frozen=True)
class Letter:
    """One webhook as it came in."""

    body: bytes
    signature: str


@dataclass
class LetterBox:
    """A webhook endpoint that keeps what it gets; `answers` are the statuses of the next letters, then 200."""

    letters: list[Letter] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    # Called with each letter before it is answered.
    on_letter: Callable[[Letter], None] = lambda letter: None
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}/webhooks"

    def open(self) -> "LetterBox":
        box = self

        class Slot(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                letter = Letter(
                    self.rfile.read(int(self.headers["Content-Length"])), self.headers["Stripe-Signature"]
                )
                box.on_letter(letter)
                box.letters.append(letter)
                self.send_response(box.answers.pop(0) if box.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Slot)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def close(self) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()
