"""The pages of the corpus: its authors in numbers, its posts by their words, its near-duplicates, and the purge."""

import re
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from tweetgen.errors import Conflict
from tweetgen.pipeline.purge import known_author, learnt_from
from tweetgen.pipeline.search import search_page
from tweetgen.store.deeds import By
from tweetgen.web.api.corpus import (
    LONGEST_NAME,
    LONGEST_WORDS,
    PLACE,
    After,
    PurgeIn,
    chosen,
    cursor,
    members,
    place_of,
    purged,
    still_configured,
)
from tweetgen.web.bounds import LARGEST, Number, page_of
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Admin, Viewer
from tweetgen.web.site import Site
from tweetgen.web.spans import Ruler

VIA = "web"
_AUTHORS, _POSTS, _CLUSTERS = 50, 30, 20
#: of more authors, none is suggested in the field for one
_MOST_SUGGESTED = 500
Name = Annotated[str, Query(max_length=LONGEST_NAME)]


def router(site: Site, rendering: Rendering) -> APIRouter:
    """The pages of the corpus."""
    routes = APIRouter(prefix="/corpus")
    _add_numbers(routes, site, rendering)
    _add_posts(routes, site, rendering)
    _add_clusters(routes, site, rendering)
    _add_purge(routes, site, rendering)
    return routes


def _add_numbers(routes: APIRouter, site: Site, rendering: Rendering) -> None:
    @routes.get("")
    def numbers(
        request: Request,
        person: Viewer,
        page: Annotated[int, Query(ge=1, le=10**6)] = 1,
        purged: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
        held: Annotated[str, Query(max_length=1000)] = "",
    ) -> Response:
        del person
        found = site.counting.overview(site.store)
        largest_first = sorted(found.authors, key=lambda one: (-one.posts, one.author))
        begin = (page - 1) * _AUTHORS
        return rendering.show(
            request,
            "corpus/corpus.html",
            of=found,
            authors=largest_first[begin : begin + _AUTHORS],
            most=largest_first[0].posts if largest_first else 0,
            page=page,
            pages=max(1, -(-len(largest_first) // _AUTHORS)),
            ruler=Ruler.of(found.first, found.last),
            configured=still_configured(site, found.sources),
            suggested=_suggested(site),
            purged=purged,
            held=held,
        )


def _add_posts(routes: APIRouter, site: Site, rendering: Rendering) -> None:
    @routes.get("/posts")
    def posts(
        request: Request,
        person: Viewer,
        q: Annotated[str, Query(max_length=LONGEST_WORDS)] = "",
        author: Name = "",
        after: After = 0,
    ) -> Response:
        del person
        known_author(site.store, author or None)
        found = search_page(site.store, q, author or None, _POSTS, after)
        kept = {name: value for name, value in (("q", q), ("author", author)) if value}
        return rendering.show(
            request,
            "corpus/posts.html",
            posts=found.posts,
            through=found.through,
            newest=site.store.browse.extent().newest,
            more=urlencode({**kept, "after": found.through or 0}),
            again=urlencode(kept),
            q=q,
            author=author,
            after=after,
            suggested=_suggested(site),
            marked=lambda text: marked(text, q),
        )


def _add_clusters(routes: APIRouter, site: Site, rendering: Rendering) -> None:
    @routes.get("/duplicates")
    def clusters(
        request: Request, person: Viewer, after: Annotated[str | None, Query(pattern=PLACE)] = None
    ) -> Response:
        del person
        some, more = page_of(site.store.browse.clusters(_CLUSTERS + 1, place_of(after)), _CLUSTERS, cursor)
        return rendering.show(
            request,
            "corpus/clusters.html",
            clusters=some,
            more=more or "",
            after=after,
            waiting=site.store.browse.extent().unclustered,
        )

    @routes.get("/duplicates/{number}")
    def cluster(request: Request, person: Viewer, number: Number, after: After = 0) -> Response:
        del person
        some, more = page_of(members(site, number, _POSTS + 1, after), _POSTS, lambda one: one.number)
        shown: dict[str, Any] = {"posts": some, "more": more, "number": number, "after": after}
        return rendering.show(request, "corpus/cluster.html", **shown)


def _add_purge(routes: APIRouter, site: Site, rendering: Rendering) -> None:
    def confirmation(request: Request, author: str, source: str, changed: str = "") -> Response:
        found = chosen(site, author or None, source or None)
        content: dict[str, Any] = {
            "doomed": found,
            "author": author,
            "source": source,
            "learnt": learnt_from(site.app.weights_folders, found.names).files,
            "configured": still_configured(site, found.sources),
            "changed": changed,
        }
        return rendering.show(request, "corpus/purge.html", 409 if changed else 200, **content)

    @routes.get("/purge")
    def confirm(request: Request, person: Admin, author: Name = "", source: Name = "") -> Response:
        del person
        return confirmation(request, author, source)

    @routes.post("/purge")
    def purge(
        request: Request,
        person: Admin,
        posts: Annotated[int, Form(ge=1, le=LARGEST)],
        author: Annotated[str, Form(max_length=LONGEST_NAME)] = "",
        source: Annotated[str, Form(max_length=LONGEST_NAME)] = "",
    ) -> Response:
        wanted = PurgeIn(author=author or None, source=source or None, posts=posts)
        try:
            done = purged(site, wanted, By(person.name, VIA))
        except Conflict as error:
            return confirmation(request, author, source, str(error))
        told = {"purged": done.posts, "held": ", ".join(done.busy)[:1000]}
        return RedirectResponse(f"/corpus?{urlencode({name: value for name, value in told.items() if value})}", 303)


def marked(text: str, words: str) -> list[tuple[str, bool]]:
    """The text in parts, and whether each is what was looked for."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    if not pattern:
        return [(text, False)]
    parts = re.split(f"({pattern})", text, flags=re.IGNORECASE)
    return [(part, place % 2 == 1) for place, part in enumerate(parts) if part]


def _suggested(site: Site) -> list[str]:
    """Authors to choose from, where they are not too many."""
    authors = site.counting.overview(site.store).authors
    return [one.author for one in authors] if len(authors) <= _MOST_SUGGESTED else []
