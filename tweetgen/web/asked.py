"""What the address of a playground asks for: all that is set there, so that it can be sent to somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pydantic import ValidationError

from tweetgen.errors import InputError
from tweetgen.model.library import find
from tweetgen.web.wishes import TextsIn

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from tweetgen.web.site import Site

#: what a playground begins with; 1 leaves top-p and guidance without effect
DEFAULTS: Mapping[str, str] = {
    "prefix": "",
    "count": "12",
    "seed": "",
    "temperature": "0.8",
    "top_p": "1",
    "guidance": "1",
    "max_length": "280",
}
_MANNER = ("temperature", "top_p", "guidance", "max_length")
_MOST_AUTHORS = 200
#: so many authors of a model are shown at once; of more, those that are asked for
FEW = 6
# without scripts a share is a number of a slider
_WHOLE = "100"


@dataclass(frozen=True)
class Asked:
    """As it stands in the address, checked by nobody yet."""

    model: str
    #: authors and their shares, in order; some may be 0
    voice: tuple[tuple[str, str], ...]
    #: see `DEFAULTS`
    settings: Mapping[str, str]

    @classmethod
    def of(cls, query: "QueryParams", site: "Site") -> "Asked":
        """What an address leaves open is as the first account has it, else as the default model.

        Raises InputError where there is no model at all.
        """
        model, voice = query.get("model", ""), _voice(query)
        if not model:
            names = site.studio.names()
            account = next((one for one in site.app.accounts.values() if one.model in names), None)
            model = find(None, site.app.weights_folders).stem if account is None else account.model
            if account is not None and "author" not in query:
                total = sum(account.voice.values())
                voice = [(author, f"{100 * share / total:.0f}") for author, share in account.voice.items()]
        return cls(model, tuple(voice), {name: query.get(name, value) for name, value in DEFAULTS.items()})

    def among(self, authors: Sequence[str], say_nobody: bool) -> "Asked":
        """With all authors of a model of few; where nobody was named, and nobody's voice not asked for, the first."""
        voice = list(self.voice)
        if not voice and not say_nobody:
            voice = [(author, _WHOLE) for author in authors[:1]]
        if len(authors) <= FEW:
            named = {author for author, _ in voice}
            voice += [(author, "0") for author in authors if author not in named]
        return replace(self, voice=tuple(voice))

    @property
    def heard(self) -> dict[str, str]:
        """The voice: those whose share is not 0; none are nobody."""
        return {author: share for author, share in self.voice if not _is_zero(share)}

    def wish(self, first: str | None = None) -> TextsIn:
        """The same as programs ask for it; `first`: the seed where none is set. Raises InputError."""
        settings = {name: value for name, value in self.settings.items() if value.strip()}
        manner = {name: settings.pop(name) for name in _MANNER if name in settings}
        if first:
            settings.setdefault("seed", first)
        asked = {**settings, "prefix": self.settings["prefix"], "voice": self.heard, "writing": manner}
        try:
            return TextsIn.model_validate(asked)
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]
            where = " ".join(str(part) for part in wrong["loc"] if isinstance(part, str) and part != "writing")
            raise InputError(where.replace("_", " "), wrong["msg"], "choose another value") from None

    def address(self, path: str, **more: str) -> str:
        """Where the same is asked; `more` stands in place of what is set."""
        changed = {name: value for name, value in self.settings.items() if value != DEFAULTS[name]} | more
        pairs = [("model", self.model)]
        for author, share in self.voice or [("", "")]:
            pairs += [("author", author), ("share", share)]
        return f"{path}?{urlencode([*pairs, *changed.items()])}"


def _voice(query: "QueryParams") -> list[tuple[str, str]]:
    """author=… and share=… in pairs; then `without` one of them, or with one more."""
    shares = query.getlist("share")
    voice: dict[str, str] = {}
    for place, author in enumerate(query.getlist("author")[:_MOST_AUTHORS]):
        if author:
            voice[author] = shares[place] if place < len(shares) else _WHOLE
    voice.pop(query.get("without", ""), None)
    if added := query.get("add", "").strip():
        voice.setdefault(added, _WHOLE)
    return list(voice.items())


def _is_zero(share: str) -> bool:
    try:
        return float(share) == 0
    except ValueError:
        return False
