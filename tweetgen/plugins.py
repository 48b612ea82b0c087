"""Find the plugins, load them, and know by name what they offer; a plugin that fails stops the start."""

import hashlib
import re
import sys
import traceback
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Generic

from pluggy import HookImpl, PluginManager, PluginValidationError

from tweetgen import hookspecs
from tweetgen.config import RESERVED
from tweetgen.errors import NameTaken, PluginError, TweetgenError, UnknownName, suggestion
from tweetgen.interfaces import (
    Destination,
    Factory,
    Filter,
    Host,
    Observer,
    Offered,
    ReviewQueue,
    Source,
)
from tweetgen.settings import Limits, OnUnknown

GROUP = "tweetgen"
#: the private package drop-in files live in, so that `mastodon.py` can import the library of that name
PACKAGE = "_tweetgen_dropin"
#: what the name of a module begins with that adds a command
COMMAND_PREFIX = "command_"


@dataclass(frozen=True)
class Offer(Generic[Offered]):
    """One name of a registry."""

    role: str
    name: str
    #: the file of a drop-in plugin, or module and distribution of an installed one
    where: str
    factory: Factory[Offered]

    @property
    def settings(self) -> Any:
        """The pydantic model of its settings; None if it takes them as they are."""
        return getattr(self.factory, "Settings", None)

    def make(self, settings: Any, host: Host) -> Offered:
        """Call the factory. Raises what it raises of ours, and PluginError for the rest, told in one line."""
        try:
            return self.factory(settings, host)
        except TweetgenError:
            raise
        except Exception as error:
            raise PluginError(self.where, f"cannot be made: {_reason(error, self.where)}") from error


class Registry(Generic[Offered]):
    """What plugins offer for one role; a name belongs to one plugin."""

    def __init__(self, role: str, reserved: Set[str] = frozenset()) -> None:
        """`reserved`: settings that are the host's own, so that no plugin could ever be given them."""
        self.role = role
        self._reserved = reserved
        self._offers: dict[str, Offer[Offered]] = {}

    def __iter__(self) -> Iterator[Offer[Offered]]:
        return iter(sorted(self._offers.values(), key=lambda offer: offer.name))

    def __contains__(self, name: str) -> bool:
        return name in self._offers

    def add(self, name: str, factory: Factory[Offered], where: str) -> None:
        """Raises NameTaken for a second registration, PluginError for no fit name or factory."""
        if not re.fullmatch(r"[a-z][a-z0-9_]*", str(name)):
            raise PluginError(where, f"{name!r} is no {self.role}'s name: small letters, digits and _ only")
        if not callable(factory):
            raise PluginError(where, f"what it registers as {self.role} {name!r} cannot be called")
        settings = getattr(factory, "Settings", None)
        if settings is not None and not hasattr(settings, "model_validate_json"):
            raise PluginError(where, f"the Settings of {self.role} {name!r} are no pydantic model")
        if taken := self._reserved & getattr(settings, "model_fields", {}).keys():
            raise PluginError(where, f"{self.role} {name!r} calls a setting {min(taken)!r}, which is the host's")
        if name in self._offers:
            raise NameTaken(self.role, name, f"{self._offers[name].where}; so {where} cannot take it")
        self._offers[name] = Offer(self.role, name, where, factory)

    def get(self, name: str) -> Offer[Offered]:
        """Raises UnknownName with the nearest known ones."""
        try:
            return self._offers[name]
        except KeyError:
            raise UnknownName(self.role, name, self._offers) from None


@dataclass(frozen=True)
class AddedCommand:
    """A click command of a plugin; only the command line knows what to do with it."""

    name: str
    where: str
    command: Any


