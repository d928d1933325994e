"""Answer with JSON that a caller may keep and ask about again."""

from hashlib import blake2b
from typing import Any

import orjson
from fastapi import Request, Response

ASK_AGAIN = "no-cache"


def json_answer(request: Request, body: Any, *, cache: str = ASK_AGAIN) -> Response:
    """Answer with a body, or with 304 when the caller has this very body already."""
    content = orjson.dumps(body)
    tag = f'"{blake2b(content, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": cache}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")
