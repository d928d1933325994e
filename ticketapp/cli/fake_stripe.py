"""Run the fake Stripe, for tests and rehearsals."""

import asyncio
from typing import Annotated

import typer

from ticketapp.cli.starting import checked_settings, refuse
from ticketapp.rehearsal.book import Manners
from ticketapp.rehearsal.server import Options, serve
from ticketapp.rehearsal.webhooks import Plan

# Known to everybody: they open nothing but a fake.
SECRET_KEY = "sk_test_rehearsal"  # noqa: S105
WEBHOOK_SECRET = "whsec_rehearsal"  # noqa: S105
LIVE_KEYS = ("sk_live", "pk_live", "rk_live")


def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8420,
    secret_key: Annotated[str, typer.Option(help="The only secret key it accepts.")] = SECRET_KEY,
    publishable_key: Annotated[str, typer.Option(help="The key for pages.")] = "pk_test_rehearsal",
    webhook_url: Annotated[str | None, typer.Option(help="Where events are sent.")] = None,
    webhook_secret: Annotated[str, typer.Option(help="What events are signed with.")] = WEBHOOK_SECRET,
    fee_after_ms: Annotated[
        int, typer.Option(min=-1, help="When fees are told; -1 waits for a call.")
    ] = 1000,
    processing_ms: Annotated[
        int, typer.Option(min=-1, help="How long delayed methods take; -1 waits for a call.")
    ] = -1,
) -> None:
    """Speak Stripe's API without moving money, until told to stop."""
    if checked_settings().is_production:
        refuse("The fake Stripe moves no money, so it does not run in production.")
    if any(key.startswith(LIVE_KEYS) for key in (secret_key, publishable_key)):
        refuse("A live key is for Stripe alone; give the fake a test key.")
    manners = Manners(
        balance_after_ms=None if fee_after_ms < 0 else fee_after_ms,
        processing_after_ms=None if processing_ms < 0 else processing_ms,
    )
    plan = Plan(url=webhook_url, secrets=(webhook_secret,))
    asyncio.run(serve(Options(host, port, secret_key, publishable_key, plan, manners)))
