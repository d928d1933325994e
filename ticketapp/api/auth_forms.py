"""Sign-in for browsers: ordinary forms, so that password managers work and the cookie stays out of JavaScript's reach."""

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse

from ticketapp.api import sign_in
from ticketapp.api.client_address import client_address
from ticketapp.api.identity import token_of, visitor
from ticketapp.api.session_cookie import session_cookie
from ticketapp.core.errors import InvalidInput, UserError
from ticketapp.core.tokens import new_token

router = APIRouter(prefix="/auth", include_in_schema=False)

Field = Annotated[str, Form(max_length=300)]
Next = Annotated[str, Form(alias="next", max_length=300)]


@router.post("/sign-in")
async def post_sign_in(
    request: Request, email: Field = "", password: Field = "", next_path: Next = "/"
) -> RedirectResponse:
    """Sign in and go where the person wanted to go; the browser gets a new token."""
    runtime = request.app.state.runtime
    try:
        opened = await sign_in.sign_in(
            runtime,
            email=email,
            password=password,
            address=client_address(request),
            guest_token=token_of(request),
        )
    except UserError as error:
        return _back("/sign-in", error, email=email, next=safe_path(next_path))
    return _go(request, safe_path(next_path), token=opened.token)


@router.post("/register")
async def post_register(
    request: Request,
    name: Field = "",
    email: Field = "",
    password: Field = "",
    next_path: Next = "/",
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
        return _back("/register", error, name=name, email=email, next=safe_path(next_path))
    return _see("/sign-in", notice="registered", email=email.strip().lower(), next=safe_path(next_path))


@router.post("/sign-out")
async def post_sign_out(request: Request) -> RedirectResponse:
    """Sign out; the browser starts over as somebody we do not know."""
    await sign_in.sign_out(request.app.state.runtime, token_of(request))
    return _go(request, "/", token=new_token())


@router.get("/fresh")
async def get_fresh(
    request: Request, next_path: Annotated[str, Query(alias="next", max_length=300)] = "/"
) -> RedirectResponse:
    """Replace a cookie whose session is over, which no page could begin a cart with."""
    if await visitor(request) is not None:
        return RedirectResponse(safe_path(next_path), 303)
    return _go(request, safe_path(next_path), token=new_token())


def safe_path(text: str) -> str:
    r"""Give a path on this site to go on to; anything else becomes the front page.

    Browsers read `//host`, `/\\host` and control characters as another site.
    """
    parts = urlsplit(text)
    is_ours = text.startswith("/") and not parts.scheme and not parts.netloc
    return text if is_ours and text.isprintable() and "\\" not in text and not text.startswith("//") else "/"


def _go(request: Request, path: str, *, token: str) -> RedirectResponse:
    answer = RedirectResponse(path, 303)
    answer.headers["set-cookie"] = session_cookie(token, is_secure=request.app.state.settings.is_https)
    return answer


def _back(path: str, error: UserError, **fields: str) -> RedirectResponse:
    texts = error.field_texts if isinstance(error, InvalidInput) else {"form": error.text}
    return _see(path, **fields, **{f"wrong_{field}": text for field, text in texts.items()})


def _see(path: str, **fields: str) -> RedirectResponse:
    return RedirectResponse(f"{path}?{urlencode({key: text for key, text in fields.items() if text})}", 303)
