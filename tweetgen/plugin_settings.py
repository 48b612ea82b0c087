"""The settings of plugins: checked against their models with all other files, described for editors."""

from collections.abc import Iterable
from typing import Any

from tweetgen import config as configuration
from tweetgen.config import Draft
from tweetgen.errors import TweetgenError, UnknownName
from tweetgen.plugins import Plugins


def settings_problems(draft: Draft) -> list[str]:
    """What is wrong in the settings of every entry of the files, or with a plugin that cannot be loaded."""
    try:
        return entry_problems(draft, Plugins.load(draft.plugin_folders))
    except TweetgenError as error:
        return [str(error)]


def entry_problems(draft: Draft, plugins: Plugins) -> list[str]:
    """The same, of plugins that are loaded; unknown names are told with the nearest ones."""
    return [problem for placed in draft.entries for problem in _of_entry(placed, plugins)]


def _of_entry(placed: configuration.PlacedEntry, plugins: Plugins) -> Iterable[str]:
    entry = placed.entry
    try:
        model = plugins.registries[placed.role].get(entry.name).settings
    except UnknownName as error:
        return [f"{placed.file}: {placed.where}: {error}"]
    place = (*placed.place, entry.name)
    return configuration.check_settings(placed.file, place, entry, model)


def schemas(plugins: Plugins) -> dict[str, dict[str, Any]]:
    """The JSON Schemas of `config` and `account` files, the settings of `plugins` included."""
    offered = {
        role: {offer.name: configuration.settings_schema(offer.settings) for offer in registry}
        for role, registry in plugins.registries.items()
    }
    return {"config": configuration.config_schema(offered), "account": configuration.account_schema(offered)}
