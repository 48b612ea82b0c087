"""X's own description of its API as a judge: of every request we send, and of every answer the small X gives."""

import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from .logins import PUBLIC
from .world import Exchange

#: logging in is not described
_ELSEWHERE = re.compile(r"/(?:2|i)/oauth2/.*")
#: nor are the names that were X's until August 2026
_OLD_NAMES = {"tweet.fields"}
#: what X answers where a request is wrong on purpose
_REFUSALS = (400, 401, 402, 403, 404, 429)


class Contract:
    """The description, read."""

    def __init__(self, path: Path) -> None:
        self._described = json.loads(path.read_text("utf-8"))
        # as it is published, it breaks a rule or two of OpenAPI itself
        self._api = OpenAPI.from_dict(self._described, config=Config(spec_validator_cls=None))

    def broken(self, exchanges: Iterable[Exchange]) -> Iterator[str]:
        """One line for each thing that is not as described; none where all is well."""
        seen = set()
        for exchange in exchanges:
            shape = (exchange.method, exchange.path, exchange.query, exchange.body, exchange.status, exchange.answer)
            names = {name for name, _ in parse_qsl(exchange.query)}
            if shape in seen or names & _OLD_NAMES or _ELSEWHERE.fullmatch(exchange.path):
                continue
            seen.add(shape)
            yield from self._broken(exchange, names)

    def _broken(self, exchange: Exchange, names: set[str]) -> Iterator[str]:
        asked, where = _request(exchange), f"{exchange.method} {exchange.path}?{exchange.query}"
        if exchange.status not in _REFUSALS:
            why = _refused(self._api.validate_request, asked)
            unknown = names - self._parameters(exchange)
            yield from (f"{where}: {one}" for one in (why, unknown and f"no such parameter: {unknown}") if one)
        if exchange.fault or exchange.status >= 300:
            return
        answer = MockResponse(exchange.answer, exchange.status, content_type="application/json")
        if why := _refused(self._api.validate_response, asked, answer):
            yield f"{where} answered {exchange.answer[:200]!r}: {why}"

    def _parameters(self, exchange: Exchange) -> set[str]:
        """The names that may stand in its query."""
        paths = self._described["paths"]
        found: dict[str, Any] = paths.get(exchange.path) or next(
            (paths[path] for path in paths if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), exchange.path)), {}
        )
        shared = self._described["components"]["parameters"]
        entries = found.get(exchange.method.lower(), {}).get("parameters", [])
        whole = (shared[entry["$ref"].rpartition("/")[2]] if "$ref" in entry else entry for entry in entries)
        return {entry["name"] for entry in whole if entry["in"] == "query"}


def _request(exchange: Exchange) -> MockRequest:
    query = dict(parse_qsl(exchange.query))
    kind = exchange.headers.get("content-type", "application/json")
    return MockRequest(
        PUBLIC,
        exchange.method.lower(),
        exchange.path,
        args=query,
        headers=exchange.headers,
        data=exchange.body,
        content_type=kind,
    )


def _refused(judge: Callable[..., Any], *what: Any) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # it does not know one of X's ways of logging in
            judge(*what)
    except OpenAPIError as error:
        return " ".join(f"{error}; {error.__cause__ or ''}".split())
    return ""
