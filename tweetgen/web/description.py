"""The OpenAPI document with what every request has in common: how to say who asks, and how errors look."""

import threading
from typing import Any

from fastapi import FastAPI

#: what any request may be told, besides its own
_ALWAYS = {
    "401": "nobody known asks",
    "403": "whose role is too low, or a form that is not ours",
    "404": "there is nothing of that name or number",
    "422": "something sent does not fit; `problems` tells what",
    "503": "not just now: the database or a file cannot be read; ask again",
}
_OF_BODY = {"400": "what was sent is no JSON", "413": "what was sent is too long"}
_WRONG = {
    "type": "object",
    "required": ["where", "why"],
    "properties": {"where": {"type": "string"}, "why": {"type": "string"}},
}
_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what happened, to what, and what to do"},
        "problems": {"type": "array", "items": _WRONG},
    },
}
_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_making = threading.Lock()


def describe(app: FastAPI) -> dict[str, Any]:
    """The document, made at the first call."""
    with _making:
        document = app.openapi()
        if "Problem" not in document.get("components", {}).get("schemas", {}):
            _complete(document)
    return document


def _complete(document: dict[str, Any]) -> None:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": "an API token"}}
    for path in document["paths"].values():
        for operation in path.values():
            # on the machine itself nobody need say who they are
            operation["security"] = [{"token": []}, {}]
            _add_problems(operation["responses"], _ALWAYS | (_OF_BODY if "requestBody" in operation else {}))
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = _PROBLEM


def _add_problems(responses: dict[str, Any], common: dict[str, str]) -> None:
    for status, why in common.items():
        responses.setdefault(status, {"description": why})
        if responses[status]["description"] == "Validation Error":  # as FastAPI calls it
            responses[status]["description"] = why
    for status, response in responses.items():
        if status >= "4":
            response["content"] = _CONTENT
