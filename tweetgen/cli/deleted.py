"""What is left to do once posts were deleted: in the overlap index, for models and trainings that hold them."""

from collections.abc import Sequence

import click

from tweetgen.cli.instance import Instance


def clear_up(instance: Instance, authors: Sequence[str]) -> None:
    """Take deleted posts of these authors out of the index; tell who learnt from them, and forget who was about to.

    Exit code 2 where a training is at work on their texts.
    """
    from tweetgen.pipeline import purge

    app = instance.app
    cleared = purge.clear_up(app.store, app.state, app.trainings, authors)
    if cleared.index is not None:
        instance.err.print(cleared.index)
    _name_weights(instance, authors)
    for model in cleared.forgotten:
        instance.out.print(f"The stopped training of {model} held their texts and is forgotten: it cannot be resumed.")
    for model in cleared.busy:
        instance.err.print(
            f"{app.trainings / model} still holds their texts, for {model} is learning from them now; stop that"
            " training, and delete this folder"
        )
    if cleared.busy:
        click.get_current_context().exit(2)


def _name_weights(instance: Instance, authors: Sequence[str]) -> None:
    """Tell which weights files learnt from these authors."""
    from tweetgen.pipeline.purge import learnt_from

    learnt = learnt_from(instance.app.weights_folders, authors)
    for path, problem in learnt.problems.items():
        instance.err.print(f"passed over: {path}: {problem}")
    if learnt.files:
        instance.out.print("These weights files learnt from their authors; delete them, or train them again:")
    for path, shared in learnt.files.items():
        instance.out.print(f"  {path} ({', '.join(shared)})")
