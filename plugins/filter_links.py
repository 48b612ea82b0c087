"""Takes addresses out of a text, or lets them lead nowhere: a network invents them, and on X each costs money."""

import re
from typing import Literal

from tweetgen.domain import Candidate, Verdict
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Filter, Host, Register

from ._text.addresses import addresses
from ._text.cutting import cut
from ._text.judging import FilterSettings, drop, keep, listed, rewrite

NAME = "links"
# more than X links: other platforms know other hosts, such as localhost
_WITH_SCHEME = re.compile(r"https?://[^\s<>\"“”«»]++", re.IGNORECASE)
_TRAILING = ".,;:!?'’\")]}…*_~"
_SCHEME = re.compile(r"(?:https?:)?//+", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?([^/:?#]*)", re.IGNORECASE)


class LinksFilter:
    """No address that nobody has chosen."""

    class Settings(FilterSettings):
        """What becomes of an address."""

        mode: Literal["strip", "neutralise", "drop"] = "strip"
        """`strip` takes it out, `neutralise` writes `example[.]com`, which no platform links, `drop` drops the
        candidate."""
        keep: tuple[str, ...] = ()
        """Hosts whose addresses may stay, subdomains included, such as `example.com`."""

    def __init__(self, settings: Settings, host: Host) -> None:
        self._mode = settings.mode
        self._kept = tuple(host.lower().strip(".") for host in settings.keep)

    def judge(self, candidate: Candidate) -> Verdict:
        """Rewrite or drop a text with any address but the kept."""
        text = candidate.text
        spans = [(start, end) for start, end in _spans(text) if not self._may_stay(text[start:end])]
        if not spans:
            return keep(NAME, "no address" if not self._kept else "no address but the kept ones")
        found = listed([text[start:end] for start, end in spans])
        if self._mode == "drop":
            return drop(NAME, f"links to {found}")
        if self._mode == "neutralise":
            return rewrite(NAME, _neutralised(text, spans), f"lets {found} lead nowhere")
        return rewrite(NAME, cut(text, spans), f"took out {found}")

    def _may_stay(self, address: str) -> bool:
        found = _HOST.match(address)
        host = found[1].lower() if found else ""
        return any(host == kept or host.endswith(f".{kept}") for kept in self._kept)


def _spans(text: str) -> list[tuple[int, int]]:
    """Where addresses start and end, in order; those with a scheme whole, whatever their host."""
    if "." not in text and "://" not in text:
        return []
    found = _WITH_SCHEME.finditer(text)
    schemes = [(match.start(), match.start() + len(match[0].rstrip(_TRAILING))) for match in found]
    merged: list[tuple[int, int]] = []
    for start, end in sorted([*schemes, *addresses(text)]):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _neutralised(text: str, spans: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    after = 0
    for start, end in spans:
        pieces += [text[after:start], _SCHEME.sub("", text[start:end]).replace(".", "[.]")]
        after = end
    return "".join([*pieces, text[after:]])


@hookimpl
def register_filters(register: Register[Filter]) -> None:
    """Offer the taking out of addresses as `links`."""
    register(NAME, LinksFilter)
