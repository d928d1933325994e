"""Where Stripe sends its events. Only mounted while Stripe takes the payments."""

from fastapi import APIRouter, Request

from ticketapp.integrations.stripe_letters import NotFromStripe, read_letter
from ticketapp.runtime import Runtime
from ticketapp.services.payments.provider_news import ProviderNews
from ticketapp.settings import Settings

router = APIRouter(tags=["stripe"])
LETTER_MAX = 256_000


@router.post("/api/stripe/webhook")
async def webhook(request: Request) -> dict[str, bool]:
    """Keep an event of Stripe, signed by it and new, and act on it soon; told again, it is kept once.

    Anything else is refused with 400. An event that cannot be kept is not answered with 200, so that it comes again.
    """
    runtime: Runtime = request.app.state.runtime
    settings: Settings = request.app.state.settings
    body = await request.body()
    if len(body) > LETTER_MAX:
        raise NotFromStripe("This is too long for an event of Stripe.")
    event = read_letter(
        body,
        request.headers.get("stripe-signature", ""),
        secrets=settings.stripe_webhook_secrets,
        is_live=settings.is_production,
        now=runtime.clock.now(),
    )
    news = runtime.provider_news
    assert isinstance(news, ProviderNews), "webhooks come only while a provider sends them"
    return {"received": True, "new": await news.keep(event)}
