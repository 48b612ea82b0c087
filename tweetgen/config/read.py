"""Read an instance's files: config.yaml and accounts/*.yaml, every problem of all of them gathered."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tweetgen.config import problems, secrets
from tweetgen.config.allowed import allowed
from tweetgen.config.cleaning import disagreements
from tweetgen.config.contradictions import contradictions
from tweetgen.config.documents import Unreadable, read_document
from tweetgen.config.entries import Entry, plugin_settings
from tweetgen.config.longhand import written_out
from tweetgen.config.model import Account, Config
from tweetgen.config.problems import described, line
from tweetgen.config.schema import account_schema, config_schema, settings_schema
from tweetgen.config.secrets import Place
from tweetgen.domain import Json
from tweetgen.errors import ConfigError

CONFIG, ACCOUNTS = "config.yaml", "accounts"
Document = dict[str, Json]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class PlacedEntry:
    """A well-shaped entry and where it stands, so that its plugin's model can check it later."""

    #: whose plugin it names: a key of `Plugins.registries`
    role: str
    file: str
    place: Place
    entry: Entry

    @property
    def where(self) -> str:
        """`sources[0]`."""
        return problems.dotted(self.place)


@dataclass
class Draft:
    """What was read, as far as it could be; valid if `problems` is empty."""

    base: Path
    config: Config = field(default_factory=Config)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    entries: list[PlacedEntry] = field(default_factory=list)
    #: folders of drop-in plugins, absolute
    plugin_folders: tuple[Path, ...] = ()
    problems: list[str] = field(default_factory=list)


def read(base: Path) -> Draft:
    """The instance in `base`, with built-in settings where it has no config.yaml; problems are noted only."""
    draft = Draft(base)
    document = _document(draft, base / CONFIG) if (base / CONFIG).exists() else {}
    config = _checked(draft, Config, document, CONFIG) if document is not None else None
    draft.config = config or draft.config
    draft.plugin_folders = tuple(_plugin_folders(draft, document or {}))
    shared = document if document is not None and config is not None else None
    found = dict(_accounts(draft, shared or {}))
    draft.accounts = MappingProxyType({Path(file).stem: account for file, account in found.items()})
    if shared is not None:  # else nobody knows what the accounts begin with
        draft.problems.extend(disagreements(draft.accounts, {Path(file).stem: file for file in found}))
    return draft


def _accounts(draft: Draft, shared: Document) -> Iterator[tuple[str, Account]]:
    """Every sound account with its file."""
    names: dict[str, str] = {}
    for path in _account_files(draft):
        file = path.relative_to(draft.base).as_posix()
        if path.stem in names:
            what = f"the account {path.stem!r} stands in {names[path.stem]} already"
            draft.problems.append(line(file, (), what))
            continue
        names[path.stem] = file
        document = _document(draft, path)
        if document is None or _checked(draft, Account, document, file) is None:
            continue
        merged = _merged(_beneath_accounts(shared), document)
        account = _checked(draft, Account, merged, file, collect=False)
        if account is not None:
            draft.problems += [line(file, place, what) for place, what in contradictions(account)]
            yield file, account


def _account_files(draft: Draft) -> list[Path]:
    folder = draft.base / ACCOUNTS
    try:
        return sorted(
            path
            for path in (folder.iterdir() if folder.is_dir() else ())
            if path.suffix in (".yaml", ".yml") and not path.name.startswith((".", "_"))
        )
    except OSError as error:
        draft.problems.append(line(ACCOUNTS, (), f"cannot be read: {error.strerror}"))
        return []


def account_file(base: Path, name: str) -> Path:
    """The file of an account that is there, in either of its spellings."""
    paths = [base / ACCOUNTS / f"{name}{suffix}" for suffix in (".yaml", ".yml")]
    return next((path for path in paths if path.exists()), paths[0])


def _document(draft: Draft, path: Path) -> Document | None:
    """The mapping without its empty keys at the top (what is in them may be commented out)."""
    try:
        document = read_document(path)
    except Unreadable as error:
        draft.problems.append(line(path.relative_to(draft.base).as_posix(), (), str(error)))
        return None
    return {key: value for key, value in document.items() if value is not None}


def _checked(
    draft: Draft, model: type[Model], document: Document, file: str, collect: bool = True
) -> Model | None:
    """`document` as `model`, or None with its problems noted; `collect`: note its entries, too."""
    if collect:
        draft.entries.extend(_entries(model, document, file))
    told: list[str] = []
    whole = written_out(document, model, lambda place, what: told.append(line(file, place, what)))
    draft.problems += told
    try:
        checked = model.model_validate_json(json.dumps(whole), strict=True)
        return checked if not told else None
    except ValidationError as error:
        schema = config_schema if model is Config else account_schema
        if model is Config and document and not any(key in schema()["properties"] for key in document):
            what = "none of its keys is tweetgen's; choose another folder by --instance DIR"
            draft.problems.append(line(file, (), what))
        else:
            draft.problems.extend(described(error, file, schema, raw=document))
        return None


