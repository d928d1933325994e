"""How routes are documented: who may call, what is refused with which code, and an example of every answer."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict

from ticketapp.api.errors import problem_of
from ticketapp.api.identity import shopper, signed_in
from ticketapp.core.errors import AppError, InvalidInput, NotSignedIn, TooManyRequests
from ticketapp.services.accounts.rules import SESSION_COOKIE

Responses = dict[int | str, dict[str, Any]]
SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The `accessToken` that `POST /api/auth/token` gives.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": "The session of a browser that signed in.",
    },
}
WRONG_BODY = InvalidInput(idempotency_key="Field required")
SIGNED_IN: list[dict[str, list[str]]] = [{"bearer": []}, {"session": []}]
_CALLERS = {signed_in, shopper}


class Shape(BaseModel):
    """What is answered, field by field, and nothing else."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """What was refused and why (RFC 9457); some codes bring members of their own."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str


def answer(model: type[Shape], description: str, **examples: dict[str, Any]) -> dict[str, Any]:
    """Document one answer by its shape and by examples of it."""
    named = {name.replace("_", " "): {"value": example} for name, example in examples.items()}
    return {
        "model": model,
        "description": description,
        "content": {"application/json": {"examples": named}},
    }


def refusals(*errors: AppError, is_signed_in: bool = True) -> Responses:
    """Document what a route refuses, by status; codes and texts are those of the errors themselves."""
    always = (
        (NotSignedIn(), TooManyRequests("That was too often. Wait a little and try again.", retry_after=12))
        if is_signed_in
        else ()
    )
    by_status: dict[int, list[AppError]] = {}
    for error in (*errors, *always):
        by_status.setdefault(error.status, []).append(error)
    return {status: _refusal(status, same) for status, same in sorted(by_status.items())}


def _refusal(status: int, errors: Sequence[AppError]) -> dict[str, Any]:
    said = {error.code: orjson.loads(problem_of(error).body) for error in errors}
    shape = {
        "allOf": [
            {"$ref": "#/components/schemas/Problem"},
            {"type": "object", "properties": {"code": {"enum": list(said)}, "status": {"const": status}}},
        ]
    }
    examples = {code: {"value": problem} for code, problem in said.items()}
    return {
        "description": f"Refused: {', '.join(said)}.",
        "content": {"application/problem+json": {"schema": shape, "examples": examples}},
    }


def document(api: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Complete the description that FastAPI makes by who may call what, and by the shape of problems."""
    described: Callable[[], dict[str, Any]] = api.openapi

    def complete() -> dict[str, Any]:
        if api.openapi_schema is None:
            schema = described()
            parts = schema.setdefault("components", {})
            parts["securitySchemes"] = SCHEMES
            parts.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
            for route in (route for router in routers for route in router.routes):
                if isinstance(route, APIRoute) and route.include_in_schema:
                    _complete(schema["paths"][route.path_format], route)
        assert api.openapi_schema is not None
        return api.openapi_schema

    api.openapi = complete


def _complete(path: dict[str, Any], route: APIRoute) -> None:
    for method in route.methods or ():
        operation = path[method.lower()]
        if "security" not in operation:
            operation["security"] = SIGNED_IN if _needs_caller(route.dependant) else []
        for status, described in route.responses.items():
            for kind, content in described.get("content", {}).items():
                # FastAPI leaves out what is null.
                operation["responses"][str(status)]["content"][kind]["examples"] = content["examples"]
        # FastAPI's own shape of a refused body is not ours.
        refused = operation["responses"].get("422", {})
        if "application/json" in refused.get("content", {}):
            operation["responses"]["422"] = _refusal(422, [WRONG_BODY])


def _needs_caller(dependant: Dependant) -> bool:
    return any(asked.call in _CALLERS or _needs_caller(asked) for asked in dependant.dependencies)
