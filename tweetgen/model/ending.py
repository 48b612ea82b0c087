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


def _graphemes(text: str) -> Iterator[int]:
    import regex  # 20 ms of start-up that only a text too long has to pay for

    return (len(match.group()) for match in regex.finditer(r"\X", text))
