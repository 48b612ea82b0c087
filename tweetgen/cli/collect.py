"""`tweetgen collect`: what is new from the configured sources."""

import click

from tweetgen.cli.instance import Instance


@click.command(short_help="Bring in what is new from every source")
@click.argument("sources", nargs=-1, metavar="[SOURCE]…")
@click.option(
    "--author", "authors", multiple=True, metavar="A", help="Only posts by A; may be given several times."
)
@click.option("--again", is_flag=True, help="Read from the start, also what was read before.")
@click.option("--estimate", is_flag=True, help="Only say what it may cost, and ask nobody.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.pass_obj
def command(
    instance: Instance,
    sources: tuple[str, ...],
    authors: tuple[str, ...],
    again: bool,
    estimate: bool,
    as_json: bool,
) -> None:
    """Bring in what is new from every source of config.yaml and of all accounts, or of each SOURCE named.

    Stopped anywhere, it keeps what came so far, and goes on there next time. Where posts cost money, what it may come
    to is told first; a budget ends it before more is spent.

    \b
    Examples:
      tweetgen collect
      tweetgen collect jsonl --author ada
      tweetgen collect x --estimate
    """
    from tweetgen.cli.intake import finish, take_in
    from tweetgen.errors import InputError

    configured = instance.app.sources(names=sources or None)
    configured_names = {one.name for one in configured}
    for name in sources:
        if name not in configured_names:
            raise InputError(f"source {name}", "not configured", "add it under `sources:` in config.yaml")
    if not configured:
        remedy = "add one under `sources:` in config.yaml, or bring in a file: tweetgen import FILE"
        raise InputError("nothing to collect", "no source is configured", remedy)
    if estimate:
        from tweetgen.pipeline.collect import estimates

        lines = list(estimates(instance.app.store, configured, authors or None, again=again))
        for line in lines or ["Nothing that is asked costs money."]:
            instance.out.print(line)
        return
    collected, duplicates = take_in(instance, instance.app.store, configured, authors or None, again=again)
    finish(instance, collected, duplicates, as_json, "tweetgen train" if collected.new else "")
