"""Accounts in pages, for what is told of each of them."""

from bisect import bisect_right

from tweetgen.app import App
from tweetgen.config import Account
from tweetgen.web.bounds import page_of

#: accounts on one page
MOST = 50


def some_accounts(app: App, after: str | None, limit: int = MOST) -> tuple[dict[str, Account], str | None]:
    """So many by name, past that one, and the last of them where more follow."""
    names = sorted(app.accounts)
    rest = names[bisect_right(names, after) :] if after is not None else names
    chosen, more = page_of(rest, limit, str)
    return {name: app.accounts[name] for name in chosen}, more
