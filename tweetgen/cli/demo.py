"""`tweetgen demo`: three invented voices, learnt in seconds, and what they write."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.model.model import Model

#: how the texts shown are written; none of them is picked by hand
_WRITING: dict[str, Any] = {"temperature": (0.55,), "top_p": 0.95, "guidance": 1.3, "min_length": 25, "max_length": 200}
_SEED, _EACH = 4, 4


@click.command(short_help="Train on three invented voices and write as each of them")
@click.option(
    "--minutes",
    default=1.5,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    help="Longest time; ten passes over the posts are usually sooner.",
)
@click.option("--seed", default=_SEED, show_default=True, type=click.IntRange(min=0), help="Of what is written.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Keep the weights file. Default: forget it."
)
@click.pass_obj
def command(instance: Instance, minutes: float, seed: int, output: Path | None) -> None:
    """Show the whole of tweetgen at once: fine-tune the shipped base on a lighthouse keeper, a museum of
    spoons and a peasant with a phone, measure what was learnt, and write as each of them and as blends.

    It touches neither your corpus nor your models.
    """
    import tempfile

    from tweetgen.cli.training_view import TrainingView
    from tweetgen.pipeline.train import train_on
    from tweetgen.settings import Recipe, Training

    posts = demo_posts()
    instance.err.print(f"{sum(map(len, posts.values())):,} posts by {len(posts)} invented authors")
    view = TrainingView(instance.err, samples=False)
    with tempfile.TemporaryDirectory() as folder:
        target = output or Path(folder) / "demo.safetensors"
        try:
            recipe = Recipe(training=Training(minutes=minutes))
            model = train_on(posts, target, start=_base(instance), recipe=recipe, listener=view)
        finally:
            view.close()
    _show(instance, model, list(posts), seed)
    _say_what_next(instance, output)


def demo_posts() -> dict[str, list[str]]:
    """The posts of the invented authors, by author."""
    import json
    from importlib.resources import files

    folder = files("tweetgen_accounts") / "demo"
    posts: dict[str, list[str]] = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".jsonl"):
            for line in file.read_text(encoding="utf-8").splitlines():
                post = json.loads(line)
                posts.setdefault(post["author"], []).append(post["text"])
    return posts


def _base(instance: Instance) -> Path | None:
    """The shipped base weights; None, and so a network from scratch, in a checkout without them."""
    from tweetgen.model.library import listing

    shipped = [path for path in listing(instance.app.weights_folders) if path.stem == "base"]
    if not shipped:
        instance.err.print("no base weights here: learning from scratch, so expect more stammering")
    return shipped[0] if shipped else None


def _show(instance: Instance, model: "Model", authors: Sequence[str], seed: int) -> None:
    bits = model.report.get("bits_per_character")
    if isinstance(bits, dict):
        right, none = bits.get("right"), bits.get("none")
        if isinstance(right, float) and isinstance(none, float):
            instance.out.print(
                f"\nOn posts it never saw: {right:.3f} bits per character as their author's, {none:.3f} as nobody's."
            )
    first, second, *_ = authors
    voices: list[tuple[str, dict[str, float]]] = [(author, {author: 1.0}) for author in authors]
    voices.append((f"half {first}, half {second}", {first: 1.0, second: 1.0}))
    for place, (heading, voice) in enumerate(voices):
        instance.out.print(f"\n{heading}", style="bold")
        for text in model.generate(_EACH, voice, seed=seed + place * _EACH, **_WRITING):
            instance.out.print(f"  {' '.join(text.split())}")


def _say_what_next(instance: Instance, output: Path | None) -> None:
    more = f"\n  tweetgen generate --model {output} --as spoon_museum=1,turnip_peasant=1" if output else ""
    instance.out.print(
        f"\nNext:{more}\n"
        "  tweetgen init mybot && cd mybot       an instance of your own, with these voices in it\n"
        "  tweetgen import posts.jsonl           your own posts (or a CSV, a text file, your X archive)\n"
        "  tweetgen train && tweetgen generate"
    )
