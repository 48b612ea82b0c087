"""The service as it is seen from outside: what ran, what failed, what is next, what is spent and held."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from tweetgen.pipeline.status import report
from tweetgen.web.reporting import MOST, some_accounts
from tweetgen.web.roles import Viewer
from tweetgen.web.site import Site


class StatusOut(BaseModel):
    """Times are UTC."""

    at: datetime
    #: who serves; none: nothing runs by itself
    daemons: list[dict[str, Any]]
    #: the pause of all
    paused: dict[str, Any] | None
    #: by name
    accounts: dict[str, dict[str, Any]]
    #: of the instance: by step what it last came to
    steps: dict[str, dict[str, Any]]
    #: of the instance: by step when it is next
    next: dict[str, dict[str, Any]]
    #: lately, the newest first
    failures: list[dict[str, Any]]
    #: what somebody has to know and is not over
    notices: list[dict[str, Any]]
    #: by app in dollars, with a forecast for the month
    costs: list[dict[str, Any]]
    #: how much of its limits each account has used
    limits: list[dict[str, Any]]
    #: what apps still allow
    rates: list[dict[str, Any]]
    #: destinations that wait, or that wait for a person
    held: list[dict[str, Any]]
    #: the account after which the next page begins
    after: str | None


def router(site: Site) -> APIRouter:
    """The status."""
    routes = APIRouter(tags=["status"])

    @routes.get("/status", response_model=StatusOut)
    def get_status(
        person: Viewer,
        after: Annotated[str | None, Query(max_length=200, description="the name of the last account")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = MOST,
    ) -> dict[str, Any]:
        """All of it; accounts by name, so many at a time."""
        accounts, more = some_accounts(site.app, after, limit)
        return {**report(site.store, accounts, site.now()), "after": more}

    return routes
