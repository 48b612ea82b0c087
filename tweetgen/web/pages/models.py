"""The pages of models: all of them, one, and two side by side."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tweetgen.pipeline.compare import compare, parent_of
from tweetgen.pipeline.profiles import Profile
from tweetgen.pipeline.showcase import Wanted
from tweetgen.pipeline.voting import common_authors, result_of
from tweetgen.web.model_charts import MOST_AUTHORS, author_rows, bare_curve, held_out, learning
from tweetgen.web.model_queries import AskedAuthor, Count, ModelName, OptionalModel, Prefix, Seed, Temperature
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Reviewer, Role, Viewer
from tweetgen.web.site import Site


def router(site: Site, rendering: Rendering) -> APIRouter:
    """The pages of models."""
    routes = APIRouter(prefix="/models")
    shown = rendering.show

    def everything() -> list[Profile]:
        return site.profiles.all(site.app.weights_folders)

    def profile(name: str) -> Profile:
        return site.profiles.get(name, site.app.weights_folders)

    def side_by_side(request: Request, a: str, b: str, wanted: Wanted | None) -> Response:
        one, other = profile(a), profile(b)
        sound = one.problem is None and other.problem is None and one.digest != other.digest
        content: dict[str, Any] = {
            "one": one,
            "other": other,
            "sound": sound,
            "found": compare(one.record, other.record),
            "chart": held_out(one, other),
            "authors": common_authors(one, other),
            "votes": result_of(one, other, site.store.votes),
            "wanted": wanted or Wanted(author=next(iter(common_authors(one, other)), "")),
            "models": everything(),
            "most": MOST_AUTHORS,
        }
        if wanted is not None:
            texts = (site.showcase.samples(each, wanted) for each in (one, other))
            content["pairs"] = list(zip(*texts, strict=True))
        return shown(request, "models/compare.html", **content)

    def in_full(request: Request, name: str, wanted: Wanted | None) -> Response:
        found = profile(name)
        parent = parent_of(found, everything())
        return shown(
            request,
            "models/model.html",
            of=found,
            chart=learning(found),
            rows=author_rows(found),
            most=MOST_AUTHORS,
            change=None if parent is None else compare(parent, found.record),
            models=[each for each in everything() if each.name != name and each.problem is None],
            wanted=wanted or Wanted(author=next(iter(found.card.authors), "")),
            texts=None if wanted is None else site.showcase.samples(found, wanted),
        )

    @routes.get("")
    def models(request: Request, person: Viewer) -> Response:
        found = [(each, bare_curve(each)) for each in sorted(everything(), key=lambda each: each.problem is not None)]
        return shown(request, "models/list.html", found=found, may_vote=person.role >= Role.REVIEWER)

    @routes.get("/compare")
    def compared(request: Request, person: Viewer, a: OptionalModel = "", b: OptionalModel = "") -> Response:
        if not (a and b):
            return RedirectResponse("/models", 303)
        return side_by_side(request, a, b, None)

    @routes.get("/compare/samples")
    def samples_of_both(
        request: Request,
        person: Reviewer,
        a: OptionalModel,
        b: OptionalModel,
        author: AskedAuthor = "",
        temperature: Temperature = 0.8,
        prefix: Prefix = "",
        seed: Seed = 1,
        count: Count = 5,
    ) -> Response:
        return side_by_side(request, a, b, Wanted(author, temperature, prefix, seed, count))

    @routes.get("/{name}")
    def model(request: Request, person: Viewer, name: ModelName) -> Response:
        return in_full(request, name, None)

    @routes.get("/{name}/samples")
    def samples(
        request: Request,
        person: Reviewer,
        name: ModelName,
        author: AskedAuthor = "",
        temperature: Temperature = 0.8,
        prefix: Prefix = "",
        seed: Seed = 1,
        count: Count = 5,
    ) -> Response:
        return in_full(request, name, Wanted(author, temperature, prefix, seed, count))

    return routes
