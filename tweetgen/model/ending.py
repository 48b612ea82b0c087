"""Where a text may end: whole characters as a reader sees them."""

from collections.abc import Iterator


def cut(text: str, longest: int) -> str:
    """The first so many code points, or a few less, so that no grapheme cluster (UAX 29) is cut in two."""
    if len(text) <= longest:
        return text
    end = 0
    for length in _graphemes(text):
        if end + length > longest:
            break
        end += length
    return text[:end]


def settled(text: str) -> int:
    """How many code points stand before the last grapheme cluster, the one that may still grow."""
    if text.isascii() and "\r" not in text:  # CR LF is the one cluster of several
        return max(0, len(text) - 1)
    return sum(list(_graphemes(text))[:-1])


def _graphemes(text: str) -> Iterator[int]:
    import regex  # 20 ms of start-up that few texts have to pay for

    return (len(match.group()) for match in regex.finditer(r"\X", text))
