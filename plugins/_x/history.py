"""How far one author's posts were read, and the way from there: what is new first, then further back."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Protocol

from tweetgen.domain import Json

from .port import XError, XFault, XPage, XPost

#: a window of so many pages may have been cut short by X, which gives the newest 3,200 posts, or 800 without replies
_DOUBTFUL = 8


@dataclass(frozen=True, slots=True)
class History:
    """One user: all from `low` to `high` is in the corpus, and so is what lies from `seen` to `top` above it."""

    id: str
    #: how their posts name them, whatever they are called by now
    author: str
    #: under which they were asked for, folded
    names: tuple[str, ...] = ()
    #: when it was looked last whether they are still called that, in seconds since 1970
    named_at: int = 0
    high: str | None = None
    low: str | None = None
    #: nothing is to be had below `low`
    ended: bool = False
    #: how many came on the way down to `low`
    posts: int = 0
    #: a window above `high` that is not read to its lower end yet
    top: str | None = None
    seen: str | None = None
    pages: int = 0
    #: behind a page that named no post to go on behind
    token: str | None = None

    def to_json(self) -> Json:
        """As a cursor."""
        return {name: list(value) if name == "names" else value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, value: Json) -> "History | None":
        """None for what is none of these."""
        if not isinstance(value, dict):
            return None
        known: dict[str, Any] = {field.name: value[field.name] for field in fields(cls) if field.name in value}
        texts = [known.get(name) for name in ("high", "low", "top", "seen")]
        numbers = [known.get(name, 0) for name in ("named_at", "posts", "pages")]
        fits = (
            all(isinstance(known.get(name), str) and known[name] for name in ("id", "author"))
            and all(text is None or (isinstance(text, str) and text.isdecimal()) for text in texts)
            and all(isinstance(number, int) for number in numbers)
        )
        return cls(**{**known, "names": tuple(map(str, known.get("names", ())))}) if fits else None


class Ask(Protocol):
    """One request for a page of this author's posts."""

    def __call__(self, *, since_id: str | None, until_id: str | None, token: str | None, size: int) -> XPage: ...


@dataclass(frozen=True, slots=True)
class Step:
    """A page, and how far the author is read once it is stored."""

    posts: Sequence[XPost]
    history: History
    #: what a person should know
    problem: str = ""


def walk(ask: Ask, history: History, most: int) -> Iterator[Step]:
    """What is new, then back to the beginning or until `most` posts of history are there. Raises what `ask` raises."""
    if history.high is not None:
        for step in _news(ask, history):
            history = step.history
            yield step
    yield from _back(ask, history, most)


def _news(ask: Ask, history: History) -> Iterator[Step]:
    """From the newest down to what is there."""
    more = True
    while more:
        page, history = _page(ask, history, since=history.high, until=history.seen, size=100)
        more = page.next_token is not None
        window = replace(
            history,
            top=history.top or page.newest_id,
            seen=page.oldest_id or history.seen,
            pages=history.pages + 1,
            token=None if page.oldest_id else page.next_token,
        )
        if more:
            history = window
            yield Step(page.posts, history)
            continue
        posts, problem = list(page.posts), ""
        if window.pages >= _DOUBTFUL:
            late, whole = _meets(ask, window)
            posts += late
            problem = "" if whole else _gap(window)
        history = replace(window, high=window.top or window.high, top=None, seen=None, pages=0, token=None)
        yield Step(posts, history, problem)


def _meets(ask: Ask, window: History) -> tuple[Sequence[XPost], bool]:
    """Whether X still gives the newest post that was there before: then nothing between is missing."""
    if window.high is None:
        return (), True
    page = ask(since_id=str(int(window.high) - 1), until_id=window.seen, token=None, size=5)
    return [post for post in page.posts if post.id != window.high], any(post.id == window.high for post in page.posts)


def _gap(window: History) -> str:
    return (
        f"a gap: more was written since post {window.high} than X gives, or that post is gone; what lies between it and"
        f" {window.seen} may be missing; collect more often"
    )


def _back(ask: Ask, history: History, most: int) -> Iterator[Step]:
    """From the newest, or from where the way ended, towards the first."""
    while history.high is None or (not history.ended and history.posts < most):
        page, history = _page(ask, history, since=None, until=history.low, size=most - history.posts)
        history = replace(
            history,
            high=history.high or page.newest_id,
            low=page.oldest_id or history.low,
            posts=history.posts + len(page.posts),
            ended=page.next_token is None,
            token=None if page.oldest_id else page.next_token,
        )
        yield Step(page.posts, history)
        if history.ended:
            return


def _page(
    ask: Ask, history: History, *, since: str | None, until: str | None, size: int
) -> tuple[XPage, History]:
    if history.token is not None:
        try:
            return ask(since_id=since, until_id=until, token=history.token, size=size), history
        except XError as error:
            if error.kind is not XFault.INVALID:
                raise
            history = replace(history, token=None)  # it was too old
    return ask(since_id=since, until_id=until, token=None, size=size), history
