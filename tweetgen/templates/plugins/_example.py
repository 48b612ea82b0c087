"""A source of your own: posts from a transcript, one `NAME: what they said` a line.

This file sleeps because its name begins with _. Rename it to source_transcript.py, and `tweetgen plugins`
lists it; then write in config.yaml

    sources:
      - transcript: {path: talk.txt}

and `tweetgen collect` brings the posts in.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from pydantic import BaseModel, ConfigDict

from tweetgen.domain import Json, Post
from tweetgen.errors import InputError
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Host, Page, Register, Source


class TranscriptSource:
    """Reads the whole file each time; a post is stored once, however often it is given."""

    class Settings(BaseModel):
        """What may stand behind `transcript:` in a configuration file."""

        model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

        path: str
        """The transcript; relative to config.yaml."""

    def __init__(self, settings: Settings, host: Host) -> None:
        self.path = host.base / settings.path

    def fetch(self, authors: Sequence[str] | None, cursor: Json) -> Iterator[Page]:
        """One page with every post of `authors` (None: of everybody)."""
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError as error:
            raise InputError(
                str(self.path), str(error.strerror), "correct its path in config.yaml"
            ) from error
        said = [
            (name.strip(), text.strip())
            for name, colon, text in (line.partition(":") for line in lines)
            if colon
        ]
        yield Page([_post(name, text) for name, text in said if authors is None or name in authors], cursor)


def _post(author: str, text: str) -> Post:
    digest = sha256(f"{author}\n{text}".encode()).hexdigest()
    return Post(author=author, text=text, id=digest[:16], source="transcript")


@hookimpl
def register_sources(register: Register[Source]) -> None:
    """Called once, at start; a plugin offers, the configuration chooses."""
    register("transcript", TranscriptSource)
