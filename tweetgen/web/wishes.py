"""What may be asked of the network: texts in a voice, in a manner; as JSON, and checked within what a page may ask."""

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from tweetgen.domain import Candidate
from tweetgen.model.manner import writing_with
from tweetgen.settings import Writing

if TYPE_CHECKING:
    from tweetgen.model.model import Order

MOST_TEXTS = 64
#: characters
LONGEST = 2_000
LONGEST_NAME = 200
MOST_AUTHORS = 200
_LARGEST_SEED = 2**63 - 1
#: no database keeps NUL
NO_NUL = r"^[^\x00]*$"

Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=NO_NUL)]
Text: TypeAlias = Annotated[str, Field(max_length=LONGEST, pattern=NO_NUL)]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Voice: TypeAlias = Annotated[
    dict[Name, Share],
    Field(max_length=MOST_AUTHORS, description="authors with their shares, in any unit; none: as nobody"),
]
Temperature: TypeAlias = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]


class MannerIn(BaseModel):
    """How texts are drawn; what is left out is as `tweetgen generate` has it."""

    model_config = ConfigDict(extra="forbid")

    temperature: Temperature | Annotated[list[Temperature], Field(min_length=1, max_length=20)] | None = Field(
        default=None, description="one number, or several that take turns token by token"
    )
    labels: dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=1000)]] | None = Field(
        default=None, max_length=20, description="what the texts shall be, where the model has learnt such labels"
    )
    top_k: int | None = Field(default=None, ge=1, le=65_536)
    top_p: float | None = Field(default=None, gt=0, le=1, allow_inf_nan=False)
    min_p: float | None = Field(default=None, ge=0, le=0.999, allow_inf_nan=False)
    typical_p: float | None = Field(default=None, gt=0, le=1, allow_inf_nan=False)
    no_repeat: int | None = Field(default=None, ge=2, le=LONGEST)
    repetition_penalty: float | None = Field(default=None, ge=1, le=1000, allow_inf_nan=False)
    guidance: float | None = Field(default=None, ge=0, le=1000, allow_inf_nan=False)
    min_length: int | None = Field(default=None, ge=0, le=LONGEST)
    max_length: int | None = Field(default=None, ge=1, le=LONGEST)

    def writing(self) -> Writing:
        """Raises InputError where they do not go together."""
        return writing_with(Writing(), self.model_dump(exclude_none=True))


class TextsIn(BaseModel):
    """Texts that shall be written."""

    model_config = ConfigDict(extra="forbid")

    voice: Voice = Field(default_factory=dict)
    count: int = Field(1, ge=1, le=MOST_TEXTS)
    prefix: Text = Field("", description="how each begins")
    seed: int | None = Field(default=None, ge=0, le=_LARGEST_SEED, description="the first one's; the next has one more")
    writing: MannerIn = MannerIn()

    def orders(self) -> "list[Order]":
        """One for each text. Raises InputError."""
        return orders(self.voice, self.count, self.prefix, self.seed, self.writing.writing())


def orders(voice: Mapping[str, float], count: int, prefix: str, seed: int | None, writing: Writing) -> "list[Order]":
    """One for each text; without a seed each time another, which JavaScript can still count."""
    from tweetgen.model.model import Order

    first = secrets.randbits(32) if seed is None else seed
    return [Order(first + place, dict(voice), prefix, writing) for place in range(count)]


class TextOut(BaseModel):
    """A text as the network wrote it."""

    index: int
    seed: int
    text: str
    complete: bool = Field(description="whether it came to its own end, rather than to the longest length allowed")
    log_likelihood: float = Field(description="nats under its own voice at temperature 1, its end included")

    @classmethod
    def of(cls, index: int, candidate: Candidate) -> "TextOut":
        """The `index`-th of those that were asked for together."""
        return cls(
            index=index,
            seed=candidate.seed,
            text=candidate.text,
            complete=candidate.complete,
            log_likelihood=candidate.log_likelihood,
        )


class TextsOut(BaseModel):
    """Texts in the order in which they were asked for."""

    items: list[TextOut]


class ContinuationsIn(BaseModel):
    """A text that shall go on."""

    model_config = ConfigDict(extra="forbid")

    text: Text = ""
    voice: Voice = Field(default_factory=dict)
    count: int = Field(9, ge=1, le=20)


class ContinuationOut(BaseModel):
    """What may come next, up to the end of a word."""

    text: str = Field(description="to be appended; empty where the text ends here")
    probability: float
    ends: bool


class ContinuationsOut(BaseModel):
    """The likeliest first."""

    items: list[ContinuationOut]


class AuthorsOut(BaseModel):
    """Names of authors, in alphabetical order."""

    items: list[str]
    next: str | None = Field(description="to be given as `after`; null: that was all")


class SubmissionIn(BaseModel):
    """A text that shall go to review: one that a seed writes, or one made with the network's help."""

    model_config = ConfigDict(extra="forbid")

    model: Name
    voice: Voice = Field(default_factory=dict)
    text: Text = Field(default="", description="with a seed: what it is expected to write")
    seed: int | None = Field(default=None, ge=0, le=_LARGEST_SEED, description="null: no seed writes the text")
    prefix: Text = ""
    writing: MannerIn = MannerIn()

    def order(self, seed: int) -> "Order":
        """To write it again. Raises InputError."""
        return orders(self.voice, 1, self.prefix, seed, self.writing.writing())[0]


class SubmissionOut(BaseModel):
    """The candidate that a text became."""

    number: int
    account: str
    text: str = Field(description="as the account's filters left it")


#: of every route at which the network writes
PROBLEMS: dict[int | str, dict[str, Any]] = {
    404: {"description": "there is no such model, author or account; the nearest names are told"},
    422: {"description": "it cannot be written"},
    503: {"description": "others let the network write at the moment: try again after `Retry-After` seconds"},
}
