"""Calls an address: connects to what was checked and to nothing else, follows no redirect, keeps a time limit.

Imported where a plugin is made, not where it is loaded: httpx is slow to import.
"""

import asyncio
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from tweetgen.errors import NotSent

from .addresses import resolve, shown
from .answers import Answer, OutcomeUnknown
from .settings import HttpSettings

# more of an answer is not read
_LONGEST_ANSWER = 65_536


@dataclass(slots=True)
class _Attempt:
    """One request, and whether any of it may have left this machine."""

    begun: bool = False
    answer: Answer | None = None

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Told by the transport; all before the first header is connecting and its encryption."""
        if event.endswith("send_request_headers.started"):
            self.begun = True


@dataclass(frozen=True)
class Caller:
    """Makes requests as the settings say; `allow_private` from the settings or the instance."""

    settings: HttpSettings
    allow_private: bool
    _tls: ssl.SSLContext = field(default_factory=httpx.create_ssl_context, repr=False)

    def call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """The answer, whatever its status; one cut short counts once its status was read.

        Raises `NotSent` where surely no byte of the request left, `OutcomeUnknown` where some may have.
        """
        asked = httpx.URL(url)
        ends = time.monotonic() + self.settings.total_seconds
        port = asked.port or {"http": 80, "https": 443}[asked.scheme]
        failure = NotSent(f"{shown(url)}: it has no address")
        for address in resolve(asked.raw_host.decode("ascii").strip("[]"), port, self.allow_private):
            request = self._request(method, asked, address, headers, body)
            try:
                return asyncio.run(self._send(request, ends - time.monotonic()))
            except NotSent as error:
                failure = error
        raise failure

    def _request(
        self, method: str, asked: httpx.URL, address: str, headers: Mapping[str, str], body: bytes | None
    ) -> httpx.Request:
        own = {name: value.get_secret_value() for name, value in self.settings.headers.items()}
        # a compressed answer could be of any size
        fixed = {"Host": asked.netloc.decode("ascii"), "Accept-Encoding": "identity", "User-Agent": "tweetgen"}
        limits = httpx.Timeout(self.settings.read_seconds, connect=self.settings.connect_seconds)
        return httpx.Request(
            method,
            # connecting by name would ask the name server again, and it might answer otherwise
            asked.copy_with(host=address),
            headers={**own, **headers, **fixed},
            content=body,
            # the certificate must still be the name's
            extensions={"sni_hostname": asked.raw_host.decode("ascii"), "timeout": limits.as_dict()},
        )

    async def _send(self, request: httpx.Request, seconds: float) -> Answer:
        attempt = _Attempt()
        request.extensions["trace"] = attempt.trace
        host = request.headers["Host"]
        try:
            async with asyncio.timeout(seconds):
                await self._exchange(request, attempt)
        except (httpx.HTTPError, OSError, TimeoutError) as error:
            why = " ".join(str(error).split()) or type(error).__name__
            if attempt.answer is None and attempt.begun:
                raise OutcomeUnknown(f"{host}: no answer, and it may have got the request ({why})") from error
            if attempt.answer is None:
                raise NotSent(f"{host}: cannot be reached ({why}); see that it runs") from error
        if attempt.answer is None:
            raise OutcomeUnknown(f"{host}: no answer")
        return attempt.answer

    async def _exchange(self, request: httpx.Request, attempt: _Attempt) -> None:
        async with (
            httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False) as transport,
            httpx.AsyncClient(transport=transport, trust_env=False, follow_redirects=False) as client,
        ):
            answer = await client.send(request, stream=True)
            attempt.answer = Answer(answer.status_code, dict(answer.headers), b"")
            body = bytearray()
            try:
                async for part in answer.aiter_raw():
                    body += part
                    if len(body) >= _LONGEST_ANSWER:
                        break
            finally:
                attempt.answer = Answer(answer.status_code, dict(answer.headers), bytes(body[:_LONGEST_ANSWER]))
                with suppress(httpx.HTTPError):
                    await answer.aclose()
