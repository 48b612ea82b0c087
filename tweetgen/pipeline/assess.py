"""What a training writes into the weights file about how good the network is."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from tweetgen.domain import Json
from tweetgen.measures.novelty import novelty
from tweetgen.pipeline.evaluate import measure
from tweetgen.pipeline.samples import shared_out
from tweetgen.pipeline.texts import Text

if TYPE_CHECKING:
    from tweetgen.model.model import Model

#: posts times authors; wrong labels are measured up to here, so that a training ends soon after its last step
_MOST_READINGS = 6_000
#: texts written to see how new they are
_SAMPLES = 100


def assess(model: "Model", held_out: Sequence[Text], learnt: Iterable[str]) -> dict[str, Json]:
    """Bits per character on `held_out` (may be empty), all and by author, and how new samples are beside `learnt`.

    Each number comes with a digest of the posts it was measured on: equal digests, and the numbers compare.
    """
    return {**_bits(model, held_out), "novelty": _novelty(model, learnt)}


def _bits(model: "Model", held_out: Sequence[Text]) -> dict[str, Json]:
    if not held_out:
        return {}
    found = measure(model, held_out, quick=len(held_out) * len(model.authors) > _MOST_READINGS)
    texts: dict[str, list[Text]] = {}
    for text in held_out:
        texts.setdefault(text.author, []).append(text)
    return {
        "posts": found.total.posts,
        "bits_per_character": found.total.to_json()["bits_per_character"],
        "held_out": digest(held_out),
        "attribution": found.attribution,
        "authors": {
            author: {**measured.to_json(), "held_out": digest(texts[author])}
            for author, measured in found.authors.items()
        },
    }


def digest(texts: Iterable[Text]) -> str:
    """The same for the same texts in any order."""
    every = sha256()
    for each in sorted(sha256(f"{text.author}\0{text.text}".encode("utf-8", "replace")).digest() for text in texts):
        every.update(each)
    return every.hexdigest()[:16]


def _novelty(model: "Model", learnt: Iterable[str]) -> dict[str, Json]:
    """Without the words of the longest run: a weights file may go where its posts may not."""
    told = novelty(_samples(model), learnt).to_json()
    told.pop("longest_run_text")
    return told


def _samples(model: "Model") -> list[str]:
    """Shared evenly among the authors (among some of them, where they are more), always the same."""
    texts: list[str] = []
    for author, share in shared_out(_SAMPLES, model.authors or (None,)).items():
        texts += model.generate(share, author, seed=len(texts))
    return texts
