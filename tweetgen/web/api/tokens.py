"""API tokens: each person's own, shown once when they are made; an admin sees and ends everybody's."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tweetgen.pipeline.people import LEAST_DAYS, LONGEST_NAME, LONGEST_PURPOSE, MOST_DAYS, People, plain
from tweetgen.store.api_tokens import ApiToken, absent
from tweetgen.store.deeds import By
from tweetgen.web.api.users import VIA, Word, word
from tweetgen.web.bounds import LARGEST, Number, page_of
from tweetgen.web.roles import Person, Role, Viewer
from tweetgen.web.site import Site

_NOT_THERE: dict[int | str, dict[str, Any]] = {404: {"description": "there is none of that number that you may see"}}


class TokenOut(BaseModel):
    """What is known of one; the token itself is not."""

    number: int
    owner: str
    purpose: str
    role: Word
    created_at: AwareDatetime
    expires_at: AwareDatetime
    #: to the minute
    used_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class NewTokenOut(TokenOut):
    """The only answer that ever shows it."""

    token: str


class TokensOut(BaseModel):
    """Some of them, the newest first; `next` is what `after` must be for more."""

    items: list[TokenOut]
    next: int | None


class TokenIn(BaseModel):
    """What is asked for."""

    model_config = ConfigDict(extra="forbid")

    purpose: Annotated[str, Field(min_length=1, max_length=LONGEST_PURPOSE, pattern=r"\S")]
    role: Word
    days: Annotated[int, Field(ge=LEAST_DAYS, le=MOST_DAYS)] = 90


def router(site: Site) -> APIRouter:
    """What is asked about API tokens."""
    routes = APIRouter(tags=["people"])

    @routes.get("/tokens", response_model=TokensOut)
    def tokens(
        person: Viewer,
        owner: Annotated[str | None, Query(max_length=LONGEST_NAME)] = None,
        after: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> TokensOut:
        whose = person.name if owner is None else plain(owner)
        if whose != person.name and person.role < Role.ADMIN:
            raise HTTPException(403, "only an admin sees the API tokens of others")
        found = site.store.api_tokens.list(whose, limit + 1, after)
        some, more = page_of(found, limit, lambda one: one.number)
        return TokensOut(items=[TokenOut(**_out(one)) for one in some], next=more)

    @routes.post("/tokens", response_model=NewTokenOut, status_code=201)
    def make(person: Viewer, wanted: TokenIn) -> NewTokenOut:
        role = scope_of(person, Role.of(wanted.role))
        people, by = People(site.store, site.passwords), By(person.name, VIA)
        made, token = people.make_token(person.name, wanted.purpose, role, wanted.days, site.now(), by)
        return NewTokenOut(**_out(made), token=token)

    @routes.get("/tokens/{number}", response_model=TokenOut, responses=_NOT_THERE)
    def token(person: Viewer, number: Number) -> TokenOut:
        return TokenOut(**_out(own(site, person, number)))

    @routes.delete("/tokens/{number}", status_code=204, responses=_NOT_THERE)
    def revoke(person: Viewer, number: Number) -> None:
        site.store.api_tokens.revoke(own(site, person, number).number, site.now(), By(person.name, VIA))

    return routes


def scope_of(person: Person, wanted: Role) -> Role:
    """The role of a token to be made. Raises HTTPException for more than its maker may, or one made by a token."""
    if person.by_token:  # one that leaked could otherwise outlive its end
        raise HTTPException(403, "no API token makes another: log in for that")
    if wanted > person.role:
        raise HTTPException(403, f"{person.name} is a {person.role.word}, so no API token can be a {wanted.word}")
    return wanted


def own(site: Site, person: Person, number: int) -> ApiToken:
    """The token of this number, if it is this person's or they are an admin. Raises `Absent`."""
    found = site.store.api_tokens.get(number)
    if found.owner != person.name and person.role < Role.ADMIN:
        raise absent(number)
    return found


def _out(token: ApiToken) -> dict[str, Any]:
    names = ("number", "owner", "purpose", "created_at", "expires_at", "used_at", "revoked_at")
    return {name: getattr(token, name) for name in names} | {"role": word(token.role)}
