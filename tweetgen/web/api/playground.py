"""The network at work: texts written, told as they grow, gone on with; what is good is sent to review."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from tweetgen.domain import Candidate
from tweetgen.web.bounds import AS_IT_COMES, page_of
from tweetgen.web.live import Live
from tweetgen.web.roles import Reviewer, Viewer
from tweetgen.web.site import Site
from tweetgen.web.wishes import (
    LONGEST_NAME,
    PROBLEMS,
    AuthorsOut,
    ContinuationOut,
    ContinuationsIn,
    ContinuationsOut,
    SubmissionIn,
    SubmissionOut,
    TextOut,
    TextsIn,
    TextsOut,
)

LINES = "application/x-ndjson"
Named = Annotated[str, Path(max_length=LONGEST_NAME)]


class _Told(StreamingResponse):
    """Lines of JSON as they come; once nobody reads them, nothing more is written."""

    media_type = LINES

    def __init__(self, live: Live[bytes], lines: AsyncIterator[bytes]) -> None:
        super().__init__(lines, headers=AS_IT_COMES)
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._live.stop()


def router(site: Site) -> APIRouter:
    """Writing, continuations, submissions."""
    routes = APIRouter(tags=["playground"])
    _names(routes, site)
    _texts(routes, site)
    _submissions(routes, site)
    return routes


def _names(routes: APIRouter, site: Site) -> None:
    @routes.get("/models/{name}/authors", responses={404: PROBLEMS[404]})
    def authors(
        person: Viewer,
        name: Named,
        q: Annotated[str, Query(max_length=LONGEST_NAME, description="a part of the name")] = "",
        after: Annotated[str | None, Query(max_length=LONGEST_NAME)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 20,
    ) -> AuthorsOut:
        """The authors whom a model can write as."""
        del person
        wanted = q.casefold()
        fits = sorted((each for each in site.studio.model(name).authors if wanted in each.casefold()), key=_order)
        rest = fits if after is None else [each for each in fits if _order(each) > _order(after)]
        some, more = page_of(rest, limit, str)
        return AuthorsOut(items=some, next=more)


def _order(name: str) -> tuple[str, str]:
    return name.casefold(), name


def _texts(routes: APIRouter, site: Site) -> None:
    studio = site.studio

    @routes.post("/models/{name}/texts", responses=PROBLEMS)
    def write(person: Reviewer, name: Named, wanted: TextsIn) -> TextsOut:
        """Write texts."""
        del person
        with studio.turn():
            written = studio.model(name).write(wanted.orders())
        return TextsOut(items=[TextOut.of(index, each) for index, each in enumerate(written)])

    @routes.post(
        "/models/{name}/texts/stream",
        response_class=StreamingResponse,
        responses={**PROBLEMS, 200: {"content": {LINES: {}}, "description": "JSON lines, a piece of a text each"}},
    )
    async def stream(person: Reviewer, name: Named, wanted: TextsIn) -> StreamingResponse:
        """Write texts and tell them as they grow: lines `{index, piece}`, a text's last with `done` and all of it.

        Pieces put together are the text. Who goes away while it is written breaks it off.
        """
        del person

        def work(tell: Callable[[bytes], None]) -> None:
            with studio.turn():
                studio.model(name).write(wanted.orders(), heard=lambda *event: tell(_line(*event)))

        live = Live(work)
        batches = live.batches()
        first = await anext(batches)  # what is wrong comes before it

        async def lines() -> AsyncIterator[bytes]:
            yield b"".join(first)
            async for batch in batches:
                yield b"".join(batch)

        return _Told(live, lines())

    @routes.post("/models/{name}/continuations", responses=PROBLEMS)
    def go_on(person: Reviewer, name: Named, text: ContinuationsIn) -> ContinuationsOut:
        """The likeliest ways on from a text, each up to the end of a word."""
        del person
        with studio.turn():
            found = studio.model(name).continuations(text.text, text.voice, text.count)
        return ContinuationsOut(
            items=[ContinuationOut(text=one.text, probability=one.probability, ends=not one.text) for one in found]
        )


def _line(index: int, piece: str, done: Candidate | None) -> bytes:
    told = {"index": index, "piece": piece}
    if done is not None:
        told |= {"done": True, **TextOut.of(index, done).model_dump()}
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"


def _submissions(routes: APIRouter, site: Site) -> None:
    studio = site.studio

    @routes.post(
        "/accounts/{account}/submissions",
        status_code=201,
        responses={**PROBLEMS, 409: {"description": "the model writes another text with this seed by now"}},
    )
    def submit(person: Reviewer, account: Named, text: SubmissionIn) -> SubmissionOut:
        """Send a text to an account's review; its filters and its ranking judge it like every other."""
        pending = studio.submit(person.name, account, text)
        return SubmissionOut(number=pending.number, account=account, text=pending.text)
