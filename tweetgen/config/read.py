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
from tweetgen.config.cleaning import disagreements
from tweetgen.config.documents import Unreadable, read_document
from tweetgen.config.model import Account, Config, SourceEntry
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
    """A well-shaped source entry and where it stands, so that its plugin's model can check it later."""

    file: str
    place: Place
    entry: SourceEntry

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
    """`document` as `model`, or None with its problems noted; `collect`: note its source entries, too."""
    if collect:
        for place, sources in _source_lists(model, document):
            draft.entries.extend(_entries(file, place, sources))
    try:
        return model.model_validate_json(_as_json(document), strict=True)
    except ValidationError as error:
        schema = config_schema if model is Config else account_schema
        if model is Config and document and not any(key in schema()["properties"] for key in document):
            what = "none of its keys is tweetgen's; choose another folder by --instance DIR"
            draft.problems.append(line(file, (), what))
        else:
            draft.problems.extend(described(error, file, schema, raw=document))
        return None


def _as_json(document: Document) -> str:
    """Where a temperature is one number, a list of it."""
    copy: Any = json.loads(json.dumps(document))
    for holder in (copy, copy.get("defaults")):
        writing = holder.get("writing") if isinstance(holder, dict) else None
        if isinstance(writing, dict) and not isinstance(writing.get("temperature", []), list):
            writing["temperature"] = [writing["temperature"]]
    return json.dumps(copy)


def _source_lists(model: type[BaseModel], document: Document) -> Iterator[tuple[Place, Json]]:
    yield ("sources",), document.get("sources")
    defaults = document.get("defaults")
    if model is Config and isinstance(defaults, dict):
        yield ("defaults", "sources"), defaults.get("sources")


def _entries(file: str, place: Place, sources: Json) -> Iterator[PlacedEntry]:
    for number, raw in enumerate(sources if isinstance(sources, list) else ()):
        try:
            entry = SourceEntry.parse(raw)
        except ValueError:
            continue  # told by the check of the whole file
        yield PlacedEntry(file, (*place, number), entry)


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
    """What an account begins with: the instance's own `cleaning` and `writing`, then `defaults`."""
    own: Document = {key: shared[key] for key in ("cleaning", "writing") if key in shared}
    defaults = shared.get("defaults")
    return _merged(own, defaults if isinstance(defaults, dict) else {})


def _merged(below: Document, above: Document) -> Document:
    """`above` over `below`, mapping by mapping; a list or a value replaces the one below it."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _merged(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def check_settings(file: str, under: Place, entry: SourceEntry, settings: type[BaseModel]) -> list[str]:
    """The problems of an entry's settings by its plugin's own model; secrets are not looked up."""
    raw = dict(entry.settings)
    references = list(secrets.places(raw))
    checked = [(place, secrets.check(value)) for place, value in references]
    found = [line(file, (*under, *place), what) for place, what in checked if what]
    try:
        settings.model_validate_json(json.dumps(secrets.masked(raw)), strict=True)
    except ValidationError as error:
        hidden = [place for place, _ in references]
        schema = partial(settings_schema, settings)
        found += described(error, file, schema, raw=raw, under=under, hidden=hidden, show_values=False)
    return found


def make_settings(
    entry: SourceEntry, settings: type[BaseModel] | None, base: Path, environment: Mapping[str, str]
) -> Any:
    """What the plugin's factory is given: secrets looked up, checked by its model if it has one.

    Raises ConfigError; never tells a secret.
    """
    try:
        resolved = secrets.resolve(dict(entry.settings), base, environment)
    except secrets.SecretError as error:
        raise ConfigError([f"source {entry.name}: {error}"]) from None
    if settings is None:
        return resolved
    try:
        return settings.model_validate_json(json.dumps(resolved))
    except ValidationError as error:
        places = [problems.dotted(detail["loc"]) for detail in error.errors(include_url=False)]
        which = ", ".join(dict.fromkeys(place for place in places if place)) or "settings"
        raise ConfigError([f"source {entry.name}: the value of {which} does not fit"]) from None
