"""Why somebody could not come in."""

from ticketapp.core.errors import Conflict, NotSignedIn, UserError


class BadCredentials(UserError):
    code = "bad_credentials"
    status = 401

    def __init__(self) -> None:
        super().__init__("This e-mail address and password do not belong together.")


class SessionEnded(NotSignedIn):
    """The browser still carries a token that was signed out or has expired."""

    code = "session_ended"

    def __init__(self) -> None:
        super().__init__("Your session has ended. Sign in again to continue.")


class CookiesNeeded(NotSignedIn):
    code = "cookies_needed"

    def __init__(self) -> None:
        super().__init__(
            "Your browser sent no cookie, so we cannot keep a cart for you. Allow cookies for this site."
        )


class LinkExpired(Conflict):
    code = "link_expired"

    def __init__(self) -> None:
        super().__init__("This link has been used or is too old. Ask for a new one.")


class LastAdministrator(Conflict):
    code = "last_administrator"

    def __init__(self) -> None:
        super().__init__("Somebody must stay administrator. Name another one first.")
