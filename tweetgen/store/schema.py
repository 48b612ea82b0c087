"""Brings a database to the newest schema, whatever it is when opened."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from tweetgen.errors import StoreError
from tweetgen.store.engine import writing

if TYPE_CHECKING:
    from alembic.config import Config

#: the newest step in migrations/versions
HEAD = "0006"
_VERSION_TABLE = "tweetgen_schema"


def migrate(engine: Engine) -> None:
    """Apply what is missing, all or nothing; of several programs that open a new database, one does it.

    Raises `StoreError` for a database written by a newer program, or by another one.
    """
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    with writing(engine) as connection:
        revision = _revision(connection)
        if revision == HEAD:  # another program was faster
            return
        _refuse_foreign(connection, revision)
        _upgrade(connection)


def is_ours(connection: Connection) -> bool:
    """Whether a tweetgen, of whatever age, made this database."""
    return _revision(connection) is not None


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {_VERSION_TABLE}")).scalar()


def _refuse_foreign(connection: Connection, revision: str | None) -> None:
    url = connection.engine.url.render_as_string(hide_password=True)
    # written numbers rise, and a newer program's are above ours
    if revision is not None and revision > HEAD:
        why = f"a newer tweetgen wrote it (schema {revision}, known here: {HEAD})"
        raise StoreError(url, why, "update tweetgen")
    if revision is None and inspect(connection).has_table("posts"):
        raise StoreError(url, "its table `posts` is another program's", "name another database")


def _upgrade(connection: Connection) -> None:
    from alembic import command  # slow to import, and seldom needed

    config = _config()
    config.attributes.update(connection=connection, version_table=_VERSION_TABLE)
    command.upgrade(config, "head")


def _config() -> "Config":
    from alembic.config import Config

    folder = Path(__file__).with_name("migrations")
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config
