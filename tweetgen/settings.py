"""The numbers a person may turn, as plain frozen dataclasses: read by the parts, checked against YAML in `config.py`.

Constraints are `annotated_types`, which pydantic understands, so that the parts that run on these settings
(`model/`, `training/`, `corpus/`) need no pydantic.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Lt, MinLen

Share = Annotated[float, Ge(0), Le(1)]
Positive = Annotated[float, Gt(0)]
Count = Annotated[int, Ge(1)]
_STRICT = {"extra": "forbid", "use_attribute_docstrings": True}


@dataclass(frozen=True, kw_only=True)
class Cleaning:
    """How raw posts are made ready for training; each account may choose."""

    __pydantic_config__ = _STRICT

    links: Literal["remove", "all", "keep"] = "remove"
    """`remove`: those with http:// or https://; `all`: also those without, such as pic.twitter.com/x."""
    mentions: Literal["remove", "keep"] = "remove"
    """What happens to @names."""
    hashtags: Literal["keep", "remove", "word"] = "keep"
    """`word` keeps the word and drops the sign."""
    replies: bool = True
    """Whether replies are learnt from."""
    reposts: bool = False
    """Whether other people's words, passed on, are learnt from."""
    repair: bool = True
    """Whether broken encodings (mojibake) are repaired, by ftfy."""


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """How text becomes numbers."""

    __pydantic_config__ = _STRICT

    level: Literal["subword", "char", "word"] = "subword"
    """`subword`: byte-level BPE. All three give back any text exactly."""
    size: Annotated[int, Ge(300), Le(65000)] = 4000
    """How many pieces `subword` learns."""
    max_words: Annotated[int, Ge(1), Le(60000)] = 10000
    """How many whole words `word` knows; the rest is spelt in bytes."""


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """The shape of the network; docs/architecture.md draws it."""

    __pydantic_config__ = _STRICT

    cell: Literal["gru", "lstm"] = "gru"
    """The recurrent cell."""
    layers: Annotated[int, Ge(1), Le(8)] = 2
    """Recurrent layers, each reaching the softmax directly."""
    cells: Annotated[int, Ge(1), Le(4096)] = 128
    """Cells per recurrent layer."""
    embedding: Annotated[int, Ge(1), Le(4096)] = 128
    """Numbers per token."""
    label_size: Annotated[int, Ge(1), Le(1024)] = 32
    """Numbers per label value."""
    attention: Literal["average", "none"] = "average"
    """`average`: textgenrnn's attention-weighted average, over the post so far."""
    tied: bool = True
    """Whether the softmax reuses the embedding (smaller and faster)."""


@dataclass(frozen=True, kw_only=True)
class Training:
    """How a network is trained."""

    __pydantic_config__ = _STRICT

    minutes: Positive | None = 5.0
    """Longest time; null to go by `epochs` alone."""
    epochs: Positive | None = 10.0
    """Most passes over the corpus; more make a small one known by heart. Null to go by `minutes` alone."""
    batch: Count = 32
    """Streams read in parallel."""
    sequence: Count = 64
    """Tokens of each stream per step; the state is carried on to the next step."""
    learning_rate: Positive | None = None
    """At its height, after the warm-up; null: 0.01 from scratch, 0.003 for a network that goes on learning."""
    schedule: Literal["linear", "cosine", "constant"] = "linear"
    """How the learning rate falls to nothing."""
    clip: Positive = 1.0
    """Largest norm of the whole gradient."""
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.1
    """Share of hidden numbers dropped between layers."""
    label_dropout: Share = 0.1
    """Share of posts whose label is hidden, so that the network can also write as nobody."""
    balance: Share = 1.0
    """1: authors weigh by their tokens; 0: all alike; between: tokens to that power."""
    patience: Count = 8
    """Held-out checks without improvement after which training stops."""
    seed: Annotated[int, Ge(0)] = 0
    """Same seed, same machine, same number of steps: same weights."""


@dataclass(frozen=True, kw_only=True)
class Writing:
    """How candidates are drawn from the network."""

    __pydantic_config__ = _STRICT

    temperature: Annotated[tuple[Positive, ...], MinLen(1)] = (0.8,)
    """One number, or several that take turns token by token."""
    top_k: Count | None = None
    """Only the k likeliest tokens."""
    top_p: Annotated[float, Gt(0), Le(1)] | None = None
    """Only the likeliest tokens that together reach this probability (Holtzman et al. 2020)."""
    min_p: Annotated[float, Ge(0), Lt(1)] | None = None
    """Only tokens at least this likely, as a share of the likeliest (Nguyen et al. 2024)."""
    repetition_penalty: Annotated[float, Ge(1)] = 1.0
    """Divides the positive logits of tokens already used, multiplies the negative ones (Keskar et al. 2019)."""
    guidance: Annotated[float, Ge(0)] = 1.0
    """none + s·(label − none): above 1 exaggerates the voice and costs double."""
    min_length: Annotated[int, Ge(0)] = 1
    """Shortest text, in characters."""
    max_length: Count = 280
    """Longest text, in characters."""
    candidates: Count = 20
    """How many are written at a time."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """All that shapes a new network."""

    __pydantic_config__ = _STRICT

    tokens: Tokens = field(default_factory=Tokens)
    network: Architecture = field(default_factory=Architecture)
    training: Training = field(default_factory=Training)
