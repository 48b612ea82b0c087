"""Both databases: a fresh SQLite file, and a fresh database on a PostgreSQL server of the tests' own."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tweetgen.store import Store

_NUMBERS = count(1)


def _server_programs() -> Path | None:
    """Where Debian puts initdb and postgres, the newest version first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    return found[-1].parent if found else None


@pytest.fixture(scope="session")
def server(unavailable: Callable[[str], NoReturn]) -> Iterator[str]:
    """The folder of the unix socket of a running server; one for each test worker."""
    programs = _server_programs()
    if programs is None:
        unavailable("PostgreSQL's server: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="tweetgen-pg-"))
    # initdb refuses root
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user, user)
    run: dict[str, Any] = {"user": user, "group": user, "cwd": folder, "extra_groups": [] if user else None}
    data = folder / "data"
    subprocess.run(
        [
            programs / "initdb",
            "--auth=trust",
            "--no-sync",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            data,
        ],
        check=True,
        capture_output=True,
        **run,
    )
    # nothing here must survive a power cut
    options = ["-c", "fsync=off", "-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *options], stderr=log, stdout=log, **run
        )
    try:
        _wait_until_ready(programs, folder, process)
        yield str(folder)
    finally:
        process.send_signal(2)  # fast shutdown
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(programs: Path, folder: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False).returncode:
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail("PostgreSQL does not start:\n" + (folder / "log").read_text(errors="replace"))
        time.sleep(0.05)


@pytest.fixture
def postgresql(server: str) -> Iterator[str]:
    """The URL of an empty database."""
    import psycopg

    name = f"test_{next(_NUMBERS)}"
    with psycopg.connect(host=server, user="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy".encode())
        yield f"postgresql+psycopg://postgres@/{name}?host={server}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The URL of a database file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'state' / 'posts.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, of either kind."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store, on either database."""
    with Store.open(url) as opened:
        yield opened
