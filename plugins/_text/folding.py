"""Words as they are once nobody can hide them: case, marks, look-alikes, leet and invisible characters folded."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from .lookalikes import EITHER, ENCLOSED, LEET, LOOKALIKES

#: letters, what sits on or hides among them, and what may stand for one
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}\p{Cf}🅐-🅩🅰-🆉@$!|+€£¢¥×*]++", regex.V1)
_OTHER_SCRIPT = regex.compile(r"[\p{L}--[\p{Latin}\p{Common}]]", regex.V1)
_LATIN = regex.compile(r"\p{Latin}", regex.V1)
_MARK_OR_UNSEEN = regex.compile(r"[\p{M}\p{Cf}\u115f\u1160\u3164\uffa0]", regex.V1)
_SIGNS = "0123456789@$!|+€£¢¥×*"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: where it stands, and how it reads."""

    start: int
    end: int
    #: small Latin letters without marks, where it can be read so; digits and signs as they are
    folded: str

    @property
    def bare(self) -> str:
        """Without digits and signs at its edges, unless it is made of them."""
        return self.folded.strip(_SIGNS) or self.folded


def words(text: str) -> list[Word]:
    """Every word of a text in order."""
    if text.isascii():
        return [Word(found.start(), found.end(), found[0].lower()) for found in _WORD.finditer(text)]
    disguised = _disguised(text)
    return [
        Word(found.start(), found.end(), fold(found[0], lookalikes=disguised or _LATIN.search(found[0]) is not None))
        for found in _WORD.finditer(text)
    ]


def fold(word: str, lookalikes: bool = True) -> str:
    """A word without case, marks and what is not seen; with `lookalikes`, other scripts' letters as Latin ones."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    folded = _MARK_OR_UNSEEN.sub("", decomposed).translate(ENCLOSED)
    return folded.translate(LOOKALIKES) if lookalikes else folded


def _disguised(text: str) -> bool:
    """Whether letters of other scripts stand for Latin ones: all look like one, and the rest of the text is Latin.

    The Greek spirit ρακί is no slur in a Greek sentence.
    """
    others = _OTHER_SCRIPT.findall(text)
    return _LATIN.search(text) is not None and all(fold(letter).isascii() for letter in set(others))


def readings(folded: str) -> Iterator[str]:
    """What a folded word may say: its signs as letters, those at its edges perhaps as mere signs.

    Numbers say nothing. A star within stays: it may be any letter.
    """
    if folded.isalpha():
        yield folded
        return
    bare = {folded, folded.strip(_SIGNS), folded.lstrip(_SIGNS), folded.rstrip(_SIGNS)}
    for word in bare:
        if not any(character.isalpha() for character in word):
            continue
        if any(sign in word for sign in EITHER):
            for letter in "il":
                yield word.translate(LEET | dict.fromkeys(map(ord, EITHER), letter))
        else:
            yield word.translate(LEET)
