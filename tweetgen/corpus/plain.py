"""The one cleaning by which models are measured on files, however each of them cleans what it learns from."""

import html
import re
import unicodedata

_LINK = re.compile(r"https?://\S+")
_NAME = re.compile(r"(?<!\w)@\w+:?")
_SPACE = re.compile(r"[^\S\n]+")
_BREAK = re.compile(r" ?\n[ \n]*")


def plain(text: str) -> str:
    """The text as every measurement sees it: one that is cleaned harder is easier to foresee.

    Entities unescaped once, NFC, links and @names out, white space squeezed, a line break kept as one
    newline, lone surrogates as U+FFFD; "" where nothing is left, or for somebody else's words ("RT @").
    """
    if text.startswith("RT @"):
        return ""
    text = html.unescape(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _NAME.sub("", _LINK.sub("", unicodedata.normalize("NFC", text)))
    return _BREAK.sub("\n", _SPACE.sub(" ", text)).strip()
