"""Who asks, and for admins who else may enter. They are let in on the command line, where a password can be typed."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict

from tweetgen.pipeline.people import LONGEST_NAME, plain
from tweetgen.store.deeds import By
from tweetgen.store.users import User
from tweetgen.web.bounds import page_of
from tweetgen.web.roles import Admin, Person, Role, Viewer
from tweetgen.web.site import Site

VIA = "api"
Word = Literal["viewer", "reviewer", "publisher", "admin"]
Name = Annotated[str, Path(min_length=1, max_length=LONGEST_NAME)]
_NOT_THERE: dict[int | str, dict[str, Any]] = {
    403: {"description": "not about oneself"},
    404: {"description": "there is no such user"},
}


class MeOut(BaseModel):
    """Who asks."""

    name: str
    role: Word
    by_token: bool
    #: false where nobody needs to log in
    logged_in: bool


class UserOut(BaseModel):
    """Somebody who may enter."""

    name: str
    role: Word
    created_at: AwareDatetime


class UsersOut(BaseModel):
    """Some of them, by name; `next` is what `after` must be for more."""

    items: list[UserOut]
    next: str | None


class RoleIn(BaseModel):
    """What somebody is to be."""

    model_config = ConfigDict(extra="forbid")

    role: Word


def router(site: Site) -> APIRouter:
    """What is asked about people."""
    routes = APIRouter(tags=["people"])

    @routes.get("/me", response_model=MeOut)
    def me(person: Viewer) -> MeOut:
        logged_in = person.by_token or bool(person.session)
        return MeOut(name=person.name, role=word(person.role), by_token=person.by_token, logged_in=logged_in)

    @routes.get("/users", response_model=UsersOut)
    def users(
        person: Admin,
        after: Annotated[str, Query(max_length=LONGEST_NAME)] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> UsersOut:
        del person
        found = [user for user in site.store.users.all() if user.name > after]
        some, more = page_of(found, limit, lambda user: user.name)
        return UsersOut(items=[_out(user) for user in some], next=more)

    @routes.get("/users/{name}", response_model=UserOut, responses=_NOT_THERE)
    def user(person: Admin, name: Name) -> UserOut:
        del person
        found = site.store.users.get(plain(name))
        if found is None:
            raise HTTPException(404, f"there is no user {name}")
        return _out(found)

    @routes.put("/users/{name}/role", response_model=UserOut, responses=_NOT_THERE)
    def set_role(person: Admin, name: Name, wanted: RoleIn) -> UserOut:
        site.store.users.set_role(another(person, name), Role.of(wanted.role), site.now(), By(person.name, VIA))
        return user(person, name)

    @routes.delete("/users/{name}", status_code=204, responses=_NOT_THERE)
    def remove(person: Admin, name: Name) -> None:
        site.store.users.remove(another(person, name), site.now(), By(person.name, VIA))

    return routes


def another(person: Person, name: str) -> str:
    """The name, of somebody else. Raises HTTPException: the last admin must not end up outside."""
    if plain(name) == person.name:
        raise HTTPException(403, "nobody can do this to themselves; on this machine: tweetgen users --help")
    return plain(name)


def word(role: Role) -> Word:
    """As answers write it."""
    words: dict[Role, Word] = {
        Role.VIEWER: "viewer",
        Role.REVIEWER: "reviewer",
        Role.PUBLISHER: "publisher",
        Role.ADMIN: "admin",
    }
    return words[role]


def _out(user: User) -> UserOut:
    return UserOut(name=user.name, role=word(user.role), created_at=user.created_at)
