"""Whose words a post holds: old-style reposts and quotations, and texts that a collector cut short."""

import re

from tweetgen.corpus.characters import unescape

_REPOST = re.compile(r"\W{0,4}(?:RT|MT|rt)\b\W{0,3}@\w+:?")
_PASSED_ON = re.compile(r"\s(?:RT|MT|rt)\s?:?\s?[\"“]?@\w+:.*", re.DOTALL)
_QUOTATION = re.compile(r"^\s*[\"“]@\w+(?=[:\s])|(?<!\S)[\"“]@\w+:")
_QUOTATION_MARK = re.compile(r"[\"“”]")
_WORD = re.compile(r"\w")
_LINKS = re.compile(r"https?://\S*", re.IGNORECASE)

_LINK_AT_END = re.compile(r"\s?https?://\S*\s*$", re.IGNORECASE)
_ELLIPSIS_AT_END = re.compile(r"[^\s.!?]…$")
_EXCERPT = re.compile(r"\[(?:…|\.{3})\]\s*$")
#: a link of which the collector kept only the beginning
CUT_LINK = re.compile(r"\bhtt(?:ps?)?:?/?…\s*$", re.IGNORECASE)


def is_repost(text: str) -> bool:
    """Whether a raw text is somebody else's, passed on: it starts "RT @name", or is but `"@name: …"`."""
    return "@" in text and (_REPOST.match(text) is not None or not _WORD.search(own_words(text)))


def without_repost_sign(text: str) -> str:
    """The words passed on, without the "RT @name:" before them."""
    return _REPOST.sub("", text, count=1) if _REPOST.match(text) else text


def own_words(text: str) -> str:
    """What the author adds: "RT @name: …" and `"@name: …"` are left out; "" where nothing is added."""
    if "@" not in text:
        return text
    if _REPOST.match(text):
        return ""
    text = _PASSED_ON.sub("", text)
    for _ in range(2):  # one before the author's own words, one after them
        text = _without_quotation(text)
    return text


def _without_quotation(text: str) -> str:
    """Drop a quotation at the beginning, or one that ends the text: within a sentence it is a part of it."""
    quotation = _QUOTATION.search(text)
    if quotation is None:
        return text
    before, after = text[: quotation.start()].rstrip(), text[_closing(text, quotation.end()) :].lstrip()
    if before and _WORD.search(_LINKS.sub("", after)):
        return text
    rest = f"{before} {after}".strip()
    return rest if _WORD.search(rest) else ""


def is_cut(text: str) -> bool:
    """Whether a collector cut the raw text, so that it would teach to stop in mid-sentence.

    X's old interface cut at 140 characters (later 280) and wrote "…", mostly followed by a link to the whole;
    feeds write "[…]". An author's own "…" is told by the length, or by a space or a sentence's end before it.
    """
    text = unescape(text).rstrip()
    if _EXCERPT.search(text):
        return True
    length = len(text)
    if text.endswith("…"):
        of_link = _LINK_AT_END.search(text) or CUT_LINK.search(text)
        return length in (139, 140, 279, 280) and not of_link and _ELLIPSIS_AT_END.search(text) is not None
    head = _LINK_AT_END.sub("", text)
    # The link to the whole counted 23 characters, or nothing where it stood for a picture.
    near_a_limit = 115 <= length <= 140 or 275 <= length <= 304
    return near_a_limit and len(head) < length and _ELLIPSIS_AT_END.search(head) is not None


def _closing(text: str, start: int) -> int:
    """Where the quotation open at `start` ends, minding those within it; the text's end if it never does."""
    depth = 1
    for mark in _QUOTATION_MARK.finditer(text, start):
        before, after = text[mark.start() - 1], text[mark.end() : mark.end() + 1]
        begins_word = before in " \n(" and bool(after) and not after.isspace()
        depth += 1 if mark[0] == "“" or (mark[0] == '"' and begins_word) else -1
        if depth == 0:
            return mark.end()
    return len(text)
