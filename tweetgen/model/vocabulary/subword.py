"""Byte-level BPE (Sennrich et al. 2016, on bytes as in GPT-2): frequent pieces whole, all else in bytes."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from tweetgen.domain import Json
from tweetgen.model.vocabulary.base import Vocabulary, strings
from tweetgen.settings import Tokens

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: Texts handed to the trainer at a time.
_BATCH = 1000
#: Pieces never reach over these: GPT-2's words with the space before them, but hashtags, both apostrophes and
#: combining marks stay with their word (0.8 % fewer tokens on posts). Pieces reaching over words would save
#: another 4 %, but hold the whole corpus in memory to learn.
_WORDS = (
    r" ?[#@]?\p{L}[\p{L}\p{M}]*(?:['’]\p{L}[\p{L}\p{M}]*)*"
    r"| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
)
#: Bytes of the longest piece: rulers of "=====" are not worth one, and a hostile file that doubles a piece in
#: each of its merges would fill the memory.
_LONGEST = 64
#: Named in the JSON: with another pattern the same merges would mean other ids.
_PATTERN = 1


def _alphabet() -> dict[str, int]:
    """GPT-2's printable stand-in for each byte (its `bytes_to_unicode`), in the order of the stand-ins."""
    own = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in set(own)]
    signs = {chr(byte): byte for byte in own} | {chr(256 + place): byte for place, byte in enumerate(others)}
    return dict(sorted(signs.items()))


class Subword(Vocabulary):
    """Pieces learnt from the corpus; the `tokenizers` library is opened only once something is encoded."""

    level: ClassVar[Literal["subword"]] = "subword"

    def __init__(self, merges: Sequence[str]) -> None:
        """`merges`: "left right" as they were learnt; they alone define the pieces and their ids."""
        self.merges = tuple(merges)
        known = {sign: bytes([byte]) for sign, byte in _alphabet().items()}
        for merge in self.merges:
            left, right = merge.split(" ")
            known[left + right] = piece = known[left] + known[right]
            if len(piece) > _LONGEST:
                raise ValueError(f"a piece is longer than {_LONGEST} bytes")
        self._pieces = {piece: place for place, piece in enumerate(known, 1)}  # END is 0 and no piece
        self.token_bytes = (b"", *known.values())

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer, models

        merges = [(left, right) for left, _, right in (merge.partition(" ") for merge in self.merges)]
        tokenizer = Tokenizer(models.BPE(vocab=self._pieces, merges=merges))
        _split(tokenizer)
        return tokenizer

    def encode(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [encoding.ids for encoding in encodings]

    def to_json(self) -> dict[str, Json]:
        return {"level": self.level, "pattern": _PATTERN, "merges": list(self.merges)}

    @classmethod
    def from_json(cls, json: dict[str, Json]) -> Self:
        if json["pattern"] != _PATTERN:
            raise ValueError(f"its pattern {json['pattern']!r} is unknown to this version")
        return cls(strings(json, "merges"))

    @classmethod
    def learn(cls, texts: Iterable[str], tokens: Tokens) -> Self:
        from tokenizers import Tokenizer, models, trainers

        tokenizer = Tokenizer(models.BPE())
        _split(tokenizer)
        trainer = trainers.BpeTrainer(
            vocab_size=tokens.size,
            min_frequency=2,
            show_progress=False,
            initial_alphabet=list(_alphabet()),
            max_token_length=_LONGEST,
        )
        tokenizer.train_from_iterator(_batches(texts), trainer)
        return cls(_merges(tokenizer))

    def grown(self, texts: Iterable[str]) -> Self:
        return self


def _split(tokenizer: "Tokenizer") -> None:
    """Give it our words, then bytes; nothing is normalised, added or dropped."""
    from tokenizers import Regex, pre_tokenizers

    words = pre_tokenizers.Split(Regex(_WORDS), "isolated")
    in_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([words, in_bytes])


def _merges(tokenizer: "Tokenizer") -> list[str]:
    """The merges a trained tokenizer holds: only its serialised form tells them."""
    import json

    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return [" ".join(merge) for merge in merges]


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Lists of texts: the trainer takes them several times faster than one by one."""
    rest = iter(texts)
    while batch := list(islice(rest, _BATCH)):
        yield batch
