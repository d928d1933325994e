"""Refusals in Stripe's own words and shape."""

from typing import Any

DOCS = "https://docs.stripe.com/error-codes/"


class Refusal(Exception):
    """An answer that is not 2xx.

    `is_kept` says that execution had begun, so that the answer belongs to the idempotency key from now on.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        is_kept: bool = False,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.is_kept = is_kept
        named = {"code": code, "doc_url": DOCS + code.replace("_", "-") if code else None, "param": param}
        self.error = {"message": message, "type": kind} | {
            name: value for name, value in (named | details).items() if value is not None
        }

    @property
    def body(self) -> dict[str, Any]:
        return {"error": self.error}


def missing(kind: str, object_id: str, *, param: str = "id", status: int = 404) -> Refusal:
    return Refusal(f"No such {kind}: '{object_id}'", status=status, code="resource_missing", param=param)


def unexpected_state(message: str, intent: dict[str, Any]) -> Refusal:
    return Refusal(message, code="payment_intent_unexpected_state", payment_intent=intent, is_kept=True)


def card_error(error: dict[str, Any], intent: dict[str, Any] | None = None) -> Refusal:
    """Tell a decline; `error` is what the PaymentIntent keeps as its last_payment_error."""
    told = {name: value for name, value in error.items() if name not in {"message", "type", "doc_url"}}
    return Refusal(
        error["message"], status=402, kind="card_error", is_kept=True, payment_intent=intent, **told
    )


def wrong_key(key: str) -> Refusal:
    if not key:
        text = "You did not provide an API key. You need to provide your API key in the Authorization header."
    else:
        text = f"Invalid API Key provided: {key[:8]}{'*' * 8}{key[-4:]}"
    return Refusal(text, status=401)


def needs_secret_key() -> Refusal:
    return Refusal(
        "This API call cannot be made with a publishable API key. Please use a secret API key.",
        status=401, code="secret_key_required",
    )  # fmt: skip


def key_in_use(key: str) -> Refusal:
    text = f"There is currently another in-progress request using this Idempotent Key ({key})."
    return Refusal(text, status=409, kind="idempotency_error", code="idempotency_key_in_use")


def key_misused(key: str) -> Refusal:
    return Refusal(
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request.",
        kind="idempotency_error",
    )


def out_of_order(status: int) -> Refusal:
    """Answer as Stripe does on a bad day."""
    if status == 429:
        return Refusal("Request rate limit exceeded.", status=429, code="rate_limit")
    if status == 409:
        return Refusal("This object cannot be accessed right now.", status=409, code="lock_timeout")
    return Refusal("An unknown error occurred.", status=status, kind="api_error", is_kept=status >= 500)
