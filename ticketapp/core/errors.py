"""Every error the app raises on purpose. Each carries words a person may read.

* AppError
  x UserError              the person can act on it
    + InvalidInput         says which field
    + NotFound             also for "not yours"
    + NotSignedIn
    + NotAllowed
    + Conflict             the world moved on: sold out, expired, already done
    + TooManyRequests
  x UpstreamError          somebody else's system
    + UpstreamUnavailable  worth trying again later
    + UpstreamRejected     trying again will not help
  x UnexpectedFailure      made only at the edge, out of a bug, with a reference

Areas of the business subclass these beside the code that raises them.
"""

from typing import Any, ClassVar


class AppError(Exception):
    """Carry `text` for people, `code` for machines and `details` that a caller can use."""

    code: ClassVar[str] = "app_error"
    status: ClassVar[int] = 500

    def __init__(self, text: str, **details: Any) -> None:
        super().__init__(text)
        self.text = text
        self.details = details


class UserError(AppError):
    code = "user_error"
    status = 400


class InvalidInput(UserError):
    """Name each wrong field and say what would be right."""

    code = "invalid_input"
    status = 422

    def __init__(self, **field_texts: str) -> None:
        super().__init__(" ".join(field_texts.values()), fields=field_texts)
        self.field_texts = field_texts


class NotFound(UserError):
    code = "not_found"
    status = 404

    def __init__(self, text: str = "We could not find that.") -> None:
        super().__init__(text)


class NotSignedIn(UserError):
    code = "not_signed_in"
    status = 401

    def __init__(self, text: str = "Sign in to continue.") -> None:
        super().__init__(text)


class NotAllowed(UserError):
    code = "not_allowed"
    status = 403


class Conflict(UserError):
    code = "conflict"
    status = 409


class TooManyRequests(UserError):
    code = "too_many_requests"
    status = 429


class UpstreamError(AppError):
    code = "upstream"
    status = 502


class UpstreamUnavailable(UpstreamError):
    code = "upstream_unavailable"
    status = 503


class UpstreamRejected(UpstreamError):
    code = "upstream_rejected"
    status = 402


class UnexpectedFailure(AppError):
    code = "unexpected"
    status = 500

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"Something went wrong on our side. What was done is kept, and nothing is charged twice. Reference {reference}."
        )
        self.reference = reference
