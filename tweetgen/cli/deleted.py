"""What is left to do once posts were deleted: in the overlap index, for models and trainings that hold them."""

from collections.abc import Sequence

import click

from tweetgen.cli.instance import Instance


def clear_up(instance: Instance, authors: Sequence[str]) -> None:
    """Take deleted posts of these authors out of the index; tell who learnt from them, and forget who was about to.

    Exit code 2 where a training is at work on their texts.
    """
    _leave_index(instance)
    _name_weights(instance, authors)
    _forget_trainings(instance, authors)


def _leave_index(instance: Instance) -> None:
    """Take what was purged out of the overlap index, if there is one."""
    from tweetgen.errors import Busy
    from tweetgen.pipeline.index import FOLDER, keep_up

    folder = instance.app.state / FOLDER
    try:
        if folder.is_dir():
            keep_up(instance.app.store, folder)
    except Busy as error:
        instance.err.print(f"{error}; until then it holds their texts, which leave it with the next collect")


def _name_weights(instance: Instance, authors: Sequence[str]) -> None:
    """Tell which weights files learnt from these authors."""
    from tweetgen.model.cards import card
    from tweetgen.model.library import listing

    cards = [card(path) for path in listing(instance.app.weights_folders)]
    for found in cards:
        if found.problem is not None:
            instance.err.print(f"passed over: {found.path}: {found.problem}")
    learnt = {found.path: shared for found in cards if (shared := [*filter(found.learnt_from, authors)])}
    if learnt:
        instance.out.print("These weights files learnt from their authors; delete them, or train them again:")
    for path, shared in learnt.items():
        instance.out.print(f"  {path} ({', '.join(shared)})")


def _forget_trainings(instance: Instance, authors: Sequence[str]) -> None:
    """Clear stopped trainings that hold texts of these authors; exit code 2 where one is at work."""
    from tweetgen.pipeline.workspace import forget_trainings

    folder = instance.app.trainings
    forgotten, busy = forget_trainings(folder, authors)
    for model in forgotten:
        instance.out.print(f"The stopped training of {model} held their texts and is forgotten: it cannot be resumed.")
    for model in busy:
        instance.err.print(
            f"{folder / model} still holds their texts, for {model} is learning from them now; stop that training,"
            " and delete this folder"
        )
    if busy:
        click.get_current_context().exit(2)
