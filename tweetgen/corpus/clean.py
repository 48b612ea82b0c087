r"""Raw posts made ready to learn from; what happens to what:

- entities are unescaped until none is left (`&amp;amp;` is `&`); mojibake is mended, quotes stay as typed;
- a bare CR, U+2028 and the like are line breaks, and so is a written `\n`, but not within paths or TeX;
- zero-width and control characters go; joiners stay within emoji and in scripts that spell with them,
  directional marks in posts with right-to-left letters, variation selectors after a character;
- links and @names go (by option), also one run together with the word after it, as in Japanese;
- others' words go, unless reposts are learnt from: "RT @name: …" and `"@name: …"`;
- white space is squeezed, a line break kept as one newline.
"""

import re

import regex

from tweetgen.corpus.characters import repair
from tweetgen.corpus.quoting import CUT_LINK, is_cut, is_repost, own_words, without_repost_sign
from tweetgen.domain import Kind, Post
from tweetgen.settings import Cleaning

# Scripts that set no space after a link or a name.
_UNSPACED = "\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uff00-\uff0f"
_LINK = rf"https?://[^\s/]*[^\s{_UNSPACED}]*"
_LINKS = re.compile(_LINK, re.IGNORECASE)
_BARE_LINKS = re.compile(r"(?<![\w.@/])(?:pic\.twitter\.com/|t\.co/|www\.)[^\s]+", re.IGNORECASE)
# Names of X; of Mastodon with their host; of Bluesky where the host is a usual one; several run together.
_NAME = (
    rf"(?<![^\W{_UNSPACED}])(?:[@＠](?:[^\W{_UNSPACED}]+|\w+)"
    r"(?:@[\w-]+(?:\.[\w-]+)+|(?:\.[a-z0-9-]+)*\.(?:social|com|org|net|team|app|dev)(?![\w-]))?:?)+"
)
_NAMES = re.compile(_NAME)
_LINKS_OR_NAMES = re.compile(rf"({_LINK})|{_NAME}", re.IGNORECASE)
_HASHTAG = regex.compile(r"(?<![\p{L}\p{M}\p{N}_&/])[#＃](?=[\p{N}_]*\p{L})([\p{L}\p{M}\p{N}_]+)")
_REPLY = re.compile(r"\s*[@＠]\w")

# Ordinary posts need two passes, the last of which changes nothing.
_MOST_PASSES = 50


def clean(text: str, options: Cleaning) -> str:
    """The text as the network is to read it; "" where nothing is left, as of a post of only links.

    Cleaning a cleaned text again changes nothing. A text built so that it hardly comes to rest is given up.
    """
    for _ in range(_MOST_PASSES):
        cleaned = _once(text, options)
        if cleaned == text:
            return text
        text = cleaned
    return ""


def learnable(post: Post, options: Cleaning) -> bool:
    """Whether a post may be learnt from, by its permission, its kind and the spelling of its raw text.

    "RT @name" at its beginning, or nothing but a quotation `"@name: …"`, make it a repost, and "@name" at its
    beginning a reply, whatever its kind says. A text that a collector cut is never learnt from. Whether
    anything is left after cleaning is for the caller to see.
    """
    if not post.trainable or is_cut(post.text):
        return False
    if not options.reposts and (post.kind is Kind.REPOST or is_repost(post.text)):
        return False
    return options.replies or not (post.kind is Kind.REPLY or _REPLY.match(post.text))


def _once(text: str, options: Cleaning) -> str:
    text = repair(text, options.repair)
    if "@" in text:
        text = _without_others(text, options)
    if options.links != "keep":
        text = _without_links(text, bare=options.links == "all")
    if "@" in text or "＠" in text:
        text = _without_names(text, options)
    if options.hashtags != "keep":
        text = _HASHTAG.sub(r"\1" if options.hashtags == "word" else "", text)
    return _squeezed(text)


def _without_others(text: str, options: Cleaning) -> str:
    if not options.reposts:
        return own_words(text)
    return without_repost_sign(text) if options.mentions == "remove" else text


def _without_links(text: str, bare: bool) -> str:
    if "://" in text:
        text = _LINKS.sub("", text)
    if bare:
        text = _BARE_LINKS.sub("", text)
    if text.endswith("…"):
        text = CUT_LINK.sub("", text)
    return text


def _without_names(text: str, options: Cleaning) -> str:
    if options.mentions == "keep":
        return text
    # A link that is kept keeps the name within it.
    return _LINKS_OR_NAMES.sub(r"\1", text) if options.links == "keep" else _NAMES.sub("", text)


def _squeezed(text: str) -> str:
    if "\n" not in text:
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