class Commands:
    """What plugins add to the command line; a name belongs to one plugin."""

    def __init__(self) -> None:
        self._added: dict[str, AddedCommand] = {}

    def __iter__(self) -> Iterator[AddedCommand]:
        return iter(sorted(self._added.values(), key=lambda added: added.name))

    def get(self, name: str) -> AddedCommand | None:
        """The command of this name, None if no plugin adds it."""
        return self._added.get(name)

    def add(self, command: Any, name: str | None, where: str, module: str) -> None:
        """Raises NameTaken for a second one of a name, PluginError for what is no command of its module."""
        name = name or getattr(command, "name", None) or ""
        if not callable(getattr(command, "make_context", None)):
            raise PluginError(where, f"what it adds as command {name!r} is no click command")
        if module != COMMAND_PREFIX + name.replace("-", "_"):
            # it is listed and found by the name of its module, before it is imported
            raise PluginError(where, f"it adds the command {name!r}, so it must be called {COMMAND_PREFIX}{name}")
        if name in self._added:
            raise NameTaken("command", name, f"{self._added[name].where}; so {where} cannot take it")
        self._added[name] = AddedCommand(name, where, command)


@dataclass(frozen=True)
class _PluginsCommandLine:
    """The command line as one plugin sees it; implements `interfaces.CommandLine`."""

    commands: Commands
    where: str
    module: str

    def add_command(self, command: Any, name: str | None = None) -> None:
        """Add a click command or group."""
        self.commands.add(command, name, self.where, self.module)


@dataclass(frozen=True)
class ConfiguredSource:
    """A source made from one entry of the configuration."""

    name: str
    #: under which the store keeps its cursor: other settings, another cursor
    key: str
    source: Source


@dataclass(frozen=True)
class ConfiguredFilter:
    """A filter of one account."""

    #: as the account file spells it
    name: str
    filter: Filter


@dataclass(frozen=True)
class ConfiguredQueue:
    """The review queue of one account."""

    name: str
    queue: ReviewQueue


@dataclass(frozen=True)
class ConfiguredDestination:
    """A destination of one account, with what the host sees to."""

    #: unique within the account; the plugin's name unless the account file gives another
    name: str
    destination: Destination
    #: of this destination alone, besides the account's
    limits: Limits
    on_unknown: OnUnknown
    #: how long after a request that was cut off the text may still appear there
    settle: timedelta


@dataclass(frozen=True)
class ConfiguredObserver:
    """An observer of the instance."""

    name: str
    observer: Observer


class Plugins:
    """Every loaded plugin."""

    def __init__(self) -> None:
        self.sources: Registry[Source] = Registry("source")
        self.filters: Registry[Filter] = Registry("filter")
        self.review_queues: Registry[ReviewQueue] = Registry("review queue")
        self.destinations: Registry[Destination] = Registry("destination", frozenset(RESERVED))
        self.observers: Registry[Observer] = Registry("observer")
        self.commands = Commands()
        self._manager = PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)

    @property
    def registries(self) -> dict[str, Registry[Any]]:
        """Every registry by what follows `register_` in its hook, in the order of the story."""
        return {
            "sources": self.sources,
            "filters": self.filters,
            "review_queues": self.review_queues,
            "destinations": self.destinations,
            "observers": self.observers,
        }

    @classmethod
    def load(cls, folders: Sequence[Path] = ()) -> "Plugins":
        """The installed plugins, then the files of `folders`. Raises PluginError or NameTaken."""
        plugins = cls()
        for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
            plugins._register(_load_installed(point), _place(point))
        for folder in folders:
            for path in plugin_files(folder):
                plugins._register(_load_file(path), str(path))
        plugins._call_hooks()
        return plugins

    def listing(self) -> list[Offer[Any]]:
        """Everything on offer, by role and name."""
        return [offer for registry in self.registries.values() for offer in registry]

    def named(self, name: str) -> list[Offer[Any]]:
        """What is on offer under `name`, which several roles may share. Raises UnknownName."""
        if found := [offer for offer in self.listing() if offer.name == name]:
            return found
        raise UnknownName("plugin", name, [offer.name for offer in self.listing()])

    def _register(self, module: ModuleType, where: str) -> None:
        try:
            self._manager.register(module, name=where)
            self._manager.check_pending()
        except PluginValidationError as error:
            raise PluginError(where, _hook_problem(error)) from error
        if not self._manager.get_hookcallers(module):
            raise PluginError(where, "marks no function with @hookimpl (begin the name of a mere part with _)")

    def _call_hooks(self) -> None:
        hooks = self._manager.hook
        for name, registry in self.registries.items():
            for implementation in getattr(hooks, f"register_{name}").get_hookimpls():
                _call(implementation, partial(_add, registry, implementation.plugin_name))
        for implementation in hooks.register_commands.get_hookimpls():
            module = getattr(implementation.plugin, "__name__", "").rpartition(".")[2]
            _call(implementation, _PluginsCommandLine(self.commands, implementation.plugin_name, module))


