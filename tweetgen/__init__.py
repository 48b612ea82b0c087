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
    from tweetgen.domain import (
        Action,
        Candidate,
        Decision,
        Event,
        Kind,
        Outcome,
        Outgoing,
        Pending,
        Post,
        Receipt,
        Verdict,
    )
    from tweetgen.errors import Duplicate, NotSent, ReauthRequired, Refused, Throttled, TweetgenError
    from tweetgen.hookspecs import hookimpl
    from tweetgen.interfaces import Host, Page, Source
    from tweetgen.model.model import Model
    from tweetgen.pipeline.train import train_on as train

__all__ = [
    "Action",
    "Candidate",
    "Decision",
    "Duplicate",
    "Event",
    "Host",
    "Kind",
    "Model",
    "NotSent",
    "Outcome",
    "Outgoing",
    "Page",
    "Pending",
    "Post",
    "ReauthRequired",
    "Receipt",
    "Refused",
    "Source",
    "Throttled",
    "TweetgenError",
    "Verdict",
    "hookimpl",
    "train",
]

_BY_MODULE = {
    "tweetgen.domain": (
        *("Action", "Candidate", "Decision", "Event", "Kind", "Outcome", "Outgoing", "Pending", "Post"),
        *("Receipt", "Verdict"),
    ),
    "tweetgen.errors": ("Duplicate", "NotSent", "ReauthRequired", "Refused", "Throttled", "TweetgenError"),
    "tweetgen.hookspecs": ("hookimpl",),
    "tweetgen.interfaces": ("Host", "Page", "Source"),
    "tweetgen.model.model": ("Model",),
}
_HOMES = {name: (module, name) for module, names in _BY_MODULE.items() for name in names}
_HOMES["train"] = ("tweetgen.pipeline.train", "train_on")


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
