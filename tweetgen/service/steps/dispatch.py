"""Sends what is in the outbox, some destinations at a time, so that one that hangs does not keep the others waiting."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from random import Random

from tweetgen.pipeline.delivery import Judge
from tweetgen.pipeline.dispatch import Dispatcher, Timing
from tweetgen.pipeline.reconcile import Reconciler
from tweetgen.service.context import Context
from tweetgen.service.steps.channels import Channels

#: destinations that are sent to at a time
_SENDERS = 4


class Dispatch:
    """The outbox as one daemon works on it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._channels = Channels(context)
        timing = Timing(context.now, context.app.config.service.plugin_timeout)
        chance = Random()
        self._dispatcher = Dispatcher(
            context.store, context.owner, {}, timing, Judge(chance), self._channels.allowed, context.teller.tell
        )
        self._reconciler = Reconciler(context.store, {}, timing, chance, tell=context.teller.tell)
        self._pool = ThreadPoolExecutor(_SENDERS, thread_name_prefix="send")
        self._sending: set[Future[bool]] = set()

    def dispatch(self) -> None:
        """Have what is due sent: with each call by one sender more, as long as there is something to send."""
        self._dispatcher.channels = self._channels.now()
        self._sending = {sender for sender in self._sending if not sender.done()}
        if len(self._sending) < _SENDERS:
            piece = self._preview if self._context.dry_run else self._send
            self._sending.add(self._pool.submit(self._context.work.do, "dispatch", "", piece))

    def reconcile(self) -> None:
        """Find out what became of texts whose sending was cut off."""
        if not self._context.dry_run:
            self._reconciler.channels = self._channels.now()
            self._context.work.do("reconcile", "", self._reconcile)

    def finish(self, seconds: float | None = None) -> bool:
        """Wait for what is being sent; False if something still is after so many seconds."""
        return not wait(self._sending, seconds).not_done

    def close(self) -> int:
        """Send nothing more; how many texts were just being sent, whose outcome is unknown now."""
        return self._dispatcher.close()

    def _send(self) -> str:
        number = 0
        while not self._context.stopping.is_set() and (attempts := self._dispatcher.send_next()):
            number += attempts
        return f"{number} tried" if number else ""

    def _preview(self) -> str:
        keyed = dict.fromkeys(self._dispatcher.channels, True)
        for row in self._context.store.outbox.due(self._context.now(), keyed, self._channels.allowed):
            self._context.would_send(row.account, row.destination, row.text)
        return ""

    def _reconcile(self) -> str:
        number = self._reconciler.run()
        return f"{number} of unknown outcome looked into" if number else ""
