"""`tweetgen init`: a new instance."""

from pathlib import Path

import click


@click.command(short_help="Write a new instance that works at once")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Write a new instance that works at once.

    DIR is made if it is not there, and refused untouched if it holds anything. It gets a commented
    config.yaml, an account with three invented voices and their posts, a sleeping example of a plugin, and
    JSON Schemas, by which editors complete and check what you write.

    \b
    Example:
      tweetgen init mybot
    """
    from tweetgen.config.new import write_instance
    from tweetgen.plugin_settings import schemas
    from tweetgen.plugins import Plugins

    for name in write_instance(folder, schemas(Plugins.load())):
        click.echo(f"  {folder / name}", err=True)
    click.echo(f"{folder} is ready. Next, type:")
    if folder.resolve() != Path.cwd():
        click.echo(f"  cd {_quoted(folder)}")
    for line in ("tweetgen collect", "tweetgen train", "tweetgen generate"):
        click.echo(f"  {line}")


def _quoted(folder: Path) -> str:
    import shlex

    return shlex.quote(str(folder))
