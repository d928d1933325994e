"""Sign-in for programs: bearer tokens."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from ticketapp.api import sign_in
from ticketapp.api.client_address import client_address
from ticketapp.api.identity import token_of
from ticketapp.services.accounts import rules

router = APIRouter(prefix="/api/auth", tags=["sign-in"])


class Registration(BaseModel):
    email: str = Field(max_length=rules.EMAIL_MAX)
    password: str = Field(max_length=rules.PASSWORD_MAX)
    name: str = Field(max_length=rules.NAME_MAX)


class SignIn(BaseModel):
    email: str = Field(max_length=rules.EMAIL_MAX)
    password: str = Field(max_length=rules.PASSWORD_MAX)


class User(BaseModel):
    id: str
    email: str
    name: str
    roles: list[str]


class Token(BaseModel):
    accessToken: str  # noqa: N815
    tokenType: str = "bearer"  # noqa: N815
    expiresAt: datetime  # noqa: N815
    user: User


@router.post("/register", status_code=201)
async def register(request: Request, body: Registration) -> dict[str, str]:
    """Make an account. The answer is the same when the address has one already: then the mail says so."""
    await sign_in.register(request.app.state.runtime, **body.model_dump(), address=client_address(request))
    return {"email": body.email.strip().lower(), "detail": "We have written to this address."}


@router.post("/token")
async def make_token(request: Request, body: SignIn) -> Token:
    """Trade an e-mail address and a password for a token."""
    opened = await sign_in.sign_in(
        request.app.state.runtime, email=body.email, password=body.password, address=client_address(request)
    )
    actor = opened.actor
    user = User(id=str(actor.person_id), email=actor.email or "", name=actor.name, roles=actor.roles)
    return Token(accessToken=opened.token, expiresAt=opened.expires_at, user=user)


@router.post("/logout", status_code=204)
async def sign_out(request: Request) -> Response:
    """End the token's session; ending it twice is the same."""
    await sign_in.sign_out(request.app.state.runtime, token_of(request))
    return Response(status_code=204)
