"""Sign-in for browsers: ordinary forms, so that password managers work and the cookie stays out of JavaScript's reach."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse

from ticketapp.api import sign_in
from ticketapp.api.client_address import client_address
from ticketapp.api.identity import SignedIn, token_of, visitor
from ticketapp.api.session_cookie import session_cookie
from ticketapp.core.errors import InvalidInput, UserError
from ticketapp.core.flash import FLASH_COOKIE, FLASH_SPAN_S, pack
from ticketapp.core.tokens import new_token

router = APIRouter(prefix="/auth", include_in_schema=False)

Field = Annotated[str, Form(max_length=300)]
Next = Annotated[str, Form(alias="next", max_length=300)]


@router.post("/sign-in")
async def post_sign_in(
    request: Request, email: Field = "", password: Field = "", next_path: Next = "/"
) -> RedirectResponse:
    """Sign in and go where the person wanted to go; the browser gets a new token."""
    try:
        opened = await sign_in.sign_in(
            request.app.state.runtime,
            email=email,
            password=password,
            address=client_address(request),
            guest_token=token_of(request),
        )
    except UserError as error:
        return _back(request, "/sign-in", error, next_path=next_path, email=email)
    return _go_with(request, safe_path(next_path), token=opened.token)


@router.post("/register")
async def post_register(
    request: Request, name: Field = "", email: Field = "", password: Field = "", next_path: Next = "/"
) -> RedirectResponse:
    """Make an account and ask the person to sign in: the same answer whether or not the address had one."""
    try:
        await sign_in.register(
            request.app.state.runtime,
            email=email,
            name=name,
            password=password,
            address=client_address(request),
        )
    except UserError as error:
        return _back(request, "/register", error, next_path=next_path, name=name, email=email)
    notice = f"We have written to {email.strip()}. You can sign in now."
    return _to(request, "/sign-in", next_path=next_path, notice=notice, email=email.strip())


@router.post("/sign-out")
async def post_sign_out(request: Request) -> RedirectResponse:
    """Sign out; the browser starts over as somebody we do not know."""
    await sign_in.sign_out(request.app.state.runtime, token_of(request))
    return _go_with(request, "/", token=new_token())


@router.get("/fresh")
async def get_fresh(
    request: Request, next_path: Annotated[str, Query(alias="next", max_length=300)] = "/"
) -> RedirectResponse:
    """Replace a cookie whose session is over, which no page could begin a cart with."""
    if await visitor(request) is not None:
        return RedirectResponse(safe_path(next_path), 303)
    return _go_with(request, safe_path(next_path), token=new_token())


@router.post("/forgot-password")
async def post_forgot_password(request: Request, email: Field = "") -> RedirectResponse:
    """Have a link sent; the page says the same whether or not there is an account."""
    try:
        await sign_in.ask_for_reset(request.app.state.runtime, email=email, address=client_address(request))
    except UserError as error:
        return _back(request, "/forgot-password", error, email=email)
    notice = f"If {email.strip()} has an account, a link is on its way to it. It works for an hour."
    return _to(request, "/forgot-password", notice=notice)


@router.post("/reset-password")
async def post_reset_password(request: Request, token: Field = "", password: Field = "") -> RedirectResponse:
    """Set a new password by a link."""
    try:
        await sign_in.reset_password(
            request.app.state.runtime, token=token, password=password, address=client_address(request)
        )
    except UserError as error:
        return _back(request, "/reset-password", error, token=token)
    notice = "Your new password counts from now on, and every device was signed out. Sign in with it."
    return _to(request, "/sign-in", notice=notice)


@router.post("/verify-email")
async def post_verify_email(request: Request, token: Field = "") -> RedirectResponse:
    """Confirm an address by a link. The link opens a page with a button: programs that read mail press no buttons."""
    try:
        await sign_in.verify_email(request.app.state.runtime, token=token, address=client_address(request))
    except UserError as error:
        return _back(request, "/verify-email", error)
    return _to(request, "/verify-email", notice="Your e-mail address is confirmed.")


@router.post("/change-password")
async def post_change_password(
    request: Request, actor: SignedIn, old_password: Field = "", password: Field = ""
) -> RedirectResponse:
    """Set a new password; this browser stays signed in, every other device does not."""
    try:
        await sign_in.change_password(
            request.app.state.runtime,
            actor=actor,
            token=token_of(request),
            old_password=old_password,
            new_password=password,
            address=client_address(request),
        )
    except UserError as error:
        return _back(request, "/account", error)
    return _to(request, "/account", notice="Your password is changed. Every other device was signed out.")


def safe_path(text: str) -> str:
    r"""Give a path on this site to go on to; anything else becomes the front page.

    Browsers read `//host`, `/\\host` and control characters as another site.
    """
    is_ours = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    return text if is_ours else "/"


def _go_with(request: Request, path: str, *, token: str) -> RedirectResponse:
    answer = RedirectResponse(path, 303)
    answer.headers["set-cookie"] = session_cookie(token, is_secure=request.app.state.settings.is_https)
    return answer


def _back(
    request: Request, path: str, error: UserError, *, next_path: str = "", **typed: str
) -> RedirectResponse:
    texts = error.field_texts if isinstance(error, InvalidInput) else {"form": error.text}
    return _to(
        request, path, next_path=next_path, **typed, **{f"wrong_{key}": text for key, text in texts.items()}
    )


def _to(request: Request, path: str, *, next_path: str = "", **texts: str) -> RedirectResponse:
    query = f"?{urlencode({'next': safe_path(next_path)})}" if next_path else ""
    answer = RedirectResponse(path + query, 303)
    answer.set_cookie(
        FLASH_COOKIE,
        pack(path, texts),
        max_age=FLASH_SPAN_S,
        httponly=True,
        samesite="lax",
        secure=request.app.state.settings.is_https,
    )
    return answer
