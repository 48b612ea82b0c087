"""Publishes to standard output, for trying things out and for pipes."""

import json
import sys
import unicodedata
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tweetgen.domain import Outgoing, Receipt
from tweetgen.errors import NotSent
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Destination, Host, Register

NAME = "stdout"


class StdoutDestination:
    """Prints and forgets: nobody can ask it later what it printed."""

    keyed = False
    settle = timedelta(0)

    class Settings(BaseModel):
        """How a post is printed."""

        model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

        format: Literal["text", "json"] = "text"
        """As it is, or as one JSON object a line with `key`, `account`, `text` and `part`."""

    def __init__(self, settings: Settings, host: Host) -> None:
        self._format = settings.format

    def publish(self, outgoing: Outgoing) -> Receipt:
        """Raises `NotSent` where nobody reads standard output any more."""
        if self._format == "json":
            names = ("key", "account", "text", "part")
            shown = json.dumps({name: getattr(outgoing, name) for name in names})
        else:
            shown = _harmless(outgoing.text)
        try:
            sys.stdout.write(shown + "\n")
            sys.stdout.flush()
        except (BrokenPipeError, ValueError) as error:  # the second where it was closed
            raise NotSent("standard output: nobody reads it any more; start again with a reader") from error
        return Receipt()

    def find(self, outgoing: Outgoing) -> Receipt | None:
        """Raises `NotImplementedError`: what was printed is gone."""
        raise NotImplementedError


def _harmless(text: str) -> str:
    """Without control characters, which would command the terminal; characters it cannot show become escapes."""
    encoding = sys.stdout.encoding or "utf-8"
    kept = "".join("�" if unicodedata.category(one) == "Cc" and one not in "\n\t" else one for one in text)
    return kept.encode(encoding, "backslashreplace").decode(encoding)


@hookimpl
def register_destinations(register: Register[Destination]) -> None:
    """Offer standard output as `stdout`."""
    register(NAME, StdoutDestination)
