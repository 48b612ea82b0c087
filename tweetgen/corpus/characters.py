"""Characters made sound: entities, broken encodings, surrogates, controls and invisible characters."""

import html
import re
import unicodedata
from html.entities import html5

import ftfy
import regex

# Only encodings are repaired; quotes, widths, ligatures are what the author typed.
_MOJIBAKE = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
    explain=False,
)

# ftfy finds nothing to mend in a text without any of these: the characters of its heuristic, less the quotes,
# dashes, bullet and ellipsis of ordinary posts, which are bad signs only beside others.
_SUSPECT = re.compile(
    "[\x80-\u04ff\u2010-\u2012\u2015-\u2017\u201a\u201b\u201e-\u2021\u2023-\u2025\u2027-\u205f"
    "\u2070-\u2bff\uf8ff\ufb00-\ufb06\ufffd]"
)

_AMPERSANDS = re.compile(r"&(?:(?:amp|#0*38|#[xX]0*26);)+")
# A semicolon is asked for: "&not" or "&copy" within a sentence or an address is no entity. Only the four
# that collectors themselves write are also known without.
_ENTITY = re.compile(
    r"&(?:(#\d{1,8}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|(amp|lt|gt|quot)(?![A-Za-z0-9=;]))"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LINE_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BACKSLASH_LETTER = re.compile(r"\\([A-Za-z])")
_WRITTEN_BREAK = re.compile(r"(?<![\\:])(?:\\r)?\\n")

# Controls, soft hyphen, zero-width space and its kin, byte order mark, interlinear marks, U+FFFD; also bidi
# embeddings, overrides and isolates: they hold a state, which a text that is cut or sampled would leave open.
_NEVER_SEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]"
)
_MARK = re.compile("[\u061c\u200e\u200f]")
_RIGHT_TO_LEFT = regex.compile(r"[[\p{Bidi_Class=R}\p{Bidi_Class=AL}]&&\p{L}]", regex.V1)
_JOINER = re.compile("[\u200c\u200d]")
# Joiners stay where they are spelling: within an emoji, and after a letter of a script that joins.
_JOINED = regex.compile(
    r"((?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})"
    r"|(?<=[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Nkoo}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}"
    r"\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}--\p{Z}"
    r"--\p{P}])[\u200c\u200d])|[\u200c\u200d]",
    regex.V1,
)
_SELECTOR_OR_TAG = re.compile("[\ufe00-\ufe0f\U000e0000-\U000e01ef]")
# A variation selector needs a character before it; tags spell the flag of a part of a country, or else they
# smuggle text.
_STRAY = re.compile(
    "(\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f)"
    "|[\U000e0000-\U000e007f]|(?<!\\S)[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)


def repair(text: str, mojibake: bool) -> str:
    """The same text in sound characters, NFC, every line break a newline; encodings mended if `mojibake`."""
    if "&" in text:
        text = _unescape(text)
    if "\\n" in text:
        text = _break_where_written(text)
    if not text.isascii():
        if _SURROGATE.search(text):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if mojibake and _SUSPECT.search(text):
            text = ftfy.fix_encoding(text, _MOJIBAKE)
    if "\ufffd" in text or not text.replace("\n", "").isprintable():
        text = _NEVER_SEEN.sub("", _LINE_BREAK.sub("\n", text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", _without_strays(text))
    return text


def unescape(text: str) -> str:
    """HTML entities as the characters they stand for, however often they were escaped."""
    return _unescape(text) if "&" in text else text


def _unescape(text: str) -> str:
    # Whoever collects a text twice escapes it twice; an author who spells out an entity is far rarer.
    return _ENTITY.sub(_character, _AMPERSANDS.sub("&", text))


def _character(entity: re.Match[str]) -> str:
    name = entity[1] or entity[2]
    if name.startswith("#"):
        return html.unescape(entity[0])
    return html5.get(name + ";", entity[0])


def _break_where_written(text: str) -> str:
    r"""A written `\n` becomes a line break, unless other backslashes tell of a path or of TeX."""
    if set(_BACKSLASH_LETTER.findall(text)) <= {"n", "r", "t"}:
        return _WRITTEN_BREAK.sub("\n", text)
    return text


def _without_strays(text: str) -> str:
    """Drop what is invisible and has no work to do where it stands."""
    if _MARK.search(text) and not _RIGHT_TO_LEFT.search(text):
        text = _MARK.sub("", text)
    if _JOINER.search(text):
        text = _JOINED.sub(r"\1", text)
    if _SELECTOR_OR_TAG.search(text):
        text = _STRAY.sub(r"\1", text)
    return text
