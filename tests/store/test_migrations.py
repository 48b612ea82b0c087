"""The history of the database leads to the tables the program works with."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from tweetgen.store import Store, schema, tables


def test_the_newest_step_leaves_the_tables_of_the_program(url: str) -> None:
    Store.open(url).close()
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "tweetgen_schema"})
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()


def test_the_newest_step_is_the_one_the_program_knows() -> None:
    folder = Path(schema.__file__).with_name("migrations") / "versions"
    steps = sorted(path.stem for path in folder.glob("0*.py"))
    assert steps[-1].startswith(f"{schema.HEAD}_")
    assert [step[:4] for step in steps] == [f"{number:04}" for number in range(1, len(steps) + 1)]


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004", "0005"])
def test_a_database_of_an_older_program_keeps_its_posts(url: str, tmp_path: Path, revision: str) -> None:
    _older(url, tmp_path, revision)
    with Store.open(url) as store:
        (stored,) = store.posts()
        assert (stored.post.text, stored.post.kind, stored.cluster) == ("kept", "reply", None)
        assert store.cursor("k") is None
        assert [waiting.number for waiting in store.unclustered(5)] == [stored.number]


def test_a_database_without_a_service_gets_empty_tables_for_it(url: str, tmp_path: Path) -> None:
    _older(url, tmp_path, "0003")
    names = ["accounts", "candidates", "decisions", "slots", "outbox", "channels", "plugin_states", "journal"]
    Store.open(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        for name in [*names, "notices", "daemons", "leases"]:
            table = tables.metadata.tables[name]
            assert connection.execute(table.select()).all() == []
        noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
        connection.execute(tables.accounts.insert().values(account="keeper", enabled_at=noon))
        row = connection.execute(tables.accounts.select()).one()
        assert (row.enabled_at, row.paused_at, row.pause_reason) == (noon, None, "")
    engine.dispose()


def _older(url: str, tmp_path: Path, revision: str) -> None:
    """A database as a program of that revision left it, with one post."""
    (tmp_path / "state").mkdir()
    engine = create_engine(url)
    with engine.begin() as connection:
        config = schema._config()
        config.attributes.update(connection=connection, version_table="tweetgen_schema")
        command.upgrade(config, revision)
        insert = "INSERT INTO posts (source, id, author, text, kind, labels, provenance, trainable)"
        connection.execute(text(insert + " VALUES ('csv', '1', 'ada', 'kept', 'reply', '{}', '', true)"))
    engine.dispose()
