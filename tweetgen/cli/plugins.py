"""`tweetgen plugins`: what is on offer."""

from typing import Any

import click

from tweetgen.cli.instance import Instance


@click.command(short_help="List the plugins and their settings")
@click.argument("name", required=False)
@click.pass_obj
def command(instance: Instance, name: str | None) -> None:
    """List the plugins and their settings; with NAME, what each setting of that one means.

    \b
    Examples:
      tweetgen plugins
      tweetgen plugins jsonl
    """
    from rich.table import Table

    from tweetgen.app import load_plugins
    from tweetgen.cli import COMMANDS
    from tweetgen.cli.added import refuse_built_in
    from tweetgen.config import settings_schema

    plugins = load_plugins(instance.folder)
    refuse_built_in(plugins.commands, COMMANDS)
    if name is not None:
        for offer in plugins.named(name):
            instance.out.print(f"{offer.role} {offer.name}")
            _describe(instance, settings_schema(offer.settings))
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("role", "name", "from", "settings (* must be given)"):
        table.add_column(heading, overflow="fold")
    for offer in plugins.listing():
        table.add_row(offer.role, offer.name, offer.where, ", ".join(_names(settings_schema(offer.settings))))
    for added in plugins.commands:
        table.add_row("command", added.name, added.where, "")
    instance.out.print(table)


def _names(schema: dict[str, Any]) -> list[str]:
    required = schema.get("required", [])
    return [f"{key}*" if key in required else key for key in schema.get("properties", {})]


def _describe(instance: Instance, schema: dict[str, Any]) -> None:
    from rich.table import Table

    from tweetgen.config.allowed import allowed

    table = Table(box=None, pad_edge=False)
    for heading in ("setting", "default", "allowed", "meaning"):
        table.add_column(heading, overflow="fold")
    required = schema.get("required", [])
    for key, value in schema.get("properties", {}).items():
        default = "must be given" if key in required else _default(value)
        table.add_row(key, default, allowed(schema, (key,)) or "", " ".join(value.get("description", "").split()))
    instance.out.print(table)


def _default(value: dict[str, Any]) -> str:
    default = value.get("default")
    return "" if default is None or isinstance(default, dict) else str(default)
