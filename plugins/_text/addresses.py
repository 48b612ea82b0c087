"""Find the addresses in a text as X does, with or without `https://`, in time that grows with its length alone.

The rules are those of twitter-text 3 (`extractUrlsWithIndices`), whose regular expressions take quadratic time; here
every character is looked at a fixed number of times.
"""

import re
from collections.abc import Iterator

from .domains import LONGEST, TOP_LEVEL

_SPACES = r"\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_MARKERS = r"\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_INVALID = "\ufffe\ufeff\uffff"
#: labels and the dots between them, `-` and `_` included
_HOST = re.compile(rf"[^!'#%&()*+,\\/:;<=>?@\[\]^{{|}}~$ {_SPACES}{_INVALID}{_MARKERS}]+")
_SCHEME = re.compile(r"https?://\Z", re.IGNORECASE)
_NEVER_BEFORE = frozenset("@＠$#＃" + _INVALID)
_PUNYCODE = re.compile(r"xn--[-0-9a-z]+", re.IGNORECASE)
_LONGEST_LABEL, _LONGEST_ADDRESS, _LONGEST_SLUG = 63, 4096, 40  # characters, a label's as punycode

_ACCENTS = (
    r"\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b\u02bb"
    r"\u0300-\u036f\u1e00-\u1eff"
)
_ASCII_HOST = re.compile(rf"[-a-zA-Z0-9{_ACCENTS}.]+")
_IN_PATH = rf"[a-zA-Z0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&\u0400-\u04ff{_ACCENTS}]"
# possessive, so that what cannot end well is not tried again from its middle
_GROUP = rf"\((?:{_IN_PATH}++|{_IN_PATH}*+\({_IN_PATH}++\){_IN_PATH}*+)\)"
_PATH = re.compile(rf"/(?:{_IN_PATH}|{_GROUP})*+")
_PATH_END = re.compile(rf"[-+a-zA-Z0-9=_#/)\u0400-\u04ff{_ACCENTS}]")
_QUERY = re.compile(r"\?[a-zA-Z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*+")
_QUERY_END = re.compile(r"[a-zA-Z0-9\-_&=#/]")
_PORT = re.compile(r":\d++")
_SHORTENED = re.compile(r"https?://t\.co/([a-z0-9]+)", re.IGNORECASE)


def addresses(text: str) -> list[tuple[int, int]]:
    """Where each address that X would link starts and ends in the text, in order, without overlaps."""
    if "." not in text:
        return []
    found: list[tuple[int, int]] = []
    after = 0
    for host in _HOST.finditer(text):
        if host.start() >= after and "." in host[0]:
            spans, after = _at(text, host.start(), host.end())
            found += spans
    return found


def domain_end(text: str, start: int) -> int | None:
    """The end of the longest domain that begins at `start`, None if there is none."""
    host = _HOST.match(text, start)
    return _domain_end(text, start, host.end()) if host else None


def _at(text: str, start: int, end: int) -> tuple[list[tuple[int, int]], int]:
    """The addresses whose host is in `start:end`, and where to look on."""
    scheme = _SCHEME.search(text, max(start - len("https://"), 0), start)
    if scheme and not _may_begin(text, scheme.start()):
        scheme = None
    if scheme is None and (text[start - 1 : start] == "/" or not _may_begin(text, start)):
        return [], end
    host_end = _domain_end(text, start, end)
    if host_end is None:
        return [], end
    path_end, whole_end = _tail(text, host_end)
    first = scheme.start() if scheme else start
    if not _valid(text[start:host_end], whole_end - first):
        return [], whole_end
    if scheme:
        return _with_scheme(text, first, whole_end), whole_end
    spans = list(_ascii_domains(text, start, host_end))
    if path_end == host_end:  # without a scheme, a query alone is no part of the address
        return spans, host_end
    if spans:
        spans[-1] = (spans[-1][0], whole_end)
    return spans, whole_end


def _may_begin(text: str, start: int) -> bool:
    before = text[start - 1 : start]
    return not before or not ((before.isascii() and before.isalnum()) or before in _NEVER_BEFORE)


def _domain_end(text: str, start: int, end: int) -> int | None:
    best = None
    label = start
    while (dot := text.find(".", label, end)) >= 0:
        if label == dot or text[label] in "-_" or text[dot - 1] in "-_":
            break
        if "_" not in text[label:dot] and (stop := _top_level_end(text, dot + 1)) is not None:
            best = stop
        label = dot + 1
    return best


def _top_level_end(text: str, start: int) -> int | None:
    """Where the top-level domain that begins here ends, None if none does; the longest one counts."""
    if punycode := _PUNYCODE.match(text, start):
        return punycode.end()
    piece = text[start : start + LONGEST].lower()
    for length in range(len(piece), 1, -1):
        if piece[:length] in TOP_LEVEL and _may_end(text, start + length):
            return start + length
    return None


def _may_end(text: str, end: int) -> bool:
    after = text[end : end + 1]
    return not after or not ((after.isascii() and after.isalnum()) or after in "@+-")


def _tail(text: str, host_end: int) -> tuple[int, int]:
    """The ends of the path and of the whole address; the path ends with the host where there is none."""
    port = _PORT.match(text, host_end)
    after_port = port.end() if port else host_end
    path = _PATH.match(text, after_port)
    path_end = _back_to(text, _PATH_END, after_port + 1, path.end()) if path else after_port
    query = _QUERY.match(text, path_end)
    whole = _back_to(text, _QUERY_END, path_end + 1, query.end()) if query else path_end
    if query and whole == path_end + 1:  # a question mark alone ends a sentence, not an address
        whole = path_end
    return (path_end if path else host_end), whole


def _back_to(text: str, ending: re.Pattern[str], start: int, end: int) -> int:
    """The end of the longest piece from `start` that may end an address; `start` if nothing may."""
    while end > start and not ending.match(text, end - 1):
        end -= 1
    return end


def _valid(domain: str, length: int) -> bool:
    """Whether every label fits into the 63 characters that the domain name system has for it."""
    if length > _LONGEST_ADDRESS:
        return False
    labels = re.split("[.\u3002\uff0e\uff61]", domain)
    return all(len(label) <= _LONGEST_LABEL and _encoded(label) <= _LONGEST_LABEL for label in labels)


def _encoded(label: str) -> int:
    """The length of a label as the domain name system has it."""
    return len(label) if label.isascii() else len(label.lower().encode("punycode", "replace")) + len("xn--")


def _with_scheme(text: str, start: int, end: int) -> list[tuple[int, int]]:
    shortened = _SHORTENED.match(text, start, end)
    if shortened is None:
        return [(start, end)]
    if len(shortened[1]) > _LONGEST_SLUG:
        return []
    query = _QUERY.match(text, shortened.end(), end)
    return [(start, _back_to(text, _QUERY_END, shortened.end(), query.end()) if query else shortened.end())]


def _ascii_domains(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The domains of Latin letters within one of any: what stands before them may be a sentence without spaces."""
    for host in _ASCII_HOST.finditer(text, start, end):
        label = host.start()
        while label < host.end():
            stop = _chain_end(text, label, host.end())
            if stop is None:
                break
            yield label, stop
            label = stop


def _chain_end(text: str, start: int, end: int) -> int | None:
    """The end of the longest run of labels that ends in a top-level domain; hyphens may stand anywhere in it."""
    best = None
    label = start
    while (dot := text.find(".", label, end)) > label:
        if (stop := _top_level_end(text, dot + 1)) is not None:
            best = stop
        label = dot + 1
    return best
