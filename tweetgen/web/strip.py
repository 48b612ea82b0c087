"""Where everything goes in the drawing of an explanation: one small picture a token, wrapped like words."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from math import ceil, floor

import regex

from tweetgen.web.thoughts import ExplanationOut, HandOut, ThoughtOut

#: lines that can be told apart
MOST_LINES = 8
#: in units of the drawing: of 1 em there are 20, of which a sign of the fixed font takes 12
_CELL, _EM = 12, 20
#: a token's text, attention's strip under it, the lines under that
TEXT, HEAT, TOP, BOTTOM = 32, 35, 48, 6
_LABEL_HEIGHT, _LABEL_CELL, _LONGEST_LABEL = 15, 8.5, 18
_LEAST_HEIGHT = 64
_START_WIDTH = 44
#: bits at which the background is strongest, and how strong that is: text on it must stay legible
_MOST_BITS, _STRONGEST = 14, 0.55
#: dashes of the lines as thinking.css has them, in the order of their colours
DASHES = ((), (9, 4), (2, 4), (14, 4, 2, 4), (5, 3), (18, 5), (9, 3, 2, 3, 2, 3), (3, 7))
_JOINER = "\u200d"
_SIGNS = {"\n": "↵", "\r": "↵", "\t": "⇥", " ": "␣", "\x7f": "␡"}


@dataclass(frozen=True, slots=True)
class Mark:
    """Something written at a height."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """An author's name at the end of their line: there it ends, here the name has room."""

    line: int
    from_y: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A line over one token."""

    #: of which author, from 0
    line: int
    path: str
    #: where in its dashes it begins
    offset: float


@dataclass(frozen=True, slots=True)
class Column:
    """One token's picture."""

    place: int
    thought: ThoughtOut
    #: as shown: signs for what cannot be seen
    text: str
    width: float
    #: of the text, and where its middle is
    text_width: float
    middle: float
    surprise: float
    #: how much of all attention, 1 for the most
    heat: float
    total: Sequence[Stretch]
    each: Sequence[Stretch]

    @property
    def em(self) -> float:
        """Its width."""
        return self.width / _EM


class Scale:
    """Bits to heights."""

    def __init__(self, values: Sequence[float], height: float) -> None:
        least, most = min(0.0, *values), max(0.0, *values)
        room = max(0.0, 1 - (most - least)) / 2
        self.least, self.most, self._height = floor(least - room), ceil(most + room), height

    def y(self, bits: float) -> float:
        """From the top of the drawing."""
        return TOP + (self.most - bits) / (self.most - self.least) * self._height

    @property
    def marks(self) -> list[Mark]:
        """Zero, and the ends if they are not too near."""
        ends = [bits for bits in (self.most, self.least) if abs(self.y(bits) - self.y(0)) > _LABEL_HEIGHT]
        return [Mark(self.y(bits), signed(bits).removesuffix(".0")) for bits in (*ends, 0.0)]


class Strip:
    """The whole drawing."""

    def __init__(self, explained: ExplanationOut) -> None:
        self.explained = explained
        self.hands = drawn(explained)
        self.height = max(_LEAST_HEIGHT, _LABEL_HEIGHT * len(self.hands)) if self.hands else 0
        self.start_width = _START_WIDTH
        self.rtl = _is_rtl(explained.text)
        gains = [hand.gains for hand in self.hands]
        self._totals = [[0.0, *accumulate(each)] for each in gains]
        self.total = Scale([bits for line in self._totals for bits in line] or [0.0, 0.0], self.height)
        self.each = Scale([bits for line in gains for bits in line] or [0.0, 0.0], self.height)

    @property
    def full_height(self) -> float:
        """In units."""
        return TOP + self.height + BOTTOM if self.hands else HEAT + 7

    @property
    def em(self) -> float:
        """The same in em."""
        return self.full_height / _EM

    @property
    def start_em(self) -> float:
        """Width of what stands before the first token."""
        return self.start_width / _EM

    @cached_property
    def words(self) -> list[list[Column]]:
        """The pictures, those of one word together; the last is the end's."""
        columns = list(self._columns())
        words: list[list[Column]] = []
        for column in columns:
            last = words[-1][-1].thought.text if words else " "
            apart = not column.thought.text or column.thought.text[0].isspace() or last[-1].isspace()
            if apart:
                words.append([])
            words[-1].append(column)
        return words

    @cached_property
    def start_heat(self) -> float:
        """Of what is read before the first token."""
        return self.explained.start_weight / self._most_weight

    @cached_property
    def total_labels(self) -> list[Label]:
        """Names at the ends of the lines that add up."""
        return self._labels([self.total.y(line[-1]) for line in self._totals])

    @cached_property
    def each_labels(self) -> list[Label]:
        """Names at the ends of the lines of single tokens."""
        return self._labels([self.each.y(hand.gains[-1]) for hand in self.hands])

    @property
    def labels_width(self) -> float:
        """In units."""
        longest = max((len(label.text) for label in self.total_labels), default=0)
        return 26 + longest * _LABEL_CELL

    @property
    def labels_em(self) -> float:
        """In em."""
        return self.labels_width / _EM

    @property
    def _most_weight(self) -> float:
        return max(self.explained.start_weight, *(thought.weight for thought in self.explained.thoughts)) or 1.0

    def _columns(self) -> Iterator[Column]:
        thoughts = self.explained.thoughts
        offsets = [[0.0, 0.0] for _ in self.hands]
        texts = list(_shown(thoughts))
        for place, (thought, text) in enumerate(zip(thoughts, texts, strict=True)):
            gap = _CELL if thought.text.startswith(" ") and text != "␣" else 0
            text_width = max(1, cells(text.strip(_JOINER))) * _CELL
            width = gap + text_width + 4
            total: list[Stretch] = []
            each: list[Stretch] = []
            for line in range(len(self.hands)):
                points = self._slope(line, place, width), self._level(line, place, width)
                for sort, (stretches, corners) in enumerate(zip((total, each), points, strict=True)):
                    period = sum(DASHES[line]) or 1
                    stretches.append(Stretch(line, _path(corners), round(offsets[line][sort] % period, 1)))
                    offsets[line][sort] += _length(corners)
            yield Column(
                place=place,
                thought=thought,
                text=text,
                width=width,
                text_width=text_width,
                middle=(width - gap if self.rtl else width + gap) / 2,
                surprise=round(min(1.0, max(0.0, thought.bits) / _MOST_BITS) * _STRONGEST, 3),
                heat=round(thought.weight / self._most_weight, 3),
                total=total,
                each=each,
            )

    def _slope(self, line: int, place: int, width: float) -> list[tuple[float, float]]:
        before, after = self._totals[line][place : place + 2]
        return [(0, self.total.y(before)), (width, self.total.y(after))]

    def _level(self, line: int, place: int, width: float) -> list[tuple[float, float]]:
        """At the token's own height, coming from the height of the one before."""
        gains = self.hands[line].gains
        y = self.each.y(gains[place])
        return [(0, self.each.y(gains[place - 1] if place else 0.0)), (0, y), (width, y)]

    def _labels(self, ends: Sequence[float]) -> list[Label]:
        """Each as near as may be to its line's end, none on another."""
        order = sorted(range(len(ends)), key=lambda line: ends[line])
        lowest = self.full_height - BOTTOM - _LABEL_HEIGHT * (len(order) - 1)
        at: dict[int, float] = {}
        above = TOP - _LABEL_HEIGHT / 2
        for place, line in enumerate(order):
            at[line] = above = max(above + _LABEL_HEIGHT * bool(at), min(ends[line], lowest + _LABEL_HEIGHT * place))
        return [Label(line, end, at[line], _short(self.hands[line].author)) for line, end in enumerate(ends)]