def _entries(model: type[BaseModel], document: Document, file: str) -> Iterator[PlacedEntry]:
    """The well-shaped entries of every list of plugins; the others are told of by the check of the whole file."""
    for role, place, value in _lists(model, document):
        for number, raw in enumerate(value if isinstance(value, list) else ()):
            yield from _placed(role, file, (*place, number), raw)
    for place, holder in _holders(model, document):
        if "review" in holder:
            yield from _placed("review_queues", file, (*place, "review"), holder["review"])


def _lists(model: type[BaseModel], document: Document) -> Iterator[tuple[str, Place, Json]]:
    for place, holder in _holders(model, document):
        for role in ("sources", "filters", "destinations", "observers"):
            yield role, (*place, role), holder.get(role)


def _holders(model: type[BaseModel], document: Document) -> Iterator[tuple[Place, Document]]:
    """The mappings in which plugins are named."""
    yield (), document
    defaults = document.get("defaults")
    if model is Config and isinstance(defaults, dict):
        yield ("defaults",), defaults


def _placed(role: str, file: str, place: Place, raw: Json) -> Iterator[PlacedEntry]:
    try:
        entry = Entry.parse(raw)
    except ValueError:
        return
    own = plugin_settings(entry.settings) if role == "destinations" else entry.settings
    yield PlacedEntry(role, file, place, Entry(entry.name, own))


def _plugin_folders(draft: Draft, document: Document) -> Iterator[Path]:
    folders = document.get("plugins")
    for number, folder in enumerate(folders if isinstance(folders, list) else ()):
        if isinstance(folder, str):
            path = draft.base / Path(folder).expanduser()
            if path.is_dir():
                yield path
            else:
                what = f"no folder {folder!r}; create it, or take it out of the list"
                draft.problems.append(line(CONFIG, ("plugins", number), what))


def _beneath_accounts(shared: Document) -> Document:
    """What an account begins with: the instance's time zone, model, `cleaning` and `writing`, then `defaults`."""
    own: Document = {key: shared[key] for key in ("timezone", "cleaning", "writing") if key in shared}
    model, defaults = shared.get("model"), shared.get("defaults")
    if isinstance(model, dict) and "name" in model:
        own["model"] = model["name"]
    return _merged(own, defaults if isinstance(defaults, dict) else {})


def _merged(below: Document, above: Document) -> Document:
    """`above` over `below`, mapping by mapping; a list, a value or a review queue replaces the one below it."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        if isinstance(under, dict) and isinstance(value, dict) and key != "review":
            value = _merged(under, value)
        merged[key] = value
    return merged


def check_settings(file: str, under: Place, entry: Entry, settings: type[BaseModel] | None) -> list[str]:
    """The problems of an entry's settings by its plugin's own model, if it has one; secrets are not looked up."""
    raw = dict(entry.settings)
    references = list(secrets.places(raw))
    checked = [(place, secrets.check(value)) for place, value in references]
    found = [line(file, (*under, *place), what) for place, what in checked if what]
    quoted = list(secrets.quoted(raw))
    found += [line(file, (*under, *place), secrets.QUOTED) for place in quoted]
    if settings is None:
        return found
    try:
        settings.model_validate_json(json.dumps(secrets.masked(raw)), strict=True)
    except ValidationError as error:
        hidden = [*(place for place, _ in references), *quoted]
        schema = partial(settings_schema, settings)
        found += described(error, file, schema, raw=raw, under=under, hidden=hidden, show_values=False)
    return found


def make_settings(
    role: str, entry: Entry, settings: type[BaseModel] | None, base: Path, environment: Mapping[str, str]
) -> Any:
    """What the plugin's factory is given: secrets looked up, checked by its model if it has one.

    Raises ConfigError; never tells a secret.
    """
    try:
        resolved = secrets.resolve(dict(entry.settings), base, environment)
    except secrets.SecretError as error:
        raise ConfigError([f"{role} {entry.name}: {error}"]) from None
    if settings is None:
        return resolved
    try:
        return settings.model_validate_json(json.dumps(resolved))
    except ValidationError as error:
        places = [detail["loc"] for detail in error.errors(include_url=False)]
        told = dict.fromkeys(_does_not_fit(place, settings) for place in places)
        raise ConfigError([f"{role} {entry.name}: {what}" for what in told]) from None


def _does_not_fit(place: Place, settings: type[BaseModel]) -> str:
    """What may stand there, and nothing of what does."""
    choice = allowed(settings_schema(settings), place)
    told = f"the value of {problems.dotted(place) or 'settings'} does not fit"
    return f"{told}; allowed: {choice}" if choice else told
