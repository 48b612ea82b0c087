"""The line with which the service begins: who is served, where the pages are, what is next."""

import logging
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

from tweetgen.domain import Slot
from tweetgen.errors import StoreError
from tweetgen.service.context import Context
from tweetgen.service.wording import some

LOG = logging.getLogger(__name__)
#: accounts that are named
_NAMED = 5
#: slots looked at for the next one of each step
_MOST = 1000
_STEPS = ("post", "collect", "train")


class Greeting:
    """Said once, when the first slots are made."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._said = False

    def say(self, pages: str) -> None:
        """`pages`: their address, "" where there are none."""
        if not self._said:
            self._said = True
            LOG.info("%s", greeting(self._context, pages))


def greeting(context: Context, pages: str) -> str:
    """What a person who started the service wants to know."""
    accounts = list(context.accounts)
    parts = [f"tweetgen {version('tweetgen')} serves {some(len(accounts), 'account')}{_names(accounts)}"]
    if context.dry_run:
        parts.append("nothing is sent, for this is a dry run")
    parts.append(f"pages at {pages}" if pages else "no pages")
    try:
        parts += list(_next(context)) or ["nothing is planned"]
    except StoreError as error:  # it begins all the same, and goes on trying
        parts.append(str(error))
    return "; ".join(parts)


def _names(accounts: list[str]) -> str:
    if not accounts:
        return " (write accounts/NAME.yaml)"
    more = f" and {len(accounts) - _NAMED} more" if len(accounts) > _NAMED else ""
    return f" ({', '.join(accounts[:_NAMED])}{more})"


def _next(context: Context) -> Iterator[str]:
    paused = context.store.accounts.paused()
    for step in _STEPS:
        served = (one for one in context.store.slots.upcoming(step=step, limit=_MOST) if context.serves(one.account))
        if slot := next((one for one in served if one.account not in paused), None):
            whose = f" of {slot.account}" if slot.account else ""
            yield f"next {step}{whose}: {_shown(context, slot)}"
    if paused:
        yield "some accounts are paused (see: tweetgen accounts)"


def _shown(context: Context, slot: Slot) -> str:
    app = context.app
    zone = app.account(slot.account).timezone if slot.account else app.config.timezone
    at: datetime = slot.due_at.astimezone(ZoneInfo(zone))
    return f"{at:%a %Y-%m-%d %H:%M %Z}"
