"""Reads the posts of authors, one after the other: what stops one of them is told by name, and the rest go on."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice

from tweetgen.domain import Json
from tweetgen.errors import Throttled
from tweetgen.interfaces import Page

from .history import History, walk
from .metered import Metered
from .port import XError, XFault, XPage, XPost, XTrouble, XUser
from .posts import to_post

#: users looked up with one request
_BATCH = 100
#: failures of the network, one after the other, after which nobody else is asked for
_PATIENCE = 2
#: the fault is not with the author that was asked for
_EVERYBODY = (XFault.UNAUTHORIZED, XFault.CREDITS, XFault.FORBIDDEN)
_NETWORK = (XFault.NOT_SENT, XFault.UNKNOWN)
_WORDS = {
    XTrouble.MISSING: "nobody on X has this name now: misspelt, renamed or deleted",
    XTrouble.SUSPENDED: "is suspended",
    XTrouble.PROTECTED: "shows posts to followers only",
}


@dataclass
class Book:
    """How far everybody was read, by user id."""

    histories: dict[str, History] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: Json) -> "Book":
        """From what the host kept; what is none of ours is passed over."""
        kept = cursor if isinstance(cursor, dict) else {}
        found = {part: History.from_json(value) for part, value in kept.items()}
        return cls({part: history for part, history in found.items() if history is not None and history.id == part})

    def named(self, name: str) -> History | None:
        """Whoever was asked for under this name before, or has it by our knowledge."""
        folded = name.casefold()
        return next((one for one in self.histories.values() if folded in one.names), None)


@dataclass
class Reading:
    """One run over some authors."""

    metered: Metered
    book: Book
    source: str
    #: most posts of an author's history
    most: int
    replies: bool
    reposts: bool
    #: after how long it is looked whether somebody is still called as before; None: never
    check_names: timedelta | None
    #: folded names and ids that nobody may learn from
    own: Collection[str]
    _failures: int = 0
    _done: int = 0
    _all: int = 0

    def pages(self, names: Sequence[str]) -> Iterator[Page]:
        """Everything new of these; ends early, with a problem told, where money or limits allow no more."""
        wanted = {name.casefold(): name for name in names}
        if refused := [name for folded, name in wanted.items() if folded in self.own]:
            yield self._say([f"@{name}: is of this instance, and nobody learns from it" for name in refused])
        wanted = {folded: name for folded, name in wanted.items() if folded not in self.own}
        self._all = len(wanted)
        try:
            yield from self._resolve([name for name in wanted.values() if self.book.named(name) is None])
            histories = [found for name in wanted.values() if (found := self.book.named(name)) is not None]
            unique = {history.id: history for history in histories}
            yield from self._check_names(list(unique.values()))
            for user_id in unique:
                yield from self._author(self.book.histories[user_id])
                self._done += 1
        except Throttled as stop:
            yield replace(self._say([self._told(stop)]), later=stop.until)

    def _told(self, stop: Throttled) -> str:
        until = f" until {stop.until:%Y-%m-%d %H:%M} UTC" if stop.until else ""
        rest = self._all - self._done
        return f"{stop}{until}; {rest} author{'' if rest == 1 else 's'} not read to the end, to be gone on with then"

    def _say(self, problems: Sequence[str]) -> Page:
        return Page([], None, problems=problems)

    def _resolve(self, names: Sequence[str]) -> Iterator[Page]:
        """From names to users, kept at once: each costs money."""
        left = iter(names)
        while batch := list(islice(left, _BATCH)):
            try:
                users, troubles = self.metered.users(batch)
            except XError as error:
                yield self._say([f"{', '.join(f'@{name}' for name in batch)}: {self._weighed(error)}"])
                continue
            if troubles:
                yield self._say([f"@{name}: {_words(*trouble)}" for name, trouble in troubles.items()])
                self._all -= len(troubles)
            for name, user in users.items():
                yield self._keep(*self._begun(name, user))

    def _begun(self, name: str, user: XUser) -> tuple[History, str]:
        """Where somebody begins, or goes on under another name."""
        now = int(self.metered.host.now().timestamp())
        known = self.book.histories.get(user.id)
        if known is None:
            return History(user.id, user.name, (name.casefold(),), now), ""
        told = f"@{known.author} is called @{user.name} now; posts go on as {known.author!r}"
        return replace(known, names=(*known.names, name.casefold()), named_at=now), told

    def _check_names(self, histories: Sequence[History]) -> Iterator[Page]:
        if self.check_names is None:
            return
        now = int(self.metered.host.now().timestamp())
        old = now - self.check_names.total_seconds()
        left = iter([history for history in histories if history.named_at < old])
        while batch := {history.id: history for history in islice(left, _BATCH)}:
            users, troubles = self.metered.users_by_id(list(batch))
            for user_id, user in users.items():
                history = replace(batch[user_id], named_at=now)
                folded = user.name.casefold()
                told = ""
                if folded not in history.names:
                    told = f"@{history.author} is called @{user.name} now; posts go on as {history.author!r}"
                    history = replace(history, names=(*history.names, folded))
                yield self._keep(history, told)
            # what is the matter with the others is told when their posts are asked for
            for user_id in troubles:
                yield self._keep(replace(batch[user_id], named_at=now))

    def _author(self, history: History) -> Iterator[Page]:
        if history.id in self.own:
            yield self._say([f"@{history.author}: is of this instance, and nobody learns from it"])
            return

        def ask(*, since_id: str | None, until_id: str | None, token: str | None, size: int) -> XPage:
            return self.metered.posts(
                history.id,
                since_id=since_id,
                until_id=until_id,
                token=token,
                replies=self.replies,
                reposts=self.reposts,
                size=size,
            )

        try:
            for step in walk(ask, history, self.most):
                self._failures = 0
                problem = f"@{history.author}: {step.problem}" if step.problem else ""
                yield self._keep(step.history, problem, step.posts)
        except XError as error:
            yield self._say([f"@{history.author}: {self._weighed(error)}"])

    def _weighed(self, error: XError) -> str:
        """What is the matter with one author. Raises the error where it is not about them alone."""
        if error.trouble is not None:
            return _words(error.trouble, str(error))
        if error.kind in _EVERYBODY:
            raise error
        if error.kind in _NETWORK:
            self._failures += 1
            if self._failures >= _PATIENCE:
                raise error
        return str(error)

    def _keep(self, history: History, problem: str = "", posts: Sequence[XPost] = ()) -> Page:
        self.book.histories[history.id] = history
        return Page(
            [
                to_post(post, history.author, self.source)
                for post in posts
                if post.repost_of is None or post.repost_of.casefold() not in self.own
            ],
            history.to_json(),
            problems=[problem] if problem else [],
            progress=(self._done, self._all),
            part=history.id,
        )


def _words(trouble: XTrouble, said: str) -> str:
    return _WORDS.get(trouble, said)
