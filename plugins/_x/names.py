"""From what people write for somebody on X (a name, @name, a link) to the name alone."""

import re

#: what X allows
_NAME = re.compile(r"[A-Za-z0-9_]{1,15}")
_LINK = re.compile(r"(?:https?://)?(?:www\.|mobile\.|m\.)?(?:x|twitter)\.com/(?:#!/)?@?([^/?#\s]*)(?:[/?#].*)?", re.I)
#: pages of X where a link to somebody would have their name
_PAGES = frozenset({"i", "home", "explore", "search", "hashtag", "intent", "share", "settings", "login", "messages"})


def name_in(written: str) -> str | None:
    """The name, spelt as it was written; None where nobody on X can have it."""
    text = written.strip()
    if link := _LINK.fullmatch(text):
        return link[1] if _NAME.fullmatch(link[1]) and link[1].casefold() not in _PAGES else None
    text = text.removeprefix("@").removeprefix("＠").strip()
    return text if _NAME.fullmatch(text) else None


def checked_name(written: str) -> str:
    """The name. Raises ValueError for what is none."""
    name = name_in(written)
    if name is None:
        raise ValueError(
            f"{written!r} is nobody's name on X; allowed: NAME, @NAME or https://x.com/NAME,"
            " of at most 15 letters, digits and _"
        )
    return name