def _add(registry: Registry[Any], where: str, name: str, factory: Factory[Any]) -> None:
    registry.add(name, factory, where)


def _call(implementation: HookImpl, register: object) -> None:
    """Let one plugin register what it offers for one role."""
    where = implementation.plugin_name
    try:
        implementation.function(*([register] if implementation.argnames else []))
    except TweetgenError:
        raise
    except Exception as error:
        raise PluginError(where, _reason(error, where)) from error


def plugin_files(folder: Path) -> list[Path]:
    """The plugins of a drop-in folder: each `*.py` and package whose name begins with a letter or digit."""
    try:
        found = [path if path.suffix == ".py" else path / "__init__.py" for path in sorted(folder.iterdir())]
    except OSError as error:
        raise PluginError(str(folder), f"cannot be read: {error.strerror}") from error
    return [path for path in found if path.is_file() and path.relative_to(folder).parts[0][0].isalnum()]


def _load_installed(point: EntryPoint) -> ModuleType:
    try:
        module = point.load()
    except (Exception, SystemExit) as error:
        raise PluginError(_place(point), _reason(error)) from error
    if not isinstance(module, ModuleType):
        raise PluginError(_place(point), "its entry point names something else than a module")
    return module


def _load_file(path: Path) -> ModuleType:
    package = path.name == "__init__.py"
    folder = path.parent.parent if package else path.parent
    stem = path.parent.name if package else path.stem
    name = f"{_package_of(folder)}.{re.sub('[^0-9A-Za-z_]', _escaped, stem)}"
    places = [str(path.parent)] if package else None
    spec = spec_from_file_location(name, path, submodule_search_locations=places)
    if spec is None or spec.loader is None:
        raise PluginError(str(path), "is no Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickles look their module up here
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise PluginError(str(path), _reason(error, str(path))) from error
    return module


def _escaped(match: re.Match[str]) -> str:
    """`-` as `-2d`: a dot would split the module's name, and `a-b.py` is not `a_b.py`."""
    return f"-{ord(match[0]):x}"


def _package_of(folder: Path) -> str:
    """A package for each folder: equal file names do not meet, and `from ._shared import x` works."""
    name = f"{PACKAGE}_{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    return name


def _place(point: EntryPoint) -> str:
    distribution = f" ({point.dist.name} {point.dist.version})" if point.dist else ""
    return f"{point.value}{distribution}"


def _hook_problem(error: PluginValidationError) -> str:
    misspelt = re.match(r"unknown hook '([^']*)'", str(error))
    if misspelt is None:
        return " ".join(str(error).split())
    hooks = [name for name in vars(hookspecs) if name.startswith("register_")]
    return f"unknown hook {misspelt[1]!r}: {suggestion(misspelt[1], hooks)}"


def _reason(error: BaseException, file: str | None = None) -> str:
    """One line: the error and, where it arose in the plugin's own file, the line of it."""
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}"
    message = " ".join(str(error).split())
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    where = f"line {lines[-1]}: " if lines else ""
    return f"{where}{type(error).__name__}: {message}" if message else f"{where}{type(error).__name__}"


def settle_of(name: str, destination: Destination) -> timedelta:
    """How long a text may be under way, as the plugin says: what is no time would break the sending of all others."""
    try:
        settle: object = destination.settle
    except Exception as error:
        why = " ".join(f"does not tell its `settle` ({type(error).__name__}: {error})".split())
        raise PluginError(f"destination {name}", why) from error
    if not isinstance(settle, timedelta) or settle < timedelta(0):
        raise PluginError(f"destination {name}", f"its `settle` is no length of time but {settle!r}")
    return settle
