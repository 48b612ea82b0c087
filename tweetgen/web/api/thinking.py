"""How a model reads a text: every token's probability, where attention looked, whose hand it shows."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from tweetgen.web.model_queries import ModelName
from tweetgen.web.roles import Viewer
from tweetgen.web.site import Site
from tweetgen.web.thoughts import LONGEST, ExplanationOut, think
from tweetgen.web.wishes import Name, Voice

#: authors asked for besides those of the voice
MOST_AUTHORS = 16
MOST_ALTERNATIVES = 20
_PROBLEMS: dict[int | str, Any] = {
    404: {"description": "no such model, or it knows no such author"},
    503: {"description": "too many ask the network at the same time"},
}


class ThoughtsIn(BaseModel):
    """What is to be explained."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=LONGEST)
    voice: Voice = Field(default_factory=dict)
    authors: list[Name] = Field(
        default_factory=list,
        max_length=MOST_AUTHORS,
        description="to be compared, too, where the model knows more than 64",
    )
    alternatives: int = Field(10, ge=0, le=MOST_ALTERNATIVES)


def router(site: Site) -> APIRouter:
    """Thoughts."""
    routes = APIRouter(tags=["playground"])

    @routes.post("/models/{name}/thoughts", responses=_PROBLEMS)
    def thoughts(person: Viewer, name: ModelName, asked: ThoughtsIn) -> ExplanationOut:
        """Explain a text as the voice would have written it; nothing is kept."""
        del person
        with site.studio.turn():
            return think(site.studio.model(name), asked.text, asked.voice, asked.authors, asked.alternatives)

    return routes
