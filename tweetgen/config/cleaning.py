"""Whose posts are cleaned how: an author's as the accounts want it that speak as that author."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from tweetgen.config.model import Account
from tweetgen.config.problems import line
from tweetgen.settings import Cleaning


def cleaning_by_author(accounts: Mapping[str, Account]) -> dict[str, Cleaning]:
    """The cleaning of every author whom a voice names, by the first such account in the order of names."""
    return {author: accounts[holder].cleaning for author, holder in _holders(accounts).items()}


def disagreements(accounts: Mapping[str, Account], files: Mapping[str, str]) -> Iterator[str]:
    """A problem for each account that wants an author's posts cleaned otherwise than an account before it.

    All authors share one network, and an author's posts are learnt once: there can be one cleaning only.
    `files` are the accounts' files by name.
    """
    holders = _holders(accounts)
    for name in sorted(accounts):
        account = accounts[name]
        shared: dict[str, list[str]] = {}
        for author in sorted(account.voice):
            if accounts[holders[author]].cleaning != account.cleaning:
                shared.setdefault(holders[author], []).append(author)
        for other, authors in shared.items():
            what = _told(account.cleaning, accounts[other].cleaning, files[other], authors)
            yield line(files[name], ("cleaning",), what)


def _holders(accounts: Mapping[str, Account]) -> dict[str, str]:
    """Each author of a voice with the first account that names them."""
    holders: dict[str, str] = {}
    for name in sorted(accounts):
        for author in accounts[name].voice:
            holders.setdefault(author, name)
    return holders


def _told(own: Cleaning, other: Cleaning, file: str, authors: Sequence[str]) -> str:
    keys = [field.name for field in fields(Cleaning) if getattr(own, field.name) != getattr(other, field.name)]
    names = ", ".join(authors[:3]) + (", …" if len(authors) > 3 else "")
    return (
        f"not as in {file} ({', '.join(keys)}), though both speak as {names}, whose posts are cleaned"
        " and learnt from once; write the same in both"
    )
