"""The pages of models: all of them, one, and two side by side."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tweetgen.pipeline.compare import compare, parent_of
from tweetgen.pipeline.profiles import Profile
from tweetgen.pipeline.showcase import NOBODY, Wanted
from tweetgen.pipeline.voting import common_authors, result_of
from tweetgen.web.model_charts import MOST_AUTHORS, author_rows, bare_curve, held_out, learning
from tweetgen.web.model_queries import ModelName, OptionalModel, Wish
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Reviewer, Role, Viewer
from tweetgen.web.site import Site


class _Views:
    """What the pages show."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def all(self) -> list[Profile]:
        """Every file, the broken ones last."""
        found = self._site.profiles.all(self._site.app.weights_folders)
        return sorted(found, key=lambda each: each.problem is not None)

    def one(self, name: str, wanted: Wanted | None) -> dict[str, Any]:
        """A model; with what was `wanted` also samples of it."""
        found = self._get(name)
        parent = parent_of(found, self.all())
        return {
            "of": found,
            "chart": learning(found),
            "rows": author_rows(found),
            "most": MOST_AUTHORS,
            "change": None if parent is None else compare(parent, found.record),
            "models": [each for each in self.all() if each.name != name and each.problem is None],
            "wanted": wanted or Wanted(author=next(iter(found.card.authors), NOBODY)),
            "texts": None if wanted is None else self._site.showcase.samples(found, wanted),
        }

    def both(self, a: str, b: str, wanted: Wanted | None) -> dict[str, Any]:
        """Two models; with what was `wanted` also samples of both."""
        one, other = self._get(a), self._get(b)
        authors = common_authors(one, other)
        texts = [] if wanted is None else [self._site.showcase.samples(each, wanted) for each in (one, other)]
        return {
            "one": one,
            "other": other,
            "found": compare(one.record, other.record),
            "chart": held_out(one, other),
            "authors": authors,
            "votes": result_of(one, other, self._site.store.votes),
            "wanted": wanted or Wanted(author=next(iter(authors), NOBODY)),
            "pairs": list(zip(*texts, strict=True)),
            "most": MOST_AUTHORS,
        }

    def _get(self, name: str) -> Profile:
        return self._site.profiles.get(name, self._site.app.weights_folders)


def router(site: Site, rendering: Rendering) -> APIRouter:
    """The pages of models."""
    routes = APIRouter(prefix="/models")
    views, shown = _Views(site), rendering.show

    @routes.get("")
    def models(request: Request, person: Viewer) -> Response:
        found = [(each, bare_curve(each)) for each in views.all()]
        return shown(request, "models/list.html", found=found, may_vote=person.role >= Role.REVIEWER)

    @routes.get("/compare")
    def compared(request: Request, person: Viewer, a: OptionalModel = "", b: OptionalModel = "") -> Response:
        if not (a and b):
            return RedirectResponse("/models", 303)
        return shown(request, "models/compare.html", **views.both(a, b, None))

    @routes.get("/compare/samples")
    def samples_of_both(
        request: Request, person: Reviewer, wanted: Wish, a: OptionalModel, b: OptionalModel
    ) -> Response:
        return shown(request, "models/compare.html", **views.both(a, b, wanted))

    @routes.get("/{name}")
    def model(request: Request, person: Viewer, name: ModelName) -> Response:
        return shown(request, "models/model.html", **views.one(name, None))

    @routes.get("/{name}/samples")
    def samples(request: Request, person: Reviewer, name: ModelName, wanted: Wish) -> Response:
        return shown(request, "models/model.html", **views.one(name, wanted))

    return routes
