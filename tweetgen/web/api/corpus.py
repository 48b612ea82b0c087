"""The corpus: in numbers, by its words, by its near-duplicates; and away with some of it."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tweetgen.domain import Kind
from tweetgen.errors import Absent, InputError
from tweetgen.pipeline.overview import Overview
from tweetgen.pipeline.purge import Doomed, clear_up, doomed, known_author, learnt_from
from tweetgen.pipeline.search import search_page
from tweetgen.store import AuthorSummary, StoredPost
from tweetgen.store.browsing import Cluster
from tweetgen.store.deeds import By
from tweetgen.web.bounds import LARGEST, Number, page_of
from tweetgen.web.roles import Admin, Viewer
from tweetgen.web.site import Site

VIA = "api"
LONGEST_NAME = 200
LONGEST_WORDS = 500
Name = Annotated[str | None, Query(min_length=1, max_length=LONGEST_NAME)]
After = Annotated[int, Query(ge=0, le=LARGEST, description="what `next` said")]
Limit = Annotated[int, Query(ge=1, le=200)]
#: posts in a cluster and its number
PLACE = r"^[0-9]{1,18}-[0-9]{1,18}$"
_UNKNOWN: dict[int | str, Any] = {404: {"description": "there is no such author, source or cluster"}}
_CHANGED: dict[int | str, Any] = {409: {"description": "posts have come or gone since: nothing was deleted"}}


class AuthorOut(BaseModel):
    """One author's posts in numbers."""

    author: str
    posts: int
    trainable: int
    characters: int
    first: AwareDatetime | None
    last: AwareDatetime | None
    duplicates: int
    kinds: dict[Kind, int]

    @classmethod
    def of(cls, one: AuthorSummary) -> "AuthorOut":
        return cls.model_validate(one, from_attributes=True)


class AuthorsOut(BaseModel):
    """Some authors, by name; `next` is what `after` must be for more."""

    items: list[AuthorOut]
    next: str | None


class CorpusOut(BaseModel):
    """All posts in numbers."""

    posts: int
    authors: int
    trainable: int
    characters: int
    first: AwareDatetime | None
    last: AwareDatetime | None
    duplicates: int
    kinds: dict[Kind, int]
    #: posts by source
    sources: dict[str, int]

    @classmethod
    def of(cls, found: Overview) -> "CorpusOut":
        names = ("posts", "trainable", "characters", "first", "last", "duplicates", "kinds")
        rest = {name: getattr(found, name) for name in names}
        return cls(authors=len(found.authors), sources=dict(found.sources), **rest)


class PostOut(BaseModel):
    """One post."""

    number: int
    author: str
    text: str
    created_at: AwareDatetime | None
    kind: Kind
    source: str
    provenance: str
    trainable: bool
    cluster: int | None

    @classmethod
    def of(cls, stored: StoredPost) -> "PostOut":
        post = stored.post
        return cls(
            number=stored.number,
            author=post.author,
            text=post.text,
            created_at=post.created_at,
            kind=post.kind,
            source=post.source,
            provenance=post.provenance,
            trainable=post.trainable,
            cluster=stored.cluster,
        )


class PostsOut(BaseModel):
    """Some posts; `next` is what `after` must be for more, and there may be more even where `items` is empty."""

    items: list[PostOut]
    next: int | None


class ClusterOut(BaseModel):
    """Posts that nearly repeat each other, by the number of the first."""

    number: int
    posts: int
    first: PostOut

    @classmethod
    def of(cls, one: Cluster) -> "ClusterOut":
        return cls(number=one.first.number, posts=one.posts, first=PostOut.of(one.first))


class ClustersOut(BaseModel):
    """Some clusters, the largest first; `next` is what `after` must be for more."""

    items: list[ClusterOut]
    next: str | None


class LearntOut(BaseModel):
    """A model that learnt from authors of these posts; that stays, whatever is purged."""

    model: str
    authors: list[str]


class DoomedOut(BaseModel):
    """What a purge would delete."""

    posts: int
    #: posts by author
    authors: dict[str, int]
    #: posts by source
    sources: dict[str, int]
    models: list[LearntOut]
    #: sources that are still configured; they bring what is new there, and not these posts again
    configured: list[str]


class PurgeIn(BaseModel):
    """What to delete for good: posts of an author, of a source, or of one from the other."""

    model_config = ConfigDict(extra="forbid")

    author: str | None = Field(None, min_length=1, max_length=LONGEST_NAME)
    source: str | None = Field(None, min_length=1, max_length=LONGEST_NAME)
    posts: int = Field(ge=1, le=LARGEST, description="how many you expect; where they are not, nothing is deleted")


class PurgedOut(BaseModel):
    """What was deleted, and what became of what else held it."""

    posts: int
    #: models whose stopped training held these posts; it cannot be resumed
    forgotten: list[str]
    #: models that are learning from them right now
    busy: list[str]
    #: why they have not left the overlap index yet
    index: str | None


def router(site: Site) -> APIRouter:
    """Everything about the corpus."""
    routes = APIRouter(prefix="/corpus", tags=["corpus"])
    _add_numbers(routes, site)
    _add_posts(routes, site)
    _add_clusters(routes, site)
    _add_purge(routes, site)
    return routes


