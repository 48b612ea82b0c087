"""Unedited samples for docs/samples/: of the demo voices by author, blend and temperature, and of the shipped base.

    python -m benchmarks.samples

Every text is the first that its seed gave; `make samples` writes the same files again on the same machine.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tweetgen import Model, train
from tweetgen.cli.demo import demo_posts

FOLDER = Path(__file__).parents[1] / "docs/samples"
TEMPERATURES = (0.5, 0.7, 0.9, 1.1)
#: texts under each heading
EACH = 5
MINUTES = 1.5
_PREFIXES = ("", "I ", "Breaking: ", "Why does ")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "base.md").write_text(of_base(Model.load()), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        model = train(demo_posts(), to=Path(folder) / "demo.safetensors", minutes=MINUTES)
        (FOLDER / "demo.md").write_text(of_demo(model), encoding="utf-8")


def of_base(model: Model) -> str:
    """As nobody in particular, with a few beginnings."""
    parts = [
        "# What the shipped base writes",
        "As nobody in particular, unedited and not picked: the first texts of seeds 0, 1, 2 …",
    ]
    for prefix in _PREFIXES:
        parts.append(f"## {f'Beginning with “{prefix.strip()}”' if prefix else 'Of its own accord'}")
        parts += _by_temperature(model, None, prefix=prefix)
    return "\n\n".join(parts) + "\n"


def of_demo(model: Model) -> str:
    """By author and blend."""
    first, second, third = model.authors
    voices: list[tuple[str, Mapping[str, float]]] = [(author, {author: 1.0}) for author in model.authors]
    voices += [
        (f"half {first}, half {second}", {first: 1.0, second: 1.0}),
        (f"two thirds {second}, one third {third}", {second: 2.0, third: 1.0}),
        ("all three", dict.fromkeys(model.authors, 1.0)),
    ]
    parts = [
        "# What the demo voices write",
        f"After at most {MINUTES} minutes of training on 640 posts of three invented authors (`tweetgen demo`), "
        "unedited and not picked: the first texts of seeds 0, 1, 2 …",
    ]
    for heading, voice in voices:
        parts.append(f"## {heading}")
        parts += _by_temperature(model, voice)
        parts.append(_listed("guidance 1.5, temperature 0.7", model, voice, temperature=0.7, guidance=1.5))
    return "\n\n".join(parts) + "\n"


def _by_temperature(model: Model, voice: Mapping[str, float] | None, **more: Any) -> Sequence[str]:
    return [_listed(f"temperature {each}", model, voice, temperature=each, **more) for each in TEMPERATURES]


def _listed(heading: str, model: Model, voice: Mapping[str, float] | None, **writing: Any) -> str:
    texts = model.generate(EACH, voice, seed=0, **writing)
    # as code, so that no sign of a text is taken for Markdown
    return "\n".join([f"**{heading}**", "", "```text", *[" ".join(text.split()) for text in texts], "```"])


if __name__ == "__main__":
    main()
