"""`tweetgen pause`: the kill switch."""

from collections.abc import Sequence

import click

from tweetgen.cli.instance import Instance
from tweetgen.cli.person import hand_of


@click.command(short_help="Stop accounts from posting, at once")
@click.argument("accounts", metavar="[ACCOUNT]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All accounts, those to come included.")
@click.option("--reason", default="", metavar="TEXT", help="Why; shown wherever the pause is.")
@click.pass_obj
def command(instance: Instance, accounts: Sequence[str], every: bool, reason: str) -> None:
    """Stop accounts from posting, at once: a running service begins to send nothing more for them within a second.

    It works also while the configuration is broken. What is being sent at that moment is not called back. Posts that
    come due meanwhile are made up for, or not, as schedule.catch_up says, once `tweetgen resume` ends the pause.

    \b
    Examples:
      tweetgen pause parody --reason "said something odd"
      tweetgen pause --all
    """
    from tweetgen.pipeline.pausing import check_names, pause
    from tweetgen.store.accounts import EVERY

    app = instance.open_anyhow()
    if every == bool(accounts):
        raise click.UsageError("name one or more accounts, or say --all")
    check_names(app.store, app.accounts, accounts)
    for name in [EVERY] if every else accounts:
        pause(hand_of(instance), name, reason)
    instance.out.print(f"Paused: {'all accounts' if every else ', '.join(accounts)}.")
