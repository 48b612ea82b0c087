"""Hands candidates to review queues, takes what was decided there, ends what waited too long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from tweetgen.domain import Decision, Pending
from tweetgen.interfaces import ReviewQueue
from tweetgen.pipeline.review import expire, gather, submit
from tweetgen.service.context import Context
from tweetgen.service.wording import listed, some


def review(context: Context) -> None:
    """For every account; a queue that hangs or fails keeps no other from being asked."""
    context.work.do("expire", "", partial(_expire, context))
    queues = {name: _Patient(context, name, configured.queue) for name, configured in context.parts.queues().items()}
    for account in context.store.candidates.untold():
        if account in queues and not context.stopping.is_set():
            context.work.do("submit", account, partial(_submit, context, queues[account]))
    _gather_all(context, queues.values())


def _expire(context: Context) -> str:
    number = expire(context.store, context.now())
    return f"{some(number, 'candidate')} expired undecided" if number else ""


def _submit(context: Context, queue: "_Patient") -> str:
    number = submit(context.store, queue, queue.account, context.now())
    return f"{some(number, 'candidate')} handed over" if number else ""


def _gather_all(context: Context, queues: "Iterable[_Patient]") -> None:
    """Ask all queues, then take what was answered; most have nothing to say most of the time."""
    ready = {queue.what: queue for queue in queues if context.work.may("review", queue.account)}
    questions = {what: queue.ask for what, queue in ready.items()}
    answers = context.patience.ask(questions, context.app.config.service.plugin_timeout)
    for what, answer in answers.items():
        queue = ready[what]
        if answer or context.work.failed_last("review", queue.account):
            context.work.do("review", queue.account, partial(_gather, context, queue, answer))


def _gather(context: Context, queue: "_Patient", answer: Sequence[Decision] | Exception) -> str:
    if isinstance(answer, Exception):
        raise answer
    gathered = gather(context.store, replace(queue, answer=answer), context.now(), queue.account)
    return listed({"decided": len(gathered.applied), "refused": len(gathered.refused)})


@dataclass(frozen=True)
class _Patient:
    """An account's review queue, given up where it does not answer; implements `interfaces.ReviewQueue`."""

    context: Context
    account: str
    queue: ReviewQueue
    #: what it said when it was asked for decisions
    answer: Sequence[Decision] = ()

    @property
    def what(self) -> str:
        return f"review queue of account {self.account}"

    def ask(self) -> Sequence[Decision]:
        return list(self.queue.decisions())

    def submit(self, candidates: Sequence[Pending]) -> None:
        limit = self.context.app.config.service.plugin_timeout
        self.context.patience.call(self.what, partial(self.queue.submit, candidates), limit)

    def decisions(self) -> Iterable[Decision]:
        return self.answer
