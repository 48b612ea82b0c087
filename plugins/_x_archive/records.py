"""The records of one part of an archive, script or CSV, one after another."""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

from tweetgen.errors import InputError

from .container import Container
from .stream import Damaged, Script, values

#: gives each record with the bytes of the part read so far
Records = Iterator[tuple[Any, int]]


def records(container: Container, name: str) -> Records:
    """Each record of a part. Raises `Damaged` where the rest is unreadable, `InputError` if it is foreign."""
    read: Callable[[Container, str], Records] = _rows if name.lower().endswith(".csv") else _script
    return read(container, name)


def _script(container: Container, name: str) -> Records:
    with closing(Script(container.open(name), name)) as script:
        if not script.is_list:
            raise InputError(name, "not a list of posts", "name the zip X sent, or the folder it unpacks to")
        for value in values(script, "item"):
            yield value, script.done


def _rows(container: Container, name: str) -> Records:
    with container.open(name) as file:
        table = csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline=""))
        try:
            names = table.fieldnames or ()
            if "tweet_id" not in names or "text" not in names:
                raise InputError(name, "not a tweets.csv of X", "for other tables, use the source `csv`")
            for row in table:
                yield {**row, "id": row["tweet_id"]}, file.tell()
        except (csv.Error, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise Damaged(str(error)) from error
