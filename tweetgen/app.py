"""One opened instance: its configuration, plugins and store, composed; no behaviour of its own."""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tweetgen import config as configuration
from tweetgen.config import Account, Config, DestinationEntry, Draft, Entry, secrets
from tweetgen.domain import Json
from tweetgen.errors import ConfigError, InputError, MissingDependency, TweetgenError, UnknownName
from tweetgen.interfaces import Corpus, Host, Offered
from tweetgen.plugin_settings import entry_problems, settings_problems
from tweetgen.plugins import (
    ConfiguredDestination,
    ConfiguredFilter,
    ConfiguredObserver,
    ConfiguredQueue,
    ConfiguredSource,
    Plugins,
    Registry,
    settle_of,
)

if TYPE_CHECKING:
    from tweetgen.pipeline.links import Links
    from tweetgen.pipeline.texts import Cleanings
    from tweetgen.store import Store
    from tweetgen.store.budgets import Caps
    from tweetgen.vault import FileVault


class App:
    """One opened instance. Plugins and store open on first use."""

    def __init__(self, draft: Draft, environment: Mapping[str, str]) -> None:
        self._draft = draft
        self._environment = environment
        self.base: Path = draft.base
        self.config: Config = draft.config
        self.accounts: Mapping[str, Account] = draft.accounts

    @classmethod
    def open(cls, base: Path | None = None, environment: Mapping[str, str] | None = None) -> "App":
        """Read the instance in `base` (None: see `find_base`); secrets come from `environment`, when needed.

        Raises ConfigError with every problem of every file; where shapes are wrong already, the plugins'
        settings are checked at once, too, else when `plugins` is first asked for.
        """
        draft = configuration.read(folder_of(base))
        if draft.problems:
            raise ConfigError(draft.problems + settings_problems(draft))
        return cls(draft, os.environ if environment is None else environment)

    @classmethod
    def open_anyhow(cls, base: Path | None = None, environment: Mapping[str, str] | None = None) -> "App":
        """The instance as far as its files can be read; `problems` tells the rest. For what must always work.

        Raises ConfigError where config.yaml cannot be used and may name a database of its own.
        """
        draft = configuration.read(folder_of(base))
        unusable = any(problem.startswith(f"{configuration.CONFIG}:") for problem in draft.problems)
        if unusable and _may_name_a_database(draft.base / configuration.CONFIG):
            raise ConfigError(draft.problems)
        return cls(draft, os.environ if environment is None else environment)

    @property
    def problems(self) -> Sequence[str]:
        """What is wrong in its files; never anything unless it was opened anyhow."""
        return self._draft.problems

    def reread(self) -> "App":
        """The same instance with its files as they are now; plugins and store stay those that are open.

        Raises ConfigError with every problem; what `starts_like` compares counts only once it is opened anew.
        """
        draft = configuration.read(self.base)
        if problems := draft.problems + entry_problems(draft, self.plugins):
            raise ConfigError(problems)
        fresh = App(draft, self._environment)
        fresh.plugins, fresh.store, fresh.corpus = self.plugins, self.store, self.corpus
        return fresh

    def beside(self, store: "Store") -> "App":
        """The same instance with connections of its own to the database, for those who wait less long for a lock."""
        fresh = App(self._draft, self._environment)
        fresh.plugins, fresh.corpus, fresh.store = self.plugins, self.corpus, store
        return fresh

    def starts_like(self, other: "App") -> bool:
        """Whether all is the same that is looked at only at the start: database, plugins, pages, ways of serving."""
        mine, others = self.config, other.config
        same = (mine.database, mine.web, mine.service) == (others.database, others.web, others.service)
        return same and self.plugin_folders == other.plugin_folders

    @property
    def plugin_folders(self) -> tuple[Path, ...]:
        """The folders of drop-in plugins."""
        return self._draft.plugin_folders

    @cached_property
    def plugins(self) -> Plugins:
        """Every plugin, loaded. Raises PluginError; ConfigError with every problem in plugins' settings."""
        plugins = Plugins.load(self._draft.plugin_folders)
        if problems := entry_problems(self._draft, plugins):
            raise ConfigError(problems)
        return plugins

    @cached_property
    def store(self) -> "Store":
        """The opened database, brought to its newest shape."""
        from tweetgen.store import Store  # SQLAlchemy is slow to import, and many commands need no database

        return Store.open(self.database_url)

    @cached_property
    def corpus(self) -> Corpus:
        """All that was collected, to look texts up in."""
        from tweetgen.pipeline.index import FOLDER, open_index  # numpy is slow to import

        return open_index(self.state / FOLDER)

    @cached_property
    def links(self) -> "Links":
        """Makes and reads the addresses by which candidates are decided about. Raises ConfigError, InputError."""
        from tweetgen.pipeline.links import Links

        return Links(self.web_secret, self.config.web.url)

    @cached_property
    def web_secret(self) -> str:
        """What links, logins and forms are signed with. Raises ConfigError, InputError."""
        from tweetgen.pipeline.link_secret import secret

        given = self.config.web.secret
        return secret(None if given is None else self._resolved("web.secret", given), self.state)

    @cached_property
    def vault(self) -> "FileVault":
        """Tokens that plugins renew. Raises MissingDependency."""
        from tweetgen.vault import FOLDER, FileVault, KeyringVault

        folder = self.state / FOLDER
        if self.config.secrets == "keyring":
            return KeyringVault(folder, f"tweetgen {self.base}")
        return FileVault(folder)

    @property
    def state(self) -> Path:
        """The folder for everything that is neither configuration nor weights; may not exist yet."""
        return self.base / "state"

    @property
    def trainings(self) -> Path:
        """The folder with a workspace for each model in training; may not exist yet."""
        return self.state / "training"

    @property
    def weights_folders(self) -> tuple[Path, ...]:
        """Where weights files are looked for: the instance's own (may not exist yet), then the shipped."""
        own = self.base / "weights"
        shipped = shipped_folder("tweetgen_weights")
        return (own,) if shipped is None or shipped.resolve() == own.resolve() else (own, shipped)

    @property
    def cleanings(self) -> "Cleanings":
        """How posts are cleaned: an author's as the accounts want it whose voice names them, else as the instance."""
        from tweetgen.pipeline.texts import Cleanings

        wanted = configuration.cleaning_by_author(self.accounts)
        default = self.config.cleaning
        return Cleanings(default, {author: own for author, own in wanted.items() if own != default})

    def account(self, name: str) -> Account:
        """Raises UnknownName with the nearest known ones."""
        if name not in self.accounts:
            raise UnknownName("account", name, self.accounts)
        return self.accounts[name]

    def host(self, plugin: str, account: str = "") -> Host:
        """What `plugin` gets, such as "filter.history"; `account` "": it serves the whole instance."""
        from tweetgen.host import InstanceHost, Parts

        timezone = self.account(account).timezone if account else self.config.timezone
        parts = Parts(
            lambda: self.store, lambda: self.corpus, lambda: self.links, lambda: self.vault, self._app_caps
        )
        private = self.config.service.allow_private_addresses
        return InstanceHost(plugin, account, ZoneInfo(timezone), self.base, private, parts)

    def source(self, name: str, settings: Mapping[str, Json] | None = None) -> ConfiguredSource:
        """A source made from the settings given here. Raises UnknownName, ConfigError."""
        entry = Entry(name, dict(settings or {}))
        model = self.plugins.sources.get(name).settings
        problems = configuration.check_settings(f"source {name}", (), entry, model)
        if problems:
            raise ConfigError(problems)
        return self._source(entry)

    def sources(
        self, accounts: Collection[str] | None = None, names: Collection[str] | None = None
    ) -> list[ConfiguredSource]:
        """The configured sources, each once: of the instance and all accounts, or of `accounts` alone.

        `names` keeps those of these plugins. Raises UnknownName; ConfigError where a secret is missing.
        """
        for name in names or ():
            self.plugins.sources.get(name)
        if accounts is None:
            groups = {"": self.config.sources, **{name: one.sources for name, one in self.accounts.items()}}
        else:
            groups = {name: self.account(name).sources for name in accounts}
        wanted: dict[str, tuple[Entry, str]] = {}
        for account, entries in groups.items():
            for entry in entries:
                if names is None or entry.name in names:
                    wanted.setdefault(_key(entry), (entry, account))
        return [self._source(entry, account) for entry, account in wanted.values()]

    def filters(self, account: str = "") -> list[ConfiguredFilter]:
        """An account's filters, in the order in which they judge; without one, those of an account that names none.

        Raises UnknownName, ConfigError, PluginError.
        """
        entries = self.account(account).filters if account else self.config.defaults.filters
        registry = self.plugins.filters
        return [ConfiguredFilter(entry.name, self._make(registry, entry, account)) for entry in entries]

    def review_queue(self, account: str) -> ConfiguredQueue:
        """Where an account's candidates are decided about. Raises UnknownName, ConfigError, PluginError."""
        entry = self.account(account).review
        return ConfiguredQueue(entry.name, self._make(self.plugins.review_queues, entry, account))

    def destinations(self, account: str) -> list[ConfiguredDestination]:
        """Where an account publishes, but for what is not enabled. Raises UnknownName, ConfigError, PluginError."""
        return [make() for make in self.destination_makers(account).values()]

    def destination_makers(self, account: str) -> dict[str, Callable[[], ConfiguredDestination]]:
        """By its name what makes each of them, so that one that cannot be made stops no other. Raises UnknownName."""
        wanted = self.account(account).destinations
        return {one.name: partial(self._destination, one, account) for one in wanted if one.delivery.enabled}

    def destinations_of(
        self, account: str, plugin: str | None = None, name: str | None = None
    ) -> list[ConfiguredDestination]:
        """Those of one plugin, or of one name, enabled or not. Raises UnknownName, ConfigError, PluginError."""
        wanted = self.account(account).destinations
        fits = [one for one in wanted if plugin in (None, one.entry.name) and name in (None, one.name)]
        return [self._destination(one, account) for one in fits]

    def observers(self) -> list[ConfiguredObserver]:
        """Who is told what happened: webhook, webhook 2 and so on. Raises UnknownName, ConfigError, PluginError."""
        registry, seen = self.plugins.observers, Counter[str]()
        observers = []
        for entry in self.config.observers:
            seen[entry.name] += 1
            # who was told is remembered by name
            name = entry.name if seen[entry.name] == 1 else f"{entry.name} {seen[entry.name]}"
            observers.append(ConfiguredObserver(name, self._make(registry, entry)))
        return observers

    def missing_secrets(self) -> list[str]:
        """One line for each secret that is named but not there."""
        return [f"{where}: {found}" for where, found in self._secrets() if isinstance(found, TweetgenError)]

    def secrets(self) -> list[str]:
        """Every secret that the configuration names and that is there, and every kept token: no log may tell them."""
        return [found for _, found in self._secrets() if isinstance(found, str)] + list(self._tokens())

    def addresses(self) -> Iterator[tuple[str, str, int]]:
        """Where plugins' settings name a web address: that place, the host and the port. Raises TweetgenError."""
        for placed in self._draft.entries:
            settings = secrets.resolve(dict(placed.entry.settings), self.base, self._environment)
            for value in settings.values():
                found = re.match(r"(https?)://(?:[^/@]*@)?(\[[^]]+\]|[^/:?#]+)(?::(\d{1,5}))?", str(value))
                if found is not None:
                    port = int(found[3] or {"http": 80, "https": 443}[found[1]])
                    yield f"{placed.file}: {placed.where}", found[2].strip("[]"), port

    def _secrets(self) -> Iterator[tuple[str, str | TweetgenError]]:
        """Where each secret is named, and itself, or why it is not there."""
        config = self.config
        holders: list[tuple[str, Any]] = [("database", config.database), ("web.secret", config.web.secret)]
        named = [(f"{configuration.CONFIG}: {key}", value) for key, value in holders]
        named += [(f"{placed.file}: {placed.where}", dict(placed.entry.settings)) for placed in self._draft.entries]
        for where, value in named:
            for _, reference in secrets.places(value):
                try:
                    yield where, secrets.resolve(reference, self.base, self._environment)
                except TweetgenError as error:
                    yield where, error

    def _tokens(self) -> Iterator[str]:
        """Every text among the tokens that can be read."""
        from tweetgen.vault import texts

        with suppress(MissingDependency):
            for name in self.vault.names():
                with suppress(TweetgenError, OSError):
                    yield from texts(self.vault.get(name))

    def close(self) -> None:
        """Close what was opened."""
        if "store" in self.__dict__:
            self.store.close()

    def _source(self, entry: Entry, account: str = "") -> ConfiguredSource:
        """`account`: the first that names it, "" where the whole instance does."""
        return ConfiguredSource(entry.name, _key(entry), self._make(self.plugins.sources, entry, account))

    def _destination(self, wanted: DestinationEntry, account: str) -> ConfiguredDestination:
        made = self._make(self.plugins.destinations, wanted.entry, account, wanted.name)
        delivery = wanted.delivery
        return ConfiguredDestination(
            wanted.name,
            made,
            delivery.limits,
            delivery.on_unknown or self.account(account).on_unknown,
            settle_of(wanted.entry.name, made) if delivery.settle is None else delivery.settle,
        )

    def _make(self, registry: Registry[Offered], entry: Entry, account: str = "", name: str = "") -> Offered:
        """The plugin of an entry; `name`: under which it keeps its state, where that is not the plugin's own."""
        offer = registry.get(entry.name)
        settings = configuration.make_settings(registry.role, entry, offer.settings, self.base, self._environment)
        kept = f"{registry.role.replace(' ', '_')}.{name or entry.name}"
        return offer.make(settings, self.host(kept, account))

    @cached_property
    def _app_caps(self) -> "Mapping[str, Caps]":
        """By app, what it may cost all accounts together."""
        from tweetgen.store.budgets import Caps

        return {app: Caps.of(budget.per_day, budget.per_month) for app, budget in self.config.budgets.items()}

    def _resolved(self, key: str, value: Any) -> str:
        """A text of config.yaml that may be a reference to a secret."""
        try:
            return str(secrets.resolve(value, self.base, self._environment))
        except TweetgenError as error:
            raise ConfigError([f"{configuration.CONFIG}: {key}: {error}"]) from None

    @property
    def database_url(self) -> str:
        """Of the database, secrets included. Raises ConfigError where one is missing."""
        url = self._resolved("database", self.config.database)
        return url if "://" in url else f"sqlite:///{self.base / Path(url).expanduser()}"


