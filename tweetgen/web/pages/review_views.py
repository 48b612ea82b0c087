"""The pages of the review, with whatever each of them shows."""

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from tweetgen.domain import Action, Pending, ReviewState
from tweetgen.store.candidate_search import Place
from tweetgen.web.bounds import page_of
from tweetgen.web.desk import VIA
from tweetgen.web.events import counts_of
from tweetgen.web.pages.review_cards import Draft, cards, local
from tweetgen.web.pages.review_filters import AGES, Filters
from tweetgen.web.rendering import Rendering
from tweetgen.web.roles import Person, Role
from tweetgen.web.site import Site

#: what is worth saying of a text that is rejected; the same as at a terminal
REASONS = ("dull", "not in the voice", "makes no sense", "offensive", "too close to a real post", "untrue or harmful")
#: rows of a page of the list, and decisions that can be taken back
PAGE, LAST = 50, 50
_ACCOUNTS = 5  # of which is told when more comes


@dataclass(frozen=True)
class Notice:
    """What became of what somebody did."""

    text: str
    #: "good", "bad" or ""
    kind: str
    #: the candidate that can be put back to where it was
    undo: Pending | None = None


class Views:
    """Makes them."""

    def __init__(self, site: Site, rendering: Rendering) -> None:
        self._site, self._rendering = site, rendering

    def one(
        self,
        request: Request,
        person: Person,
        filters: Filters,
        number: int | None = None,
        notice: Notice | None = None,
        draft: Draft | None = None,
        status: int = 200,
    ) -> Response:
        """One card, large; `number` None: the first that fits."""
        site = self._site
        found = [site.store.candidates.get(number)] if number else self.found(filters, 1)
        content = {
            "card": next(iter(cards(site, found, draft)), None),
            # counting is slow where many wait
            "coming": [] if found else list(self._coming()),
            "keep": self._keep(person),
            "reasons": REASONS,
            "to": "/review",
        }
        return self._show(request, person, "page", filters, notice, status, **content)

    def cards(
        self, request: Request, person: Person, filters: Filters, found: Sequence[Pending], back: str
    ) -> Response:
        """Cards alone, for the script that has them ready."""
        content: dict[str, Any] = {"cards": cards(self._site, found), "query": back, "may_decide": _may_decide(person)}
        return _packed(request, self._rendering.show(request, "review/cards.html", **content))

    def list(
        self,
        request: Request,
        person: Person,
        filters: Filters,
        after: str | None,
        notice: Notice | None = None,
        status: int = 200,
    ) -> Response:
        """Many of them, to be chosen from."""
        found = self.found(filters, PAGE + 1, after)
        some, more = page_of(found, PAGE, Place.of)
        content = {"items": some, "more": more, "first": after is None, "to": "/review/list"}
        return self._show(request, person, "list", filters, notice, status, **content)

    def decided(self, request: Request, person: Person, notice: Notice | None = None) -> Response:
        """What one did last, to be taken back."""
        items = []
        for entry, now in self._site.store.candidates.decided_by(person.name, VIA, LAST):
            is_last = entry.version == now.version and entry.action is not Action.UNDO
            items.append((entry, now, is_last and now.state is not ReviewState.PLACED))
        return self._show(request, person, "decided", Filters(), notice, items=items)

    def found(self, filters: Filters, limit: int, after: str | None = None) -> Sequence[Pending]:
        """Candidates in the order of review. Raises InputError for a place that is none."""
        place = Place.read(after) if after else None
        return self._site.store.candidates.search(filters.wanted(self._site.now()), limit, place)

    def _show(
        self,
        request: Request,
        person: Person,
        name: str,
        filters: Filters,
        notice: Notice | None,
        status: int = 200,
        **content: Any,
    ) -> Response:
        counts = counts_of(self._site.store.candidates.pending_counts())
        content |= {
            "counts": counts,
            "accounts": sorted({*self._site.app.accounts, *counts["accounts"]}),
            "verdicts": [("rewrite", "rewritten"), ("drop", "dropped"), *((one, one) for one in self._filters())],
            "ages": [(value, words) for value, (_, words) in AGES.items()],
            "wanted": filters,
            "query": filters.query,
            "notice": notice,
            "may_decide": _may_decide(person),
        }
        return self._rendering.show(request, f"review/{name}.html", status=status, **content)

    def _filters(self) -> Sequence[str]:
        app = self._site.app
        return sorted({one.name for account in app.accounts.values() for one in account.filters})

    def _keep(self, person: Person) -> str:
        """Under which name a browser keeps what is theirs in this instance."""
        told = f"tweetgen.review:{self._site.secret}:{person.name}"
        return sha256(told.encode()).hexdigest()[:12]

    def _coming(self) -> Iterator[dict[str, str]]:
        """When more is written, of each account that is to have any."""
        store, accounts = self._site.store, self._site.app.accounts
        states = store.candidates.counts() if accounts else {}
        for name, account in list(accounts.items())[:_ACCOUNTS]:
            approved = states.get(name, {}).get(ReviewState.APPROVED, 0)
            if store.accounts.is_paused(name):
                yield {"account": name, "words": "is paused: nothing is written for it."}
                continue
            told = f"has {approved} approved; more is written once fewer than {account.stock} are ready."
            for slot in store.slots.upcoming(name, "post", 1):
                told += f" Its next post is due {local(slot.due_at, account.timezone)}."
            yield {"account": name, "words": told}


def _packed(request: Request, response: Response) -> Response:
    """Compressed where the browser takes that; not for a page with our forms' token: its length would tell of it."""
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return response
    response.headers["Content-Encoding"], response.headers["Vary"] = "gzip", "Accept-Encoding"
    response.body = gzip.compress(response.body, 5)
    response.headers["Content-Length"] = str(len(response.body))
    return response


def _may_decide(person: Person) -> bool:
    return person.role >= Role.REVIEWER
