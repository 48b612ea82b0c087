"""The history of the database leads to the tables the program works with."""

from pathlib import Path

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


def test_a_database_of_an_older_program_keeps_its_posts(url: str, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    engine = create_engine(url)
    with engine.begin() as connection:
        config = schema._config()
        config.attributes.update(connection=connection, version_table="tweetgen_schema")
        command.upgrade(config, "0001")
        insert = "INSERT INTO posts (source, id, author, text, kind, labels, provenance, trainable)"
        connection.execute(text(insert + " VALUES ('csv', '1', 'ada', 'kept', 'reply', '{}', '', true)"))
    engine.dispose()
    with Store.open(url) as store:
        (stored,) = store.posts()
        assert (stored.post.text, stored.post.kind, stored.cluster) == ("kept", "reply", None)
        assert store.cursor("k") is None
        assert [waiting.number for waiting in store.unclustered(5)] == [stored.number]
