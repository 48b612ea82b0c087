"""What destinations say against a text, in a few words, for beside the buttons that decide about it."""

from collections.abc import Sequence
from typing import NamedTuple

from tweetgen.web.candidate_json import PreviewOut


class Caution(NamedTuple):
    """One such word."""

    #: whether it cannot be posted there as it is
    refused: bool
    words: str


def caution(preview: PreviewOut) -> Caution | None:
    """What one destination says; None: nothing."""
    said = []
    if not preview.fits:
        too_long = preview.limit is not None and preview.weighted > preview.limit
        said.append(f"too long, {preview.weighted:,} of {preview.limit:,}" if too_long else "does not take it")
    if preview.warning:
        said.append(preview.warning)
    return Caution(not preview.fits, "; ".join(said)) if said else None


def cautions(previews: Sequence[PreviewOut]) -> list[Caution]:
    """What all of them say, with their names; what several say alike is there once."""
    names: dict[Caution, list[str]] = {}
    for preview in previews:
        if told := caution(preview):
            names.setdefault(told, []).append(preview.destination)
    return [Caution(told.refused, f"{', '.join(who)}: {told.words}") for told, who in names.items()]
