"""The posts that a model is measured with: those it never learnt from, and those it did."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tweetgen.interfaces import Page
from tweetgen.pipeline.deduplicate import find_duplicates
from tweetgen.pipeline.evaluate import plain_texts, some
from tweetgen.pipeline.texts import Text, cleaned_texts, cleaning_of, held_out_texts

if TYPE_CHECKING:
    from tweetgen.model.model import Model
    from tweetgen.store import Store


@dataclass(frozen=True)
class Gathered:
    """Two sides of the posts that are at hand."""

    #: what is measured on
    real: list[Text]
    #: all other collected posts of the model's authors (of everybody, where it has none)
    learnt: list[Text]


def gather(
    store: "Store",
    model: "Model",
    pages: Iterable[Page] | None = None,
    most: int | None = None,
    told: Callable[[str], None] | None = None,
) -> Gathered:
    """Of the store, or to measure on those of a file, given as its `pages`, whoever wrote them.

    At most so many are measured on, evenly spread. `told` hears what of a file could not be read.
    """
    real = some(_held_out(store, model) if pages is None else _of_pages(pages, told), most)
    return Gathered(real, _learnt(store, model, set(real)) if real else [])


def _held_out(store: "Store", model: "Model") -> list[Text]:
    find_duplicates(store)
    known = set(model.authors)
    return [text for text in held_out_texts(store, cleaning_of(model.origin)) if text.author in known or not known]


def _of_pages(pages: Iterable[Page], told: Callable[[str], None] | None) -> list[Text]:
    texts: list[Text] = []
    for page in pages:
        texts.extend(plain_texts(page.posts))
        if told is not None:
            for problem in page.problems:
                told(problem)
    return texts


def _learnt(store: "Store", model: "Model", measured: set[Text]) -> list[Text]:
    known = set(model.authors)
    texts = (text for text, _ in cleaned_texts(store, cleaning_of(model.origin)))
    return [text for text in texts if (text.author in known or not known) and text not in measured]
