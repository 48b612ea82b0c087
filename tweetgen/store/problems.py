"""What goes wrong in a database, in words a person can act on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from tweetgen.errors import StoreError

_KEPT = "then try again (what was committed is kept)"

# by the start of SQLite's result code: why, remedy
_SQLITE = {
    "SQLITE_FULL": ("the disk is full", f"free some space, {_KEPT}"),
    "SQLITE_NOTADB": ("this is not a database", "name another file, or move this one away"),
    "SQLITE_CORRUPT": ("the file is damaged", "restore it from a copy, or move it away and collect again"),
    "SQLITE_READONLY": ("it may only be read", "make the file and its folder writable"),
    "SQLITE_BUSY": ("another program holds it locked", f"end that program, {_KEPT}"),
    "SQLITE_LOCKED": ("another program holds it locked", f"end that program, {_KEPT}"),
    "SQLITE_CANTOPEN": ("it cannot be opened", "see that its folder exists and is writable"),
    "SQLITE_IOERR": ("reading or writing failed", f"check the disk and the space left on it, {_KEPT}"),
}
# by the start of PostgreSQL's SQLSTATE
_POSTGRESQL = {
    "08": ("the connection broke", f"see that the server runs, {_KEPT}"),
    "25006": ("it may only be read", "connect to the primary server"),
    "28": ("the server refuses this user", "check user and password"),
    "3D": ("there is no such database", "create it (createdb NAME)"),
    "42501": ("this user lacks a right", "grant it"),
    "53100": ("the server's disk is full", f"free some space, {_KEPT}"),
    "53": ("the server is out of resources", f"wait a little, {_KEPT}"),
    "55P03": ("another program holds it locked", f"end that program, {_KEPT}"),
    "57P": ("the server is stopping or starting", f"wait a little, {_KEPT}"),
}


@contextmanager
def spoken(url: URL) -> Iterator[None]:
    """Turn the driver's errors into a `StoreError`."""
    try:
        yield
    except DBAPIError as error:
        raise explain(url, error.orig or error) from error


def explain(url: URL, error: BaseException) -> StoreError:
    """The same error with a reason and a remedy; the driver's own words where no better are known."""
    shown = url.render_as_string(hide_password=True)
    if (code := getattr(error, "sqlite_errorname", None)) is not None:
        known = _nearest(_SQLITE, code)
        if known and code.startswith("SQLITE_CANTOPEN") and Path(url.database or "").is_dir():
            known = ("this is a folder", "name a file in it")
    else:
        known = _nearest(_POSTGRESQL, getattr(error, "sqlstate", None) or "-")
    words = " ".join(str(error).split()) or type(error).__name__
    if known:
        return StoreError(shown, f"{known[0]} ({words})", known[1])
    of_file = isinstance(error, sqlite3.Error)
    return StoreError(
        shown, words, "check the file" if of_file else "see that the server runs and the URL is right"
    )


def _nearest(table: dict[str, tuple[str, str]], code: str) -> tuple[str, str] | None:
    """The entry of the longest key that `code` starts with."""
    fitting = [key for key in table if code.startswith(key)]
    return table[max(fitting, key=len)] if fitting else None
