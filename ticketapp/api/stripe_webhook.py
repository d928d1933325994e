"""Where Stripe sends its events. Only mounted while Stripe takes the payments."""

from typing import Any, Literal

from fastapi import APIRouter, Request

from ticketapp.api.documents import Responses, Shape, answer, refusals
from ticketapp.integrations.stripe_letters import NotFromStripe, read_letter
from ticketapp.runtime import Runtime
from ticketapp.services.payments.provider_news import ProviderNews
from ticketapp.settings import Settings

router = APIRouter(tags=["stripe"])
LETTER_MAX = 256_000


class Kept(Shape):
    """The event is kept, and acted on soon; `new` says whether it had not come before."""

    received: Literal[True]
    new: bool


EVENT_EXAMPLE: dict[str, Any] = {
    "id": "evt_1NG8Du2eZvKYlo2CUI79vXWy",
    "object": "event",
    "created": 1795271400,
    "livemode": False,
    "type": "payment_intent.succeeded",
    "data": {"object": {"id": "pi_a7VtnWquuy6Zg1WDzZ6HZ5Ub", "object": "payment_intent"}},
}
SIGNED: dict[str, Any] = {
    "parameters": [
        {
            "name": "Stripe-Signature",
            "in": "header",
            "required": True,
            "schema": {"type": "string"},
            "description": "`t=` the moment, `v1=` HMAC-SHA256 of moment, dot and body under STRIPE_WEBHOOK_SECRET.",
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["id", "object", "type", "created", "livemode", "data"],
                },
                "examples": {"a payment that succeeded": {"value": EVENT_EXAMPLE}},
            }
        },
    },
}
ANSWERS: Responses = {
    200: answer(Kept, "The event is kept.", first_time={"received": True, "new": True})
} | refusals(NotFromStripe("The signature is not ours."), is_signed_in=False)


@router.post(
    "/api/stripe/webhook", summary="Tell of an event of Stripe", responses=ANSWERS, openapi_extra=SIGNED
)
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
