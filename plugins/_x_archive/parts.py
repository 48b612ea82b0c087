"""Which members of an archive hold posts, long posts and the account's name; all others are left alone."""

import json
import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from tweetgen.errors import InputError

from .container import Container, refuse_outside
from .stream import Damaged, Script, first_text

_MANIFEST_LIMIT = 64 << 20
_TWEETS = re.compile(r"tweets?(-part\d+)?\.js")
_NOTES = re.compile(r"note-tweet(-part\d+)?\.js")
_KNOWN = re.compile(r"(.*?)(manifest|account|tweets?(-part\d+)?|js/tweets/\d{4}_\d{2}|js/user_details)\.js")
_MONTHS = re.compile(r"js/tweets/\d{4}_\d{2}\.js")


@dataclass(frozen=True, slots=True)
class Parts:
    """The members to read, in order, and whose posts they are."""

    tweets: tuple[str, ...]
    notes: tuple[str, ...]
    #: the account's name without its @, or None where the archive does not say
    author: str | None
    problems: tuple[str, ...] = ()


def find_parts(container: Container, shown: str) -> Parts:
    """Look through the names, the manifest and account.js. Raises `InputError` where no posts are."""
    names = container.names()
    data = _data_folder(names)
    manifest = _manifest(container, data, names)
    listed = _listed(manifest, ("tweets", "tweet"), data, shown)
    listed_notes = _listed(manifest, ("noteTweet",), data, shown)
    tweets = _merged(listed, _by_name(names, data, _TWEETS), names)
    tweets = tweets or _by_name(names, data, _MONTHS) or _csv(names, data)
    if not tweets and len(names) == 1 and names[0].lower().endswith((".js", ".csv")):
        tweets = names
    if not tweets:
        why = "no posts in it: no data/tweets.js, tweet.js, data/js/tweets/ or tweets.csv"
        raise InputError(shown, why, "name the zip X sent, or the folder it unpacks to")
    notes = _merged(listed_notes, _by_name(names, data, _NOTES), names)
    gone = [name for name in (*listed, *listed_notes) if name not in names]
    problems = tuple(f"{shown}: {name} is in its manifest, but not there" for name in gone)
    return Parts(tuple(tweets), tuple(notes), _author(container, data, names, manifest), problems)


def _data_folder(names: Iterable[str]) -> str:
    """`data/`, `FOLDER/data/` where somebody packed the folder again, or "" where it was named itself."""
    folders = [match[1] for name in names if (match := _KNOWN.fullmatch(name)) and match[1].count("/") <= 2]
    return min(folders, key=lambda folder: (not folder.endswith("data/"), len(folder)), default="")


def _by_name(names: Iterable[str], data: str, pattern: re.Pattern[str]) -> list[str]:
    found = [name for name in names if name.startswith(data) and pattern.fullmatch(name[len(data) :])]
    # by number: part 10 comes after part 9
    return sorted(found, key=lambda name: [int(digits) for digits in re.findall(r"\d+", name[len(data) :])])


def _merged(listed: list[str], named: list[str], names: list[str]) -> list[str]:
    """The members a manifest lists, then those it does not but whose name tells."""
    return [name for name in dict.fromkeys((*listed, *named)) if name in names]


def _csv(names: Iterable[str], data: str) -> list[str]:
    above = data.removesuffix("data/")
    return [name for name in names if name in (data + "tweets.csv", above + "tweets.csv")][:1]


def _manifest(container: Container, data: str, names: list[str]) -> dict[str, Any]:
    """What manifest.js says; {} without one, or with one that cannot be read: the names then tell enough."""
    name = data + "manifest.js"
    if name not in names or container.size(name) > _MANIFEST_LIMIT:
        return {}
    try:
        with closing(Script(container.open(name), name)) as script:
            manifest = json.loads(script.read())
    except (ValueError, RecursionError, Damaged):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _listed(manifest: dict[str, Any], kinds: Iterable[str], data: str, shown: str) -> list[str]:
    """The members a manifest lists for these kinds of data, whether there or not."""
    found = []
    for kind in kinds:
        for file in _get(manifest, "dataTypes", kind, "files") or ():
            name = file.get("fileName") if isinstance(file, dict) else None
            if isinstance(name, str):
                refuse_outside(name, shown)
                found.append(data + name.removeprefix("data/"))
    return found


def _author(container: Container, data: str, names: list[str], manifest: dict[str, Any]) -> str | None:
    # account.js also holds the e-mail address: nothing but this one key is taken from it
    for member, key in (("account.js", "item.account.username"), ("js/user_details.js", "screen_name")):
        if data + member in names and (name := first_text(container, data + member, key)):
            return name
    name = _get(manifest, "userInfo", "userName")
    return name if isinstance(name, str) and name else None


def _get(value: Any, *path: str) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
