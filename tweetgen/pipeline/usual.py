"""What is usual among a voice's real posts, so that candidates can be measured by them; found once a model."""

from itertools import islice
from math import ceil
from typing import TYPE_CHECKING

from tweetgen.pipeline.evaluate import plain_texts, some
from tweetgen.pipeline.rank import Likelihood, Usual, Voice, likelihoods, usual

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tweetgen.model.model import Model
    from tweetgen.store import Store

# Posts of a voice that are measured, out of so many times as many; fewer than the least say nothing.
_SAMPLE = 200
_OUT_OF = 10
_LEAST = 20


class Usuals:
    """Remembers for each model and voice what its posts in the store are like."""

    def __init__(self, store: "Store") -> None:
        self._store = store
        self._found: dict[tuple[str, tuple[tuple[str, float], ...]], tuple[Model, Usual | None]] = {}

    def of(self, model: "Model", voice: Voice, instead: "Sequence[Likelihood]") -> Usual:
        """What is usual for a voice under a model; where there are too few posts to tell, among these `instead`."""
        key = (model.name, tuple(sorted(voice.items())))
        held = self._found.get(key)
        if held is None or held[0] is not model:
            held = self._found[key] = (model, self._measure(model, voice))
        return held[1] or usual(instead or [Likelihood(0.0, 0.0)])

    def _measure(self, model: "Model", voice: Voice) -> Usual | None:
        texts = [text for author, share in voice.items() for text in self._texts(author, share / sum(voice.values()))]
        return usual(likelihoods(model, texts, [voice] * len(texts))) if len(texts) >= _LEAST else None

    def _texts(self, author: str, share: float) -> list[str]:
        wanted = ceil(_SAMPLE * share)
        posts = (stored.post for stored in islice(self._store.posts([author]), wanted * _OUT_OF))
        return [text.text for text in some(list(plain_texts(posts)), wanted)]
