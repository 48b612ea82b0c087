"""A prefix as token ids, healed: its last piece may be completed by a longer one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tweetgen.model.vocabulary.base import Vocabulary


@dataclass(frozen=True)
class Prefix:
    """How a text that must begin in a given way begins."""

    #: read as they are
    tokens: tuple[int, ...] = ()
    #: those of which the next one is drawn; None: any. Each of them begins with the rest of the prefix
    choices: NDArray[np.intp] | None = None


def heal(vocabulary: Vocabulary, text: str) -> Prefix:
    """The text's tokens but for the last, and all tokens that begin with the bytes of that.

    The last piece of a text is often one that would have been longer had the text gone on ("to",
    "tomorrow"), and a network that has never seen such a pair of pieces writes nonsense after it.
    """
    tokens = vocabulary.encode(text)
    if not tokens:
        return Prefix()
    rest = vocabulary.token_bytes[tokens[-1]]
    choices = [token for token, spelling in enumerate(vocabulary.token_bytes) if spelling.startswith(rest)]
    if len(choices) == 1:
        return Prefix(tuple(tokens))
    return Prefix(tuple(tokens[:-1]), np.array(choices, np.intp))
