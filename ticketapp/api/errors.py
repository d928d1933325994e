"""Turn every refusal into one JSON shape: problem details (RFC 9457) with a `code`."""

import logging
import secrets
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from ticketapp.core.errors import AppError, InvalidInput, UnexpectedFailure

log = logging.getLogger(__name__)


def problem(
    *, status: int, code: str, detail: str, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """Write one problem; extra members are in camelCase like everything else in the API."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    body |= {_camel(name): value for name, value in more.items()}
    return Response(
        orjson.dumps(body, default=str), status, headers=headers, media_type="application/problem+json"
    )


def problem_of(error: AppError) -> Response:
    """Write the problem that an error of ours stands for."""
    headers: dict[str, str] = {}
    if "retry_after" in error.details:
        headers["Retry-After"] = str(error.details["retry_after"])
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    details = error.details
    if isinstance(error, InvalidInput):
        # The fields of a request are in camelCase like everything else in the API.
        details = {"fields": {_camel(name): text for name, text in error.field_texts.items()}}
    return problem(status=error.status, code=error.code, detail=error.text, headers=headers, **details)


def install_errors(api: FastAPI) -> None:
    """Answer every error of this API with a problem."""
    api.add_exception_handler(AppError, _app_error)
    api.add_exception_handler(RequestValidationError, _invalid_request)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(Exception, _unexpected)


async def _app_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    return problem_of(error)


async def _invalid_request(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_of_request(error)


def problem_of_request(error: RequestValidationError) -> Response:
    """Write the problem of a request that is not what its route asks for."""
    fields: dict[str, str] = {}
    for fault in error.errors():
        place = ".".join(str(part) for part in fault["loc"] if part not in ("body", "query", "path"))
        fields.setdefault(place or "body", fault["msg"])
    detail = " ".join(f"{field}: {text}." for field, text in fields.items())
    return problem(status=422, code="invalid_input", detail=detail, fields=fields)


async def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_").replace("-", "_")
    return problem(
        status=error.status_code,
        code=code,
        detail=str(error.detail),
        headers=dict(error.headers) if error.headers else None,
    )


async def no_such_route(request: Request) -> Response:
    """Answer for every path below /api/ that there is not; without this the pages' own 404 would."""
    scope = dict(request.scope)
    is_known = any(route.matches(scope)[0] is Match.PARTIAL for route in request.app.routes)
    raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED if is_known else HTTPStatus.NOT_FOUND)


async def _unexpected(request: Request, _error: Exception) -> Response:
    return problem_of_failure(request)


def problem_of_failure(request: Request) -> Response:
    """Write the problem of a request that failed because of a mistake of ours, and log its reference."""
    failure = UnexpectedFailure(secrets.token_hex(4))
    log.error("unexpected failure %s at %s %s", failure.reference, request.method, request.url.path)
    return problem_of(failure)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
