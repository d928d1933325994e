"""Bodies of the routes that are asked thousands of times a second.

FastAPI's own reading of parameters costs more than deciding a hold does, so these routes take the request itself and
read their body here; what is documented and how a mistake is answered stay the same.
"""

from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from ticketapp.api.documents import SIGNED_IN

Body = TypeVar("Body", bound=BaseModel)


async def read_body(request: Request, model: type[Body]) -> Body:
    """Read and check the body of a request.

    Raises:
        RequestValidationError: it is no JSON, or not what the model asks for.
    """
    try:
        return model.model_validate_json(await _content(request))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        raise RequestValidationError([fault | {"loc": ("body", *fault["loc"])} for fault in found]) from None


async def _content(request: Request) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def documented(model: type[BaseModel]) -> dict[str, Any]:
    """Describe the body for the API's documentation, and that these routes ask who is calling."""
    schema = model.model_json_schema()
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return {"requestBody": body, "security": SIGNED_IN}
