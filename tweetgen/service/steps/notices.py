"""What a person should hear of besides failures: candidates that wait, slots without a text."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from tweetgen.domain import Event, ReviewState, Severity
from tweetgen.pipeline import observe
from tweetgen.service.context import Context

#: causes, each followed by the account
_WAITS, _LACKS = "candidate_pending", "no_text"
#: by account and state
Counts = Mapping[str, Mapping[ReviewState, int]]
#: slots looked at
_MOST = 1000
#: a post this near without an approved text is one to hear of
_SOON = timedelta(hours=1)
#: no other daemon tells again meanwhile
_TELLING = timedelta(minutes=10)


def notice(context: Context) -> None:
    """Look at every account, then tell what could not be told before."""
    context.work.do("notices", "", partial(_notice, context))


def _notice(context: Context) -> str:
    counts = context.store.candidates.counts()
    known = {notice.event.cause: notice.event for notice in context.store.notices.open()}
    events = [*_pending(context, counts), *_dry(context, counts)]
    for event in events:
        if event.cause not in known:
            context.teller.tell(event)
        elif event.message != known[event.cause].message:
            context.teller.renew(event)
    lasting = {event.cause for event in events}
    for cause, event in known.items():
        if cause not in lasting and _is_over(context, event):
            context.teller.over(cause)
    with context.lease("notices", _TELLING) as mine:
        if mine:
            observe.tell_again(context.store, context.parts.observers(), context.now())
    return ""


def _is_over(context: Context, event: Event) -> bool:
    """Whether what is not seen here any more has ended; all has that concerns an account without a file."""
    account = event.account
    ours = event.cause in (f"{_WAITS}:{account}", f"{_LACKS}:{account}") and context.serves(account)
    return ours or (account != "" and account not in context.app.accounts)


def _pending(context: Context, counts: Counts) -> Iterator[Event]:
    """One for each account with candidates that wait for somebody."""
    for account in context.accounts:
        if pending := counts.get(account, {}).get(ReviewState.PENDING, 0):
            see = f"see: tweetgen review --account {account}"
            waiting = "1 candidate waits" if pending == 1 else f"{pending} candidates wait"
            message = f"account {account}: {waiting} for a decision; {see}"
            yield Event(_WAITS, account, Severity.INFO, message, f"{_WAITS}:{account}", context.now())


def _dry(context: Context, counts: Counts) -> Iterator[Event]:
    """One for each account that is soon to post and has no approved text."""
    soon = context.now() + _SOON
    due = {slot.account: slot for slot in reversed(context.store.slots.upcoming(step="post", limit=_MOST))}
    for account, slot in due.items():
        own = counts.get(account, {})
        if account in context.accounts and slot.due_at <= soon and not own.get(ReviewState.APPROVED, 0):
            at = slot.due_at.astimezone(ZoneInfo(context.accounts[account].timezone))
            message = (
                f"account {account}: no text is approved for the post of {at:%a %Y-%m-%d %H:%M %Z}"
                f" ({own.get(ReviewState.PENDING, 0)} wait for a decision); see: tweetgen review --account {account}"
            )
            yield Event("queue_dry", account, Severity.WARNING, message, f"{_LACKS}:{account}", context.now())
