"""`tweetgen config`: check, schema, show."""

import json

import click

from tweetgen.cli.instance import Instance


@click.group(short_help="Check, show and describe the configuration")
def command() -> None:
    """Check, show and describe the configuration.

    It stands in config.yaml and accounts/NAME.yaml; without a config.yaml, built-in settings count.
    """


@command.command()
@click.pass_obj
def check(instance: Instance) -> None:
    """Tell everything that is wrong, in all files at once.

    Plugins are loaded and their settings checked, too. Exit code 0 if all is well, else 2. A secret that is
    not there is only remarked upon: it may be set where tweetgen runs. So is a model or an author that is not
    learnt yet; `tweetgen doctor` looks at these and more.
    """
    from tweetgen.pipeline.accounts import troubles

    app = instance.app
    plugins = len(app.plugins.listing())
    remarks = app.missing_secrets()
    for account, problems in troubles(app.accounts, app.weights_folders).items():
        remarks += [f"accounts/{account}.yaml: {problem}" for problem in problems]
    for line in remarks:
        instance.err.print(line)
    accounts = ", ".join(app.accounts) or "none"
    instance.out.print(f"{app.base}: all is well (accounts: {accounts}; {plugins} plugins loaded)")


@command.command()
@click.argument("kind", type=click.Choice(["config", "account"]), default="config")
@click.option(
    "--write", is_flag=True, help="Write both schemas beside config.yaml, after a new plugin for instance."
)
@click.pass_obj
def schema(instance: Instance, kind: str, write: bool) -> None:
    """Print the JSON Schema of config.yaml or of accounts/NAME.yaml, settings of all plugins included.

    Editors that speak the YAML language server find it by the first line of a file:

    \b
      # yaml-language-server: $schema=config.schema.json
    """
    from tweetgen.app import folder_of, load_plugins
    from tweetgen.config.new import write_schemas
    from tweetgen.plugin_settings import schemas

    made = schemas(load_plugins(instance.folder))
    if write:
        for path in write_schemas(folder_of(instance.folder), made):
            click.echo(path)
    else:
        click.echo(json.dumps(made[kind], indent=1, ensure_ascii=False))


@command.command()
@click.argument("account", required=False)
@click.pass_obj
def show(instance: Instance, account: str | None) -> None:
    """Show what counts, defaults filled in: of the instance, or of ACCOUNT. Secrets are not looked up."""
    from tweetgen.config.show import as_yaml

    app = instance.app
    click.echo(as_yaml(app.account(account) if account else app.config), nl=False)
