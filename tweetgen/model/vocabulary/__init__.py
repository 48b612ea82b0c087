"""Text as token ids and back, exactly: subwords, characters or words."""

from collections.abc import Iterable

from tweetgen.domain import Json
from tweetgen.errors import InputError, UnknownName
from tweetgen.model.vocabulary.base import END, Vocabulary
from tweetgen.settings import Tokens

__all__ = ["END", "Vocabulary", "grow", "learn", "load"]

LEVELS = ("subword", "char", "word")


def learn(texts: Iterable[str], tokens: Tokens) -> Vocabulary:
    """A vocabulary of the chosen level for these texts, which are read once and never held in memory.

    The same texts and settings give the same vocabulary, in whatever order the texts come.
    """
    return _level(tokens.level).learn(texts, tokens)


def grow(vocabulary: Vocabulary, texts: Iterable[str]) -> Vocabulary:
    """The same vocabulary with what is new in these texts appended; the ids there were keep their meaning.

    `char` gains characters, `word` characters and, as long as it has room, words; `subword` knows every byte
    and stays as it is (its pieces depend on the order in which they were merged).
    """
    return vocabulary.grown(texts)


def load(json: Json) -> Vocabulary:
    """The vocabulary that `to_json` described; raises `TweetgenError` where that is foreign or damaged."""
    if not isinstance(json, dict):
        raise InputError("vocabulary", "is no JSON object", "the weights file is damaged; take another copy")
    level = _level(str(json.get("level")))
    try:
        return level.from_json(json)
    except (KeyError, TypeError, ValueError) as error:
        why = f"cannot be read as level {level.level!r} ({type(error).__name__}: {error})"
        raise InputError("vocabulary", why, "the weights file is damaged; take another copy") from error


def _level(name: str) -> type[Vocabulary]:
    """The class of a level; imported here, so that one level does not wait for the libraries of another."""
    match name:
        case "subword":
            from tweetgen.model.vocabulary.subword import Subword

            return Subword
        case "char":
            from tweetgen.model.vocabulary.char import Char

            return Char
        case "word":
            from tweetgen.model.vocabulary.word import Word

            return Word
    raise UnknownName("vocabulary level", name, LEVELS)
