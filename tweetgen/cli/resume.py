"""`tweetgen resume`: the end of a pause."""

from collections.abc import Sequence

import click

from tweetgen.cli.instance import Instance
from tweetgen.cli.person import hand_of


@click.command(short_help="Let paused accounts post again")
@click.argument("accounts", metavar="[ACCOUNT]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="End the pause of all accounts; those paused by name stay paused.")
@click.pass_obj
def command(instance: Instance, accounts: Sequence[str], every: bool) -> None:
    """Let paused accounts post again.

    \b
    Examples:
      tweetgen resume parody
      tweetgen resume --all
    """
    from tweetgen.pipeline.pausing import check_names, resume
    from tweetgen.store.accounts import EVERY

    app = instance.open_anyhow()
    if every == bool(accounts):
        raise click.UsageError("name one or more accounts, or say --all")
    check_names(app.store, app.accounts, accounts)
    ended = [name for name in ([EVERY] if every else accounts) if resume(hand_of(instance), name)]
    if not ended:
        instance.out.print("Nothing was paused like that.")
    elif every:
        instance.out.print("The pause of all accounts has ended.")
    else:
        instance.out.print(f"Resumed: {', '.join(ended)}.")
    _tell_what_stays(instance)


def _tell_what_stays(instance: Instance) -> None:
    """What else is still paused, since a person who resumes expects posts."""
    from tweetgen.store.accounts import EVERY

    paused = instance.app.store.accounts.paused()
    if EVERY in paused:
        instance.out.print("All accounts are paused: tweetgen resume --all")
    elif paused:
        instance.out.print(f"Still paused by name: {', '.join(sorted(paused))}.")
