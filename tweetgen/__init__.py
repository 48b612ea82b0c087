"""tweetgen: short posts in the voice of any author, or of a blend, from one small network of your own.

    from tweetgen import Model
    model = Model.load("shared")
    model.generate(n=3, author="ada", temperature=0.8)

What a plugin imports is here as well: `hookimpl` and the types of its contract. Nothing heavy is imported before
it is used (PEP 562), so a plugin loads neither numpy nor TensorFlow.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tweetgen.domain import Candidate, Kind, Post
    from tweetgen.errors import TweetgenError
    from tweetgen.hookspecs import hookimpl
    from tweetgen.interfaces import Host, Page, Source
    from tweetgen.model.model import Model
    from tweetgen.pipeline.train import train_on as train

__all__ = [
    "Candidate",
    "Host",
    "Kind",
    "Model",
    "Page",
    "Post",
    "Source",
    "TweetgenError",
    "hookimpl",
    "train",
]

_HOMES = {
    "Candidate": ("tweetgen.domain", "Candidate"),
    "Host": ("tweetgen.interfaces", "Host"),
    "Kind": ("tweetgen.domain", "Kind"),
    "Model": ("tweetgen.model.model", "Model"),
    "Page": ("tweetgen.interfaces", "Page"),
    "Post": ("tweetgen.domain", "Post"),
    "Source": ("tweetgen.interfaces", "Source"),
    "TweetgenError": ("tweetgen.errors", "TweetgenError"),
    "hookimpl": ("tweetgen.hookspecs", "hookimpl"),
    "train": ("tweetgen.pipeline.train", "train_on"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
