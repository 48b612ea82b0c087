"""Trains the models that are due, one after the other, each in a process of its own."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from tweetgen.service.context import Context
from tweetgen.service.steps.due import do_due
from tweetgen.service.training import PATIENCE, Child, Order
from tweetgen.service.work import Failed

#: held by the one daemon of a store that trains
_LEASE = "train"


def train_due(context: Context) -> None:
    """Train for every account, or for the whole instance, that has a slot for it, unless another daemon trains."""
    if not context.store.slots.due(context.now(), "train", limit=1):
        return
    with context.lease(_LEASE, _holding(context)) as mine:
        if mine:
            do_due(context, "train", _holding(context), partial(_train, context), again=None)


def _holding(context: Context) -> timedelta:
    """As long as a child may live whose daemon was killed."""
    return timedelta(seconds=_order(context, "").limit + 3 * PATIENCE)


def _train(context: Context, account: str) -> str:
    order = _order(context, account)
    context.store.leases.renew(_LEASE, context.owner, context.now() + _holding(context))
    child = Child(order, context.app.state / "logs" / f"train-{order.model}.log")
    while not child.ended():
        if context.stopping.wait(0.5):
            child.stop()
            raise Failed(f"the training of {order.model!r} was cut off, because the service ends")
        if child.overdue():
            child.stop()
            raise Failed(f"the training of {order.model!r} was stopped after {order.limit:.0f} s: {child.last_words()}")
    if failure := child.failure():
        raise Failed(failure)
    return f"model {order.model!r} trained"


def _order(context: Context, account: str) -> Order:
    app = context.app
    model = app.account(account).model if account else app.config.model.name
    return Order(app.base, model, app.config.service.train_minutes, _authors(context, model))


def _authors(context: Context, model: str) -> Sequence[str] | None:
    """Everybody for the instance's own model; for another one those in the voices that are spoken with it."""
    app = context.app
    if model == app.config.model.name:
        return None
    return sorted({author for account in app.accounts.values() if account.model == model for author in account.voice})
