"""`tweetgen train`: one network learns the voices of all authors."""

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.app import App
    from tweetgen.model.model import Model
    from tweetgen.pipeline.collect import Collected, Configured
    from tweetgen.pipeline.train import Plan
    from tweetgen.settings import Recipe


@click.command(short_help="Teach the shared model the voices of its authors")
@click.option("--users", metavar="A,B,…", help="Learn from these authors. Default: every author of the corpus.")
@click.option("--model", "name", metavar="NAME", help="The model to write: weights/NAME.safetensors.")
@click.option(
    "--from",
    "start",
    metavar="WEIGHTS",
    help="Start from this model (a name or a path), or `scratch`. Default: the model itself if there is one, "
    "else as configured (the shipped base).",
)
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Time budget. Default: as configured.")
@click.option("--epochs", type=click.FloatRange(min=0, min_open=True), help="Passes instead of minutes.")
@click.option("--seed", type=click.IntRange(min=0), help="Of everything random.")
@click.option(
    "--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change one setting, such as network.cells=256."
)
@click.option("--quick", is_flag=True, help="Learn new authors in seconds: their labels alone, all else stays.")
@click.option("--base", is_flag=True, help="Make base weights: for other models to start from, without any label.")
@click.option("--resume", is_flag=True, help="Go on with a training that was stopped or killed.")
@click.option("--no-collect", is_flag=True, help="Learn from what is in the store, without asking the sources.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    users: str | None,
    name: str | None,
    start: str | None,
    minutes: float | None,
    epochs: float | None,
    seed: int | None,
    changes: tuple[str, ...],
    quick: bool,
    base: bool,
    resume: bool,
    no_collect: bool,
) -> None:
    """Train the shared network on the posts of all authors, or of some; the author is its context.

    What is new in the configured sources is collected first, and of --users whoever is not in the corpus yet, where a
    source can look names up (x, for instance). The best network so far is on disk at any moment:
    Ctrl-C loses nothing, and --resume goes on. A second run goes on from the model there is, and adds new authors.

    \b
    Examples:
      tweetgen train
      tweetgen train --users ada,bob --model pair --minutes 2
      tweetgen train --users cleo --from pair --model trio --quick
      tweetgen train --from scratch --set network.cells=256 --set training.batch=32
      tweetgen train --resume
    """
    from tweetgen.cli.training_view import TrainingView
    from tweetgen.pipeline.train import resume as take_up
    from tweetgen.pipeline.train import train

    instance: Instance = ctx.obj
    if resume:
        _refuse_beside_resume(ctx)
    app = instance.app
    target = _target(app, name)
    view = TrainingView(instance.err)
    try:
        if resume:
            model = take_up(_workspace(app, target), target, view)
        else:
            recipe = _recipe(app, minutes, epochs, seed, (*changes, "training.thaw=only") if quick else changes)
            plan = _plan(app, target, recipe, _authors(users), start, base=base)
            if not no_collect:
                _collect(instance)
                plan = _looked_up(instance, plan)
            model = train(app.store, plan, view)
    finally:
        view.close()
    _tell(instance, model, target)


def _refuse_beside_resume(ctx: click.Context) -> None:
    """A training goes on as it was begun; raises UsageError for an option that would change it."""
    given = [
        option.opts[0]
        for option in ctx.command.params
        if option.name not in ("name", "resume", "no_collect")
        and ctx.get_parameter_source(str(option.name)) is not click.core.ParameterSource.DEFAULT
    ]
    if given:
        raise click.UsageError(f"--resume goes on as the training was begun; leave out {', '.join(given)}", ctx)


def _authors(users: str | None) -> list[str] | None:
    from tweetgen.errors import InputError

    if users is None:
        return None
    authors = [user.strip() for user in users.split(",") if user.strip()]
    if not authors:
        raise InputError(f"--users {users!r}", "names nobody", "write it as A,B, or leave it out for everybody")
    return authors


def _target(app: "App", name: str | None) -> Path:
    from tweetgen.errors import InputError

    chosen = app.config.model.name if name is None else name.removesuffix(".safetensors")
    if not chosen or "/" in chosen or "\\" in chosen or chosen.startswith("."):
        raise InputError(f"model name {name!r}", "is no plain name", "choose one such as `shared`")
    return app.weights_folders[0] / f"{chosen}.safetensors"


def _workspace(app: "App", target: Path) -> Path:
    return app.trainings / target.stem


def _recipe(
    app: "App", minutes: float | None, epochs: float | None, seed: int | None, changes: tuple[str, ...]
) -> "Recipe":
    from tweetgen.config import adjusted_recipe

    shorthand = []
    if epochs is not None:
        shorthand += [f"training.epochs={epochs}", f"training.minutes={'null' if minutes is None else minutes}"]
    elif minutes is not None:
        shorthand.append(f"training.minutes={minutes}")
    if seed is not None:
        shorthand.append(f"training.seed={seed}")
    return adjusted_recipe(app.config, [*changes, *shorthand], "--set")


def _plan(
    app: "App", target: Path, recipe: "Recipe", authors: Collection[str] | None, start: str | None, *, base: bool
) -> "Plan":
    from tweetgen.model.library import find
    from tweetgen.pipeline.train import SCRATCH, Plan

    if start is None and target.exists():
        parent: Path | None = target
    else:
        wanted = start or app.config.model.from_
        parent = None if wanted == SCRATCH else find(wanted, app.weights_folders)
    return Plan(target, _workspace(app, target), recipe, app.cleanings, authors=authors, parent=parent, base=base)


def _collect(instance: Instance) -> None:
    """Bring in what is new; a source that fails is told of, and does not keep the rest from being learnt."""
    if sources := instance.app.sources():
        _bring_in(instance, sources)


def _looked_up(instance: Instance, plan: "Plan") -> "Plan":
    """The plan with its authors as the corpus spells them, those brought in that a source could find."""
    from dataclasses import replace

    from tweetgen.pipeline.lookup import look_up

    if plan.authors is None:
        return plan
    found = look_up(instance.app.store, instance.app.sources(), list(plan.authors), partial(_bring_in, instance))
    return replace(plan, authors=found.authors)


def _bring_in(instance: Instance, sources: "Sequence[Configured]") -> "Collected":
    from tweetgen.cli.intake import take_in

    collected, _ = take_in(instance, instance.app.store, sources)
    if collected.new:
        instance.err.print(f"collected {collected.new:,} new posts")
    for problem in collected.problems[:5]:
        instance.err.print(problem)
    return collected


def _tell(instance: Instance, model: "Model", target: Path) -> None:
    bits = model.report.get("bits_per_character")
    if isinstance(bits, dict) and isinstance(bits.get("right"), float):
        instance.out.print(
            f"{model.name}: {bits['right']:.3f} bits per character on held-out posts with the right label,"
            f" {bits['none']:.3f} with none"
        )
    author = f" --as {model.authors[0]}" if model.authors else ""
    instance.out.print(f"written: {target}\n\nNext: tweetgen generate --model {model.name}{author}")
