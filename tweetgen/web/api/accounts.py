"""Accounts as they stand; paused and resumed, one or all ("*")."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from tweetgen.config import Account
from tweetgen.pipeline import pausing
from tweetgen.pipeline.accounts import Standing, standings
from tweetgen.store.accounts import EVERY, AccountState
from tweetgen.web.api.slots import hand_of
from tweetgen.web.bounds import LONGEST_REASON
from tweetgen.web.reporting import some_accounts
from tweetgen.web.roles import Publisher, Viewer
from tweetgen.web.site import Site

_UNKNOWN: dict[int | str, Any] = {404: {"description": "there is no account of that name"}}
Name = Annotated[str, Path(min_length=1, max_length=200)]


class PauseOut(BaseModel):
    """A pause that holds."""

    #: "*" where it holds all accounts
    account: str
    since: datetime
    by: str
    reason: str


class AccountOut(BaseModel):
    """One account as it stands."""

    name: str
    about: str
    timezone: str
    voice: dict[str, float]
    model: str
    paused: PauseOut | None
    pending: int
    approved: int
    stock: int
    #: the next five
    next_posts: list[datetime]
    #: those that are enabled
    destinations: list[str]
    #: one line each: what keeps it from writing or posting
    problems: list[str]


class AccountsOut(BaseModel):
    """Accounts by name."""

    items: list[AccountOut]
    next: str | None
    #: the pause of all
    paused: PauseOut | None


class PauseIn(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field("", max_length=LONGEST_REASON)


class PausedOut(BaseModel):
    """What holds an account now."""

    account: str
    paused: PauseOut | None


def pause_out(state: AccountState | None) -> PauseOut | None:
    """A pause to be shown, None where none holds."""
    if state is None or state.paused_at is None:
        return None
    return PauseOut(account=state.account, since=state.paused_at, by=state.paused_by, reason=state.pause_reason)


def _account_out(standing: Standing, account: Account) -> AccountOut:
    return AccountOut(
        name=standing.account,
        about=account.about,
        timezone=account.timezone,
        voice=dict(account.voice),
        model=account.model,
        paused=pause_out(standing.pause),
        pending=standing.pending,
        approved=standing.approved,
        stock=account.stock,
        next_posts=list(standing.next_posts),
        destinations=[one.name for one in account.destinations if one.delivery.enabled],
        problems=list(standing.problems),
    )


def router(site: Site) -> APIRouter:
    """Accounts."""
    routes = APIRouter(tags=["accounts"])

    def standing(names: list[str]) -> list[AccountOut]:
        app = site.app
        chosen = {name: app.accounts[name] for name in names}
        found = standings(app.store, chosen, app.weights_folders, site.now(), posts=5)
        return [_account_out(one, chosen[one.account]) for one in found]

    def held(name: str) -> PausedOut:
        states = site.store.accounts.states()
        return PausedOut(account=name, paused=pause_out(states.get(name)) or pause_out(states.get(EVERY)))

    def check(name: str) -> None:
        if name != EVERY:
            pausing.check_names(site.store, site.app.accounts, [name])

    @routes.get("/accounts", response_model=AccountsOut)
    def list_accounts(
        person: Viewer,
        after: Annotated[str | None, Query(max_length=200, description="the name of the last one")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> AccountsOut:
        """Accounts by name, and the pause of all."""
        chosen, more = some_accounts(site.app, after, limit)
        everybody = pause_out(site.store.accounts.states().get(EVERY))
        return AccountsOut(items=standing(list(chosen)), next=more, paused=everybody)

    @routes.get("/accounts/{name}", response_model=AccountOut, responses=_UNKNOWN)
    def get_account(person: Viewer, name: Name) -> AccountOut:
        """One account."""
        site.app.account(name)
        return standing([name])[0]

    @routes.post("/accounts/{name}/pause", response_model=PausedOut, responses=_UNKNOWN)
    def pause(person: Publisher, name: Name, wanted: PauseIn) -> PausedOut:
        """From now on nothing is sent for it; `*` is the kill switch for all."""
        check(name)
        pausing.pause(hand_of(site, person), name, wanted.reason.strip())
        return held(name)

    @routes.post("/accounts/{name}/resume", response_model=PausedOut, responses=_UNKNOWN)
    def resume(person: Publisher, name: Name) -> PausedOut:
        """End its pause; `*` ends that of all, and those paused by name stay so."""
        check(name)
        pausing.resume(hand_of(site, person), name)
        return held(name)

    return routes
