"""What `tweetgen generate --submit` does: candidates are filtered and ranked, and the best go to review."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from tweetgen.model.model import Model
    from tweetgen.pipeline.restock import Restocked
    from tweetgen.settings import Writing


def submit(instance: Instance, account: str, model: "Model", writing: "Writing", seed: int) -> None:
    """Write candidates for an account, as many as `writing` says, and show those that went to review.

    Exit code 2 where none did. Raises `UnknownName` for an author that the model does not know.
    """
    from tweetgen.pipeline import review
    from tweetgen.pipeline.index import FOLDER, keep_up_if_free, open_index
    from tweetgen.pipeline.restock import Shortage, Stockroom, Supply

    app, now = instance.app, datetime.now(UTC)
    configured, index = app.account(account), app.state / FOLDER
    keep_up_if_free(app.store, index)
    supply = replace(Supply.of(account, configured, app.filters(account)), writing=writing)
    stockroom = Stockroom(app.store, lambda _: model, open_index(index))
    (done,) = stockroom.restock([Shortage(supply, supply.ranking.keep)], now, Random(seed))
    if done.added:
        review.submit(app.store, app.review_queue(account).queue, account, now)
    _show(instance, done)
    if not done.added:
        click.get_current_context().exit(2)


def _show(instance: Instance, done: "Restocked") -> None:
    for pending in done.added:
        scores = ", ".join(f"{name} {score:.2f}" for name, score in pending.scores.items())
        chance = ", at random" if pending.at_random else ""
        instance.out.print(f"{pending.number}  {pending.text}")
        instance.out.print(f"    score {pending.score:.2f} ({scores}){chance}", style="dim")
    dropped = ", ".join(f"{name} {count}" for name, count in done.dropped.items())
    told = f"{done.written} written, {len(done.added)} sent to review" + (f"; dropped by {dropped}" if dropped else "")
    instance.err.print(f"{done.account}: {done.problem or told}")
