"""Find words of a list in a text, however they are spelt: folded, stretched, starred, or letter by letter."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product

from .folding import Word, readings, words

#: three or more of a letter are one or two of it, stretched
_STRETCHED = re.compile(r"(.)\1\1+")
_MOST_STRETCHES = 4  # of which both readings are tried: sixteen at most
#: between the parts of one word: half-breed, f.u.c.k
_WITHIN = frozenset("-_.'’·/\\‐‑~")
_GAP = 3  # characters, at most, between two letters of a word that is spelt out
_SHORTEST_SPELT = 4  # letters; shorter ones are found where the spelling says nothing else


@dataclass(frozen=True, slots=True)
class Hit:
    """A blocked word: as the text has it, and as the list has it."""

    found: str
    listed: str


class Blocked:
    """A list made ready to be looked for; what that takes grows with the text, not with the list."""

    def __init__(self, entries: Iterable[str], allowed: Iterable[str] = ()) -> None:
        """Entries are words, also in the plural; `word*` is any that begins so; several words stand in a row.

        Words of `allowed` always pass, and so does what is part of several allowed words in a row.
        """
        self._forms: dict[str, str] = {}
        self._beginnings: dict[str, str] = {}
        self._phrases: list[tuple[tuple[str, ...], str]] = []
        for entry in entries:
            self._add(entry)
        self._spelt_lengths = sorted({len(form) for form in self._forms if len(form) >= _SHORTEST_SPELT})
        self._beginning_lengths = sorted({len(beginning) for beginning in self._beginnings})
        parts = [tuple(word.bare for word in words(entry)) for entry in allowed]
        self._allowed = {form for part in parts if len(part) == 1 for form in _forms(part[0])}
        self._harmless = [part for part in parts if len(part) > 1]

    def find(self, text: str) -> list[Hit]:
        """Every blocked word of the text in order; what is found in two ways is told once."""
        found = words(text)
        hits: dict[tuple[int, int], str] = {}
        for place, word in enumerate(found):
            if (entry := self._entry(word.folded)) and not self._harmless_at(found, place):
                hits[word.start, word.end] = entry
        for start, end, entry in (*self._in_a_row(found), *self._compounds(text, found), *self._spelt_out(found)):
            hits.setdefault((start, end), entry)
        return [Hit(text[start:end], entry) for (start, end), entry in sorted(hits.items())]

    def _add(self, entry: str) -> None:
        parts = tuple(word.bare for word in words(entry))
        if len(entry.split()) > 1:
            self._phrases.append((parts, entry))
            return
        word = "".join(parts)  # half-breed
        if entry.endswith("*"):
            self._beginnings[word] = entry
        for form in _forms(word):
            self._forms.setdefault(form, entry)

    def _entry(self, folded: str) -> str | None:
        """The entry that a word matches in any of its readings."""
        if folded in self._allowed:
            return None
        entries = (self._exact(word) for word in _spellings(folded) if word not in self._allowed)
        return next(filter(None, entries), None)

    def _exact(self, word: str) -> str | None:
        if "*" in word:
            return self._starred(word)
        if entry := self._forms.get(word):
            return entry
        beginnings = (self._beginnings.get(word[:length]) for length in self._beginning_lengths)
        return next(filter(None, beginnings), None)

    def _starred(self, word: str) -> str | None:
        """What a word is whose letters are partly stars; where most are, nobody can tell."""
        if word.count("*") * 2 >= len(word):
            return None
        whole = (entry for form, entry in self._forms.items() if _alike(word, form))
        begun = (entry for start, entry in self._beginnings.items() if _alike(word[: len(start)], start))
        return next(chain(whole, begun), None)

    def _harmless_at(self, found: Sequence[Word], place: int) -> bool:
        return any(
            _stands(found, place - offset, phrase)
            for phrase in self._harmless
            for offset in range(len(phrase))
            if phrase[offset] == found[place].bare
        )

    def _in_a_row(self, found: Sequence[Word]) -> Iterator[tuple[int, int, str]]:
        """Entries of several words."""
        for phrase, entry in self._phrases:
            for place, word in enumerate(found):
                if word.bare == phrase[0] and _stands(found, place, phrase):
                    yield word.start, found[place + len(phrase) - 1].end, entry

    def _compounds(self, text: str, found: Sequence[Word]) -> Iterator[tuple[int, int, str]]:
        """Words with hyphens, dots or the like within; whole ones only, or who-reason would begin with a slur."""
        for group in _runs(found, lambda before, after: text[before.end : after.start] in _WITHIN):
            joined = "".join(word.bare for word in group)
            entries = (self._forms.get(word) for word in _spellings(joined) if word not in self._allowed)
            if entry := next(filter(None, entries), None):
                yield group[0].start, group[-1].end, entry

    def _spelt_out(self, found: Sequence[Word]) -> Iterator[tuple[int, int, str]]:
        """Words given letter by letter, perhaps among other letters."""
        letters = _runs(found, lambda one, two: len(one.bare) == len(two.bare) == 1 and two.start - one.end <= _GAP)
        for group in letters:
            for spelt in readings("".join(word.bare for word in group)):
                if len(spelt) == len(group):
                    yield from self._within(spelt, group)

    def _within(self, spelt: str, group: Sequence[Word]) -> Iterator[tuple[int, int, str]]:
        if len(spelt) < _SHORTEST_SPELT:
            if entry := self._forms.get(spelt):
                yield group[0].start, group[-1].end, entry
            return
        for length in self._spelt_lengths:
            for start in range(len(spelt) - length + 1):
                if entry := self._forms.get(spelt[start : start + length]):
                    yield group[start].start, group[start + length - 1].end, entry


def _runs(found: Sequence[Word], linked: Callable[[Word, Word], bool]) -> Iterator[list[Word]]:
    """Two or more words each linked to the one before."""
    group: list[Word] = []
    for word in found:
        if group and not linked(group[-1], word):
            if len(group) > 1:
                yield group
            group = []
        group.append(word)
    if len(group) > 1:
        yield group


def _stands(found: Sequence[Word], place: int, phrase: Sequence[str]) -> bool:
    """Whether the words from `place` on are those of the phrase."""
    if place < 0:
        return False
    return [word.bare for word in found[place : place + len(phrase)]] == list(phrase)


def _alike(starred: str, word: str) -> bool:
    return len(starred) == len(word) and all(one in {"*", other} for one, other in zip(starred, word, strict=True))


def _forms(word: str) -> list[str]:
    """A word and its plurals."""
    plurals = [f"{word}s", f"{word}z"]
    if word.endswith(("s", "x", "z", "ch", "sh")):
        plurals = [f"{word}es"]
    elif word.endswith("y"):
        plurals.append(f"{word[:-1]}ies")
    return [word, *plurals]


def _spellings(folded: str) -> Iterator[str]:
    """What a folded word may say, stretched or not."""
    for reading in readings(folded):
        yield reading
        yield from _shortened(reading)


def _shortened(word: str) -> Iterator[str]:
    """What a stretched word may have been: each run of three or more as one letter and as two."""
    pieces = _STRETCHED.split(word)
    runs = pieces[1::2]
    if not runs:
        return
    for counts in product((1, 2), repeat=min(len(runs), _MOST_STRETCHES)):
        several = (*counts, *[counts[-1]] * (len(runs) - len(counts)))
        middles = (letter * count for letter, count in zip(runs, several, strict=True))
        yield "".join(part for pair in zip(pieces[::2], [*middles, ""], strict=True) for part in pair)
