"""Everything that is due, once: for those who let cron keep the time."""

from tweetgen.service.context import Context
from tweetgen.service.steps import Steps


def serve_once(context: Context) -> bool:
    """Do what is due of every step, in the order of the story; True if nothing failed."""
    steps = Steps(context)
    for tick in steps.ticks:
        tick.call()
    steps.finish()
    context.teller.work_off()
    return context.work.failures == 0