def find_base(start: Path) -> Path:
    """The nearest folder from `start` upwards with a config.yaml, else `start`."""
    for folder in (start, *start.parents):
        if (folder / configuration.CONFIG).is_file():
            return folder
    return start


def shipped_folder(package: str) -> Path | None:
    """The folder of a package of data that is installed with tweetgen, None if it is not."""
    try:
        return Path(str(files(package)))
    except ModuleNotFoundError:
        return None


def load_plugins(base: Path | None = None) -> Plugins:
    """The plugins of the instance in `base`, whatever else is wrong in its files."""
    return Plugins.load(configuration.read(folder_of(base)).plugin_folders)


def folder_of(base: Path | None) -> Path:
    """`base`, which must be a folder; None: see `find_base`. Raises InputError."""
    if base is None:
        return find_base(Path.cwd())
    if not base.is_dir():
        raise InputError(str(base), "is no folder", "name an instance's folder, or make one: tweetgen init")
    return base.absolute()


def _may_name_a_database(path: Path) -> bool:
    try:
        return re.search(r"^[\s{,]*[\"']?database\b", path.read_text("utf-8", "replace"), re.MULTILINE) is not None
    except OSError:
        return True


def _key(entry: Entry) -> str:
    settings = json.dumps(dict(entry.settings), sort_keys=True, ensure_ascii=True)
    return f"{entry.name}:{hashlib.sha256(settings.encode()).hexdigest()[:12]}"
