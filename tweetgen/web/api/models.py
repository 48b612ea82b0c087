"""Models: what each weights file says of itself, two side by side, and samples on request."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from tweetgen.pipeline.compare import compare, parent_of
from tweetgen.pipeline.profiles import Profile
from tweetgen.web.bounds import page_of
from tweetgen.web.model_json import ComparisonJson, ModelJson, SamplesJson, SummariesJson, comparison, summary, whole
from tweetgen.web.model_queries import AskedModel, ModelName, Wish
from tweetgen.web.roles import Reviewer, Viewer
from tweetgen.web.site import Site

_ABSENT: dict[int | str, dict[str, Any]] = {404: {"description": "no such model or author"}}
_UNWRITABLE: dict[int | str, dict[str, Any]] = {
    **_ABSENT,
    422: {"description": "a value that does not fit, or a broken model"},
}


def router(site: Site) -> APIRouter:
    """The routes of models."""
    routes = APIRouter(tags=["models"])

    def profile(name: str) -> Profile:
        return site.profiles.get(name, site.app.weights_folders)

    @routes.get("/models", summary="Every weights file, broken ones with why")
    def models(
        person: Viewer,
        after: Annotated[str | None, Query(max_length=255, description="`next` of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> SummariesJson:
        found = sorted(site.profiles.all(site.app.weights_folders), key=lambda each: each.name)
        rest = [each for each in found if after is None or each.name > after]
        some, more = page_of(rest, limit, lambda each: each.name)
        return SummariesJson(items=[summary(each) for each in some], next=more)

    @routes.get("/models/compare", summary="Two models side by side", responses=_ABSENT)
    def compared(person: Viewer, a: AskedModel, b: AskedModel) -> ComparisonJson:
        return comparison(compare(profile(a).record, profile(b).record))

    @routes.get("/models/{name}", summary="All that a weights file says of itself", responses=_ABSENT)
    def model(person: Viewer, name: ModelName) -> ModelJson:
        found = profile(name)
        parent = parent_of(found, site.profiles.all(site.app.weights_folders))
        return whole(found, None if parent is None else compare(parent, found.record))

    @routes.get("/models/{name}/samples", summary="Texts it writes, the same at every request", responses=_UNWRITABLE)
    def samples(person: Reviewer, name: ModelName, wanted: Wish) -> SamplesJson:
        return SamplesJson(
            model=name,
            author=wanted.author,
            temperature=wanted.temperature,
            prefix=wanted.prefix,
            seed=wanted.seed,
            texts=list(site.showcase.samples(profile(name), wanted)),
        )

    return routes
