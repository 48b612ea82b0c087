"""The playground: texts in any voice and manner, and writing together with the network."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import QueryParams

from tweetgen.errors import Busy, TweetgenError, UnknownName
from tweetgen.web.asked import FEW, Asked
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Person, Reviewer, Role, Viewer
from tweetgen.web.site import Site
from tweetgen.web.wishes import LONGEST, LONGEST_NAME, SubmissionIn, TextOut

if TYPE_CHECKING:
    from tweetgen.model.model import Model

WRITE, TOGETHER = "/playground", "/playground/together"
#: of more accounts than that one is typed, not chosen
_MANY = 200
_SUGGESTIONS = 9
_LONGEST_ADDRESS = 20_000


@dataclass
class _Shown:
    """What a page of the playground shows, whatever is wrong with what was asked."""

    asked: Asked
    model: "Model | None" = None
    problem: TweetgenError | None = None

    @property
    def status(self) -> int:
        match self.problem:
            case None:
                return 200
            case UnknownName():
                return 404
            case Busy():
                return 503
            case _:
                return 422


def router(site: Site, rendering: Rendering) -> APIRouter:
    """Both pages, and the way from them to review."""
    routes = APIRouter()
    _write(routes, site, rendering)
    _together(routes, site, rendering)
    _submissions(routes, site)
    return routes


def _write(routes: APIRouter, site: Site, rendering: Rendering) -> None:
    @routes.get(WRITE)
    def write(request: Request, person: Viewer) -> Response:
        query = request.query_params
        shown, texts = _opened(query, site), []
        if shown.model is not None and _may_write(person):
            site.studio.warm(shown.model)
        if "write" in query and shown.model is not None and _may_write(person):
            try:
                orders = shown.asked.wish(query.get("from")).orders()
                with site.studio.turn():
                    texts = [TextOut.of(*each) for each in enumerate(shown.model.write(orders))]
            except TweetgenError as error:
                shown.problem = error
        first = {"from": str(texts[0].seed)} if texts else {}
        here = shown.asked.address(WRITE, **({"write": "1"} | first if texts else {}))
        return _show(rendering, request, site, shown, "playground/write.html", texts=texts, address=here)


def _together(routes: APIRouter, site: Site, rendering: Rendering) -> None:
    @routes.get(TOGETHER)
    def together(request: Request, person: Viewer) -> Response:
        query = request.query_params
        shown = _opened(query, site)
        text, lengths = _grown(query)
        ways: list[Any] = []
        if shown.model is not None and shown.problem is None and _may_write(person):
            try:
                voice = shown.asked.wish().voice
                with site.studio.turn():
                    ways = shown.model.continuations(text, voice, 2 * _SUGGESTIONS)
                # a word that was chosen is whole; one that was typed may still grow
                ways = [way for way in ways if not (lengths and _grows(way.text))][:_SUGGESTIONS]
            except TweetgenError as error:
                shown.problem = error
        here = shown.asked.address(TOGETHER, text=text)
        more = {"text": text, "lengths": lengths, "ways": ways, "address": here, "longest": LONGEST}
        return _show(rendering, request, site, shown, "playground/together.html", **more)


def _submissions(routes: APIRouter, site: Site) -> None:
    @routes.post("/playground/submissions")
    def submit(
        person: Reviewer,
        account: Annotated[str, Form(max_length=LONGEST_NAME)],
        asked: Annotated[str, Form(max_length=_LONGEST_ADDRESS, description="the query of the page")],
        seed: Annotated[int | None, Form(ge=0, lt=2**63)] = None,
        text: Annotated[str, Form(max_length=LONGEST, pattern=r"^[^\x00]*$")] = "",
    ) -> Response:
        wanted = Asked.of(QueryParams(asked), site)
        wish = wanted.wish()
        submission = SubmissionIn(
            model=site.studio.model(wanted.model).name,
            voice=wish.voice,
            text=text.replace("\r\n", "\n"),
            seed=seed,
            prefix=wish.prefix,
            writing=wish.writing,
        )
        pending = site.studio.submit(person.name, account, submission)
        page = TOGETHER if seed is None else WRITE
        return RedirectResponse(f"{page}?{asked}&sent={pending.number}", 303)


def _opened(query: QueryParams, site: Site) -> _Shown:
    """The model that is asked for, and what is wrong with it or with the voice."""
    shown = _Shown(Asked.of(query, site))
    try:
        shown.model = site.studio.model(shown.asked.model)
    except TweetgenError as error:
        shown.problem = error
        return shown
    authors = shown.model.authors
    shown.asked = shown.asked.among(authors, "author" in query)
    for author, _ in shown.asked.voice:
        if author not in authors:
            shown.problem = UnknownName("author", author, authors)
    return shown


def _grown(query: QueryParams) -> tuple[str, list[int]]:
    """The text with what was chosen, and its lengths before each choice; the last one may be taken back."""
    text = query.get("text", "").replace("\r\n", "\n").replace("\0", "")[:LONGEST]
    lengths = [int(at) for at in query.getlist("at") if at.isascii() and at.isdecimal() and len(at) < 6]
    lengths = [at for at in lengths if at <= len(text)]
    if "back" in query and lengths:
        return text[: lengths[-1]], lengths[:-1]
    if word := query.get("word", ""):
        return (text + word)[:LONGEST], [*lengths, len(text)]
    return text, lengths


def _grows(text: str) -> bool:
    """Whether this, appended, would make the word before it longer."""
    return text[:1].isalnum()


def _may_write(person: Person) -> bool:
    return person.role >= Role.REVIEWER


def _show(rendering: Rendering, request: Request, site: Site, shown: _Shown, template: str, **content: Any) -> Response:
    query = request.query_params
    sent = query.get("sent", "")
    return rendering.show(
        request,
        template,
        shown.status,
        asked=shown.asked,
        model=shown.model,
        problem=shown.problem,
        models=site.studio.names(),
        accounts=list(site.app.accounts),
        few=FEW,
        many=_MANY,
        may_write=_may_write(request.state.person),
        sent=sent if sent.isdecimal() else "",
        **content,
    )