def _add_numbers(routes: APIRouter, site: Site) -> None:
    @routes.get("", response_model=CorpusOut)
    def numbers(person: Viewer) -> CorpusOut:
        """All posts in numbers."""
        del person
        return CorpusOut.of(site.counting.overview(site.store))

    @routes.get("/authors", response_model=AuthorsOut)
    def authors(
        person: Viewer, after: Annotated[str, Query(max_length=LONGEST_NAME)] = "", limit: Limit = 50
    ) -> AuthorsOut:
        """Each author's posts in numbers, by name."""
        del person
        rest = [one for one in site.counting.overview(site.store).authors if one.author > after]
        some, more = page_of(rest, limit, lambda one: one.author)
        return AuthorsOut(items=[AuthorOut.of(one) for one in some], next=more)


def _add_posts(routes: APIRouter, site: Site) -> None:
    @routes.get("/posts", response_model=PostsOut, responses=_UNKNOWN)
    def posts(
        person: Viewer,
        q: Annotated[str, Query(max_length=LONGEST_WORDS, description="words that the post holds")] = "",
        author: Name = None,
        after: After = 0,
        limit: Limit = 50,
    ) -> PostsOut:
        """Posts that hold some words, in the order in which they came; capitals make no difference."""
        del person
        known_author(site.store, author)
        found = search_page(site.store, q, author, limit, after)
        return PostsOut(items=[PostOut.of(one) for one in found.posts], next=found.through)


def _add_clusters(routes: APIRouter, site: Site) -> None:
    @routes.get("/duplicates", response_model=ClustersOut)
    def clusters(
        person: Viewer, after: Annotated[str | None, Query(pattern=PLACE)] = None, limit: Limit = 50
    ) -> ClustersOut:
        """Clusters of near-duplicates, the largest first."""
        del person
        found = site.store.browse.clusters(limit + 1, place_of(after))
        some, more = page_of(found, limit, cursor)
        return ClustersOut(items=[ClusterOut.of(one) for one in some], next=more)

    @routes.get("/duplicates/{number}", response_model=PostsOut, responses=_UNKNOWN)
    def cluster(person: Viewer, number: Number, after: After = 0, limit: Limit = 50) -> PostsOut:
        """The posts of one cluster."""
        del person
        found = members(site, number, limit + 1, after)
        some, more = page_of(found, limit, lambda one: one.number)
        return PostsOut(items=[PostOut.of(one) for one in some], next=more)


def _add_purge(routes: APIRouter, site: Site) -> None:
    @routes.get("/purge", response_model=DoomedOut, responses=_UNKNOWN)
    def foretell(person: Admin, author: Name = None, source: Name = None) -> DoomedOut:
        """What a purge would delete, and who has learnt from it."""
        del person
        found = chosen(site, author, source)
        learnt = learnt_from(site.app.weights_folders, found.names)
        return DoomedOut(
            posts=found.posts,
            authors={one.author: one.posts for one in found.authors},
            sources=dict(found.sources),
            models=[LearntOut(model=path.stem, authors=list(names)) for path, names in learnt.files.items()],
            configured=still_configured(site, found.sources),
        )

    @routes.post("/purge", response_model=PurgedOut, responses={**_UNKNOWN, **_CHANGED})
    def purge(person: Admin, wanted: PurgeIn) -> PurgedOut:
        """Delete posts for good, if they are as many as expected."""
        return purged(site, wanted, By(person.name, VIA))


def chosen(site: Site, author: str | None, source: str | None) -> Doomed:
    """What a purge would delete. Raises UnknownName, InputError where nothing is named or nothing fits."""
    if author is None and source is None:
        raise InputError("a purge", "nothing is named", "name an author, a source or both")
    return doomed(site.store, author, source)


def purged(site: Site, wanted: PurgeIn, by: By) -> PurgedOut:
    """Delete for good, keep who did it, and clear up. Raises Conflict where the posts are not as many as expected."""
    app = site.app
    names = chosen(site, wanted.author, wanted.source).names
    count = app.store.purge(wanted.author, wanted.source, wanted.posts, (by, site.now()))
    cleared = clear_up(app.store, app.state, app.trainings, names)
    return PurgedOut(posts=count, forgotten=cleared.forgotten, busy=cleared.busy, index=cleared.index)


def members(site: Site, number: int, limit: int, after: int = 0) -> list[StoredPost]:
    """Posts of a cluster. Raises Absent where there is none of that number."""
    found = site.store.browse.cluster(number, limit, after)
    if not found and not site.store.browse.cluster(number, 1):
        raise Absent(f"cluster {number}", "there is none of that number", "look at /corpus/duplicates")
    return found


def still_configured(site: Site, sources: Mapping[str, int]) -> list[str]:
    """Those of these sources that the next collect asks again."""
    app = site.app
    names = {entry.name for entry in app.config.sources}
    names |= {entry.name for account in app.accounts.values() for entry in account.sources}
    return sorted(names.intersection(sources))


def place_of(after: str | None) -> tuple[int, int] | None:
    """The place a cursor stands for."""
    if not after:
        return None
    posts, number = after.split("-")
    return int(posts), int(number)


def cursor(one: Cluster) -> str:
    """The place of a cluster among the others."""
    return f"{one.posts}-{one.first.number}"
