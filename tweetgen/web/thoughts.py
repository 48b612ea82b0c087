"""What the network thought of a text, as the API answers it and as the page's script reads it."""

from collections.abc import Mapping, Sequence
from math import exp
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from tweetgen.model.explain import Explanation, Hand, Thought
    from tweetgen.model.model import Model

#: characters
LONGEST = 1000


class AlternativeOut(BaseModel):
    """A token that might have come."""

    text: str = Field(description="empty: the post would have ended")
    probability: float
    chosen: bool = Field(description="whether the text goes on with it")
    whole: bool = Field(description="whether it is whole characters; else U+FFFD stands for their parts")


class ThoughtOut(BaseModel):
    """One token, or the few that only together are whole characters. The last of all is the end of the post."""

    text: str
    start: int = Field(description="where it stands in the text, in code points")
    end: int
    tokens: int = Field(description="how many tokens it is")
    log_likelihood: float = Field(description="nats")
    bits: float = Field(description="the surprise")
    probability: float
    rank: int = Field(description="of its first token among all; 1 is the likeliest")
    alternatives: list[AlternativeOut] = Field(description="to its first token, the likeliest first")
    weight: float = Field(
        description="what attention gives it from then on. Before a thought, the weights of the start and of all "
        "thoughts so far, over their sum, are where the network looked; 0 where it has no attention"
    )

    @classmethod
    def of(cls, thought: "Thought") -> Self:
        """The same as JSON."""
        return cls(
            text=thought.text,
            start=thought.start,
            end=thought.end,
            tokens=thought.tokens,
            log_likelihood=thought.log_likelihood,
            bits=thought.bits,
            probability=exp(thought.log_likelihood),
            rank=thought.rank,
            alternatives=[AlternativeOut.model_validate(one, from_attributes=True) for one in thought.alternatives],
            weight=thought.weight,
        )


class HandOut(BaseModel):
    """How one author's label would have written the text."""

    author: str
    log_likelihood: float = Field(description="nats, of the whole text")
    gain: float = Field(description="bits that the whole text is likelier by than as nobody's")
    gains: list[float] = Field(description="the same of each thought")
    probability: float = Field(
        description="of having written it, were it one of those compared, each as likely beforehand; the network is "
        "surer of this than it is right"
    )

    @classmethod
    def of(cls, hand: "Hand") -> Self:
        """The same as JSON."""
        return cls(
            author=hand.author,
            log_likelihood=hand.log_likelihood,
            gain=hand.gain,
            gains=list(hand.gains),
            probability=hand.probability,
        )


class ExplanationOut(BaseModel):
    """What a model thought of a text as written by a voice."""

    model: str
    text: str
    voice: dict[str, float]
    log_likelihood: float = Field(description="nats, of the whole text by the voice, its end included")
    bits_per_character: float
    thoughts: list[ThoughtOut]
    start_weight: float = Field(description="attention's weight of what is read before the first token")
    nobody: list[float] = Field(description="nats of each thought as nobody's")
    authors: list[HandOut] = Field(description="those compared")
    known_authors: int = Field(description="how many the model knows; of more than 64 only the likeliest are compared")

    @classmethod
    def of(cls, model: str, explained: "Explanation") -> Self:
        """The same as JSON."""
        return cls(
            model=model,
            text=explained.text,
            voice=dict(explained.voice),
            log_likelihood=explained.log_likelihood,
            bits_per_character=explained.bits_per_character,
            thoughts=[ThoughtOut.of(thought) for thought in explained.thoughts],
            start_weight=explained.start_weight,
            nobody=list(explained.nobody),
            authors=[HandOut.of(hand) for hand in explained.hands],
            known_authors=explained.known_authors,
        )


def carried(explained: ExplanationOut) -> dict[str, Any]:
    """What the page's script needs of it, with no more digits than can be seen."""
    thoughts = [
        {
            "text": thought.text,
            "start": thought.start,
            "end": thought.end,
            "tokens": thought.tokens,
            "bits": round(thought.bits, 3),
            "probability": round(thought.probability, 6),
            "rank": thought.rank,
            "weight": round(thought.weight, 6),
            "alternatives": [
                {"text": one.text, "probability": round(one.probability, 6), "chosen": one.chosen, "whole": one.whole}
                for one in thought.alternatives
            ],
        }
        for thought in explained.thoughts
    ]
    return {"text": explained.text, "start_weight": round(explained.start_weight, 6), "thoughts": thoughts}


def think(
    model: "Model", text: str, voice: Mapping[str, float], authors: Sequence[str], alternatives: int
) -> ExplanationOut:
    """Raises `UnknownName` for an author the model does not know, `InputError` for a voice that is none."""
    return ExplanationOut.of(model.name, model.explain(text, voice, authors, alternatives))
