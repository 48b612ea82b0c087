"""A new instance: its files, made in memory first, then written into an empty folder."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from tweetgen.atomic import write_whole
from tweetgen.config.read import ACCOUNTS, CONFIG
from tweetgen.config.schema import Schema
from tweetgen.errors import InputError

TEMPLATES, DEMO = "tweetgen", "tweetgen_accounts"
FOLDERS = (ACCOUNTS, "plugins", "weights")


def schema_file(kind: str) -> str:
    """Where the schema of `config` or `account` files lies, from the instance's folder."""
    return f"{kind}.schema.json"


def write_schemas(folder: Path, schemas: Mapping[str, Schema]) -> list[Path]:
    """Write the schemas by kind into `folder`."""
    paths = []
    for kind, schema in schemas.items():
        path = folder / schema_file(kind)
        write_whole(path, _as_text(schema))
        paths.append(path)
    return paths


def write_instance(folder: Path, schemas: Mapping[str, Schema]) -> list[str]:
    """Make `folder` an instance that works at once; the names of the files written.

    Raises InputError if it is a file or holds anything; what a failure leaves behind is taken away.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError(str(folder), "is not empty", "name a new folder; nothing was written")
    if folder.exists() and not folder.is_dir():
        raise InputError(str(folder), "is a file", "name a new folder; nothing was written")
    contents = dict(_contents(schemas))
    made = _make_folders(folder)
    written: list[Path] = []
    try:
        for name, content in contents.items():
            path = folder / name
            if not path.parent.is_dir():
                made += _make_folders(path.parent)
            written.append(path)
            path.write_bytes(content)
        for name in FOLDERS:
            made += _make_folders(folder / name)
    except BaseException:  # Ctrl-C and a full disk alike
        _take_away(written, made)
        raise
    return list(contents)


def _contents(schemas: Mapping[str, Schema]) -> Iterator[tuple[str, bytes]]:
    templates = files(TEMPLATES) / "templates"
    yield CONFIG, _with_schema(templates / "config.yaml", schema_file("config"))
    yield ".gitignore", (templates / "gitignore").read_bytes()
    yield "plugins/_example.py", (templates / "plugins" / "_example.py").read_bytes()
    for kind, schema in schemas.items():
        yield schema_file(kind), _as_text(schema).encode()
    demo = files(DEMO)
    for account in _with_suffix(demo, ".yaml"):
        yield f"{ACCOUNTS}/{account.name}", _with_schema(account, f"../{schema_file('account')}")
        posts = demo / account.name.removesuffix(".yaml")
        for file in _with_suffix(posts, ".jsonl") if posts.is_dir() else ():
            yield f"{ACCOUNTS}/{posts.name}/{file.name}", file.read_bytes()


def _with_suffix(folder: Traversable, suffix: str) -> list[Traversable]:
    return sorted(
        (file for file in folder.iterdir() if file.name.endswith(suffix)), key=lambda file: file.name
    )


def _with_schema(file: Traversable, schema: str) -> bytes:
    """Its text beneath the line by which editors find the schema."""
    text = file.read_text(encoding="utf-8")
    return (
        text.encode() if "$schema=" in text else f"# yaml-language-server: $schema={schema}\n{text}".encode()
    )


def _as_text(schema: Schema) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _make_folders(folder: Path) -> list[Path]:
    """Make `folder` with all above it; those that were not there, outermost first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()][::-1]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _take_away(written: list[Path], made: list[Path]) -> None:
    for path in written:
        path.unlink(missing_ok=True)
    for path in reversed(made):
        path.rmdir()
