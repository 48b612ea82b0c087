"""What a person should hear of besides failures: candidates that wait, slots without a text."""

from datetime import timedelta
from functools import partial

from tweetgen.domain import Event, ReviewState, Severity
from tweetgen.pipeline import observe
from tweetgen.service.context import Context

#: a post this near without an approved text is one to hear of
_SOON = timedelta(hours=1)
#: no other daemon tells again meanwhile
_TELLING = timedelta(minutes=10)


def notice(context: Context) -> None:
    """Look at every account, then tell what could not be told before."""
    context.work.do("notices", "", partial(_notice, context))


def _notice(context: Context) -> str:
    counts = context.store.candidates.counts()
    for account in context.accounts:
        own = counts.get(account, {})
        _pending(context, account, own.get(ReviewState.PENDING, 0))
        _dry(context, account, own.get(ReviewState.PENDING, 0), own.get(ReviewState.APPROVED, 0))
    with context.lease("notices", _TELLING) as mine:
        if mine:
            observe.tell_again(context.store, context.parts.observers(), context.now())
    return ""


def _pending(context: Context, account: str, pending: int) -> None:
    cause = f"candidate_pending:{account}"
    if not pending:
        context.teller.over(cause)
        return
    message = f"account {account}: {pending} candidates wait for a decision; see: tweetgen review --account {account}"
    context.teller.tell(Event("candidate_pending", account, Severity.INFO, message, cause, context.now()))


def _dry(context: Context, account: str, pending: int, approved: int) -> None:
    cause = f"no_text:{account}"
    if approved:
        context.teller.over(cause)
        return
    for slot in context.store.slots.upcoming(account, "post", limit=1):
        if slot.due_at <= context.now() + _SOON:
            message = (
                f"account {account}: no text is approved for the post of {slot.due_at:%Y-%m-%d %H:%M} UTC"
                f" ({pending} wait for a decision); see: tweetgen review --account {account}"
            )
            context.teller.tell(Event("queue_dry", account, Severity.WARNING, message, cause, context.now()))
