"""What the sampler is asked for, and what it gives back."""

from dataclasses import dataclass, field

from tweetgen.model.network import Voice
from tweetgen.model.prefix import Prefix
from tweetgen.settings import Writing


@dataclass(frozen=True)
class Request:
    """One text to be written."""

    #: at least 0; the same one gives the same text
    seed: int
    writing: Writing = field(default_factory=Writing)
    voice: Voice = field(default_factory=dict)
    prefix: Prefix = field(default_factory=Prefix)

    @property
    def guided(self) -> bool:
        """Whether two states are needed, one as the voice and one as nobody."""
        return self.writing.guidance not in (0, 1) and any(self.voice.values())

    @property
    def heard(self) -> Voice:
        """The voice that the network is given; with no guidance at all it is nobody's."""
        return self.voice if self.writing.guidance else {}


@dataclass(frozen=True)
class Written:
    """One text as the network wrote it."""

    text: str
    #: False if it was cut at the longest length allowed
    complete: bool
    #: nats under its own voice at temperature 1, END included where reached; 0 unless it was asked for
    log_likelihood: float
