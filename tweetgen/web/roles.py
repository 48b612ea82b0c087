"""Who asks, and what they may do: every route names the least role it is for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, HTTPException, Request

from tweetgen.domain import Role as Role


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks."""

    name: str
    role: Role
    #: what their forms' tokens are made for: a login, or "" where none is needed
    session: str = ""
    #: by an API token: no browser is involved, so nobody can make one ask unawares
    by_token: bool = False


class Needs:
    """Lets a request through whose sender has at least this role; None: everybody, nobody asks who it is.

    Raises HTTPException 401 for nobody known, 403 for too low a role or for a form that is not ours.
    """

    def __init__(self, role: Role | None) -> None:
        self.role = role

    async def __call__(self, request: Request) -> Person | None:
        if self.role is None:
            return None
        enter: Callable[[Request], Awaitable[Person | None]] = request.app.state.enter
        person = await enter(request)
        if person is None:
            raise HTTPException(401, "log in first", {"WWW-Authenticate": "Bearer"})
        if person.role < self.role:
            raise HTTPException(403, f"this needs the role {self.role.word}; {person.name} is a {person.role.word}")
        return person

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Needs) and other.role == self.role

    def __hash__(self) -> int:
        return hash(self.role)


Viewer: TypeAlias = Annotated[Person, Depends(Needs(Role.VIEWER))]
Reviewer: TypeAlias = Annotated[Person, Depends(Needs(Role.REVIEWER))]
Publisher: TypeAlias = Annotated[Person, Depends(Needs(Role.PUBLISHER))]
Admin: TypeAlias = Annotated[Person, Depends(Needs(Role.ADMIN))]
#: of a route that is for everybody
Unasked = Depends(Needs(None))
