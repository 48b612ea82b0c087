"""The numbers a person may turn, as plain frozen dataclasses: read by the parts, checked against YAML in `config.py`.

Constraints are `annotated_types`, which pydantic understands, so that the parts that run on these settings
(`model/`, `training/`, `corpus/`) need no pydantic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Lt, MinLen

Share = Annotated[float, Ge(0), Le(1)]
Positive = Annotated[float, Gt(0)]
Count = Annotated[int, Ge(1)]
Weight = Annotated[float, Ge(0)]
#: of a label beside the author: kind, year, hour, source, topic, length, or a column that a source brings
LabelName = Annotated[str, MinLen(1)]
#: what becomes of a text of which nobody knows whether it arrived: ask the destination; wait for a person; send again
OnUnknown = Literal["reconcile", "hold", "resend"]
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
    weight_decay: Annotated[float, Ge(0), Lt(1)] = 0.06
    """How fast weights shrink, as a share of the learning rate (decoupled); 0 = not at all."""
    label_dropout: Share = 0.25
    """Share of posts whose label is hidden, so that the network can also write as nobody."""
    thaw: Literal["off", "rows", "layers", "only"] = "rows"
    """What of a network that goes on learning may change when. `rows`: at first only what is new, such as the label of
    another author, then all; `layers`: then layer by layer, then all (chain-thaw, Felbo et al. 2017); `only`: never
    anything but what is new; `off`: all from the start."""
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

    labels: Mapping[str, str] = field(default_factory=dict)
    """What the texts shall be, where the model has learnt such labels: {kind: original, length: short}."""
    temperature: Annotated[tuple[Positive, ...], MinLen(1)] = (0.8,)
    """One number, or several that take turns token by token."""
    top_k: Count | None = None
    """Only the k likeliest tokens."""
    top_p: Annotated[float, Gt(0), Le(1)] | None = None
    """Only the likeliest tokens that together reach this probability (Holtzman et al. 2020)."""
    min_p: Annotated[float, Ge(0), Lt(1)] | None = None
    """Only tokens at least this likely, as a share of the likeliest (Nguyen et al. 2024)."""
    typical_p: Annotated[float, Gt(0), Le(1)] | None = None
    """Only tokens of about the surprise to be expected that together reach this probability (Meister et al. 2023)."""
    no_repeat: Annotated[int, Ge(2)] | None = None
    """No run of so many tokens twice in a text (Paulus et al. 2018)."""
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

    labels: tuple[LabelName, ...] = ()
    """What a text is learnt to be, beside whose: see `labels` of config.yaml."""

    tokens: Tokens = field(default_factory=Tokens)
    network: Architecture = field(default_factory=Architecture)
    training: Training = field(default_factory=Training)


@dataclass(frozen=True, kw_only=True)
class Weights:
    """How much each score counts when candidates are ranked; 0 leaves one out."""

    __pydantic_config__ = _STRICT

    author: Weight = 1.0
    """How much the text is its author's: likelier under the voice than under none."""
    fluency: Weight = 0.5
    """How likely the text is as such."""
    novelty: Weight = 1.0
    """How little it has of any real post."""
    variety: Weight = 1.0
    """How little it is like the rest of its batch and what was written lately."""


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Which of the candidates that passed the filters go to review."""

    __pydantic_config__ = _STRICT

    keep: Count = 3
    """How many of a batch go to review; the rest is forgotten."""
    explore: Share = 0.1
    """Share of these taken at random, whatever their score, so that there is something to learn from."""
    learn: bool = True
    """Whether the decisions of reviewers change the ranking, once there are enough and they prove to help."""
    weights: Weights = field(default_factory=Weights)
    """How much each score counts."""


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """When the service learns: one or a list of `every 6h`, `09:00`, `mon,thu 18:30` or cron with named days."""

    __pydantic_config__ = _STRICT

    collect: tuple[str, ...] = ()
    """When sources are asked for what is new."""
    train: tuple[str, ...] = ()
    """When the model goes on learning."""


@dataclass(frozen=True, kw_only=True)
class Schedule(Upkeep):
    """When the service does what for an account: one or a list of `every 6h`, `09:00`, `mon,thu 18:30` or cron."""

    __pydantic_config__ = _STRICT

    collect: tuple[str, ...] = ()
    """When the account's sources are asked for what is new."""
    train: tuple[str, ...] = ()
    """When its model goes on learning."""
    post: tuple[str, ...] = ()
    """When something is posted; empty: never."""
    jitter: timedelta = timedelta(0)
    """Each post comes up to this much later, by chance."""
    catch_up: Literal["skip", "one", "all"] = "one"
    """What becomes of posts that were due while the service was down: none, the newest one, or all are made up for."""
    late: timedelta = timedelta(hours=2)
    """A post later than this is given up, whatever the reason."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most that may be sent; whatever is over them waits."""

    __pydantic_config__ = _STRICT

    per_hour: Count | None = None
    """Posts within any 60 minutes."""
    per_day: Count | None = None
    """Posts within one day of the account's time zone."""
    gap: timedelta = timedelta(0)
    """Least time between two posts."""
    quiet: tuple[str, ...] = ()
    """Hours of the account's time zone in which nothing is sent, such as 23:00-07:00."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """How `tweetgen serve` works."""

    __pydantic_config__ = _STRICT

    train_minutes: Positive = 10.0
    """Longest time of one training by schedule."""
    plugin_timeout: timedelta = timedelta(seconds=30)
    """A plugin that takes longer is given up; a text it was sending is then of unknown outcome."""
    allow_private_addresses: bool = False
    """Whether plugins may reach addresses of this machine and its local network."""
    log: Literal["console", "json"] = "console"
    """How log lines are written: for people, or for programs."""


@dataclass(frozen=True, kw_only=True)
class AppBudget:
    """The most that one app may cost all accounts together, in dollars."""

    __pydantic_config__ = _STRICT

    per_day: Weight | None = None
    """Within a day, UTC; null: as much as one likes."""
    per_month: Weight | None = None
    """Within a month, UTC."""