def drawn(explained: ExplanationOut) -> list[HandOut]:
    """The authors who get a line: all, or the voice's and the likeliest, in the model's order."""
    if len(explained.authors) <= MOST_LINES:
        return explained.authors
    order = sorted(explained.authors, key=lambda hand: (hand.author not in explained.voice, -hand.gain))
    chosen = {hand.author for hand in order[:MOST_LINES]}
    return [hand for hand in explained.authors if hand.author in chosen]


def signed(bits: float) -> str:
    """With a sign, to one decimal."""
    text = f"{abs(bits):.1f}"
    return "0" if float(text) == 0 else ("+" if bits > 0 else "−") + text


def visible(text: str) -> str:
    """With signs for what cannot be seen, the end included."""
    if not text:
        return "END"
    if text.isspace():
        return "".join(_SIGNS.get(sign, "␣") for sign in text.replace("\r\n", "\n"))
    return "".join(_SIGNS.get(sign, sign) if sign != " " else sign for sign in map(_control, text))


def cells(text: str) -> int:
    """How many cells of a fixed font it takes (UAX #11, by grapheme cluster)."""
    return sum(_wide(cluster) for cluster in regex.findall(r"\X", text))


def _wide(cluster: str) -> int:
    # combining signs alone stand on a cell of their own
    wide = any(unicodedata.east_asian_width(sign) in "WF" for sign in cluster) or "\ufe0f" in cluster
    return 2 if wide or "\U0001f1e6" <= cluster[0] <= "\U0001f1ff" else 1


def _control(sign: str) -> str:
    return chr(0x2400 + ord(sign)) if ord(sign) < 32 and sign not in "\n\r\t" else sign


def _shown(thoughts: list[ThoughtOut]) -> Iterator[str]:
    """Texts as drawn; letters that join across tokens keep their joined forms."""
    for before, thought, after in zip(
        thoughts[:1] + thoughts[:-1], thoughts, thoughts[1:] + thoughts[-1:], strict=True
    ):
        text = visible(thought.text)
        text = text[1:] if text.startswith(" ") and len(text) > 1 else text
        if thought.text and before is not thought and _joins(before.text[-1:]) and _joins(thought.text[:1]):
            text = _JOINER + text
        if thought.text and after is not thought and _joins(thought.text[-1:]) and _joins(after.text[:1]):
            text += _JOINER
        yield text.replace(" ", "\u00a0")


def _joins(sign: str) -> bool:
    return bool(sign) and regex.match(r"[\p{Arabic}\p{Syriac}]", sign) is not None and sign.isalpha()


def _is_rtl(text: str) -> bool:
    strong = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind in ("R", "AL") for kind in strong if kind in ("L", "R", "AL")), False)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {round(y, 1):g}" for x, y in points)


def _length(points: Sequence[tuple[float, float]]) -> float:
    return float(sum(((x - a) ** 2 + (y - b) ** 2) ** 0.5 for (a, b), (x, y) in pairwise(points)))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_LABEL else name[: _LONGEST_LABEL - 1] + "…"
