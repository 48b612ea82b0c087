"""Drops what is surely in another language than the account's; what cannot be told is kept."""

import re
from functools import cache
from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from tweetgen.domain import Candidate, Verdict
from tweetgen.hookspecs import hookimpl
from tweetgen.interfaces import Filter, Host, Register

from ._text.judging import FilterSettings, drop, keep

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

NAME = "language"
#: what py3langid tells apart
KNOWN = (
    "ace af am an ar ary arz as az ba bcl be bg bn br bs ca crh cs cy da de dz el en eo es et eu ext fa fi fo fr fuv "
    "fy ga gcf gcr gd gl gom grc gu gug guw ha hbo he hi hr ht hu hy id ig is it ja jv ka kab kik kk km kn ko ku ky "
    "la lb lg lij ln lo lt ltg lv mg mk ml mn mr ms mt my ne nl nn no nso oc om or pa pcm pl ps pt qu ro ru rw sa "
    "sdh se si sk sl sn so sq sr st sv sw ta te tg th tk tl tr tt ug uk ur uz uzs vec vi vo wa wuu xh yo yue zh zu"
)
#: in no language
_NO_WORDS = re.compile(r"https?://\S+|[@#]\w+")


class LanguageFilter:
    """One language, or a few; asked of py3langid, whose model is read when the first text needs it."""

    class Settings(FilterSettings):
        """Which languages."""

        allow: tuple[str, ...] = Field(min_length=1)
        """Their codes, such as `en` or `de`."""
        threshold: float = Field(0.98, gt=0.5, lt=1)
        """How sure it must be that a text is in none of them before it is dropped, as a probability."""
        letters: int = Field(15, ge=1)
        """A text of fewer letters is kept: of so few nobody can tell the language."""

        @field_validator("allow")
        @classmethod
        def _known(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
            if unknown := [code for code in codes if code not in KNOWN.split()]:
                raise ValueError(f"no known language {', '.join(map(repr, unknown))}; known: {KNOWN}")
            return codes

    def __init__(self, settings: Settings, host: Host) -> None:
        self._settings = settings

    def judge(self, candidate: Candidate) -> Verdict:
        """Drop a text that is surely in no language of the list."""
        settings = self._settings
        # small letters: a headline's capitals look German to the model
        text = _NO_WORDS.sub(" ", candidate.text).lower()
        letters = sum(map(str.isalpha, text))
        if letters < settings.letters:
            return keep(NAME, f"too short to tell the language ({letters} letters)")
        ranked = _identifier().rank(text)
        likeliest = ranked[0][0]
        foreign = 1 - min(sum(probability for code, probability in ranked if code in settings.allow), 1.0)
        if foreign >= settings.threshold:
            return drop(NAME, f"is in {likeliest}, not in {' or '.join(settings.allow)} ({foreign:.1%} sure)")
        if likeliest not in settings.allow:
            return keep(NAME, f"may be in {likeliest}, but that is only {foreign:.1%} sure")
        return keep(NAME, f"is in {likeliest}")


@cache
def _identifier() -> "LanguageIdentifier":
    """The model, once for all accounts: it takes half a second to read and 80 MB to keep."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@hookimpl
def register_filters(register: Register[Filter]) -> None:
    """Offer a choice of languages as `language`."""
    register(NAME, LanguageFilter)
