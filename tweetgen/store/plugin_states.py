"""What plugins keep between calls: one small JSON value for each plugin and account."""

import json
from typing import cast

from sqlalchemy import ColumnElement, Engine, select, update

from tweetgen.domain import Json
from tweetgen.store.engine import insert_into, reading, writing
from tweetgen.store.tables import plugin_states


class PluginStates:
    """Compare-and-set, so that two processes agree; every method raises `StoreError`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, plugin: str, account: str) -> tuple[Json, int]:
        """The value and its version; (None, 0) before the first `put`."""
        query = select(plugin_states.c.value, plugin_states.c.version).where(_of(plugin, account))
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return (None, 0) if row is None else (cast(Json, json.loads(row.value)), row.version)

    def values(self, prefix: str) -> list[Json]:
        """What all plugins keep whose name begins with `prefix`, for whatever account."""
        query = select(plugin_states.c.value).where(plugin_states.c.plugin.startswith(prefix, autoescape=True))
        with reading(self._engine) as connection:
            return [cast(Json, json.loads(value)) for value in connection.execute(query).scalars()]

    def put(self, plugin: str, account: str, value: Json, version: int) -> bool:
        """Keep `value` if `version` is still the newest; False if somebody was faster.

        On disk when it returns: a token that was used once must not come back after a power cut.
        """
        text = json.dumps(value)
        with writing(self._engine, durable=True) as connection:
            if version:
                change = update(plugin_states).where(_of(plugin, account), plugin_states.c.version == version)
                return connection.execute(change.values(value=text, version=version + 1)).rowcount > 0
            row = {"plugin": plugin, "account": account, "value": text, "version": 1}
            insert = insert_into(connection, plugin_states).values(row).on_conflict_do_nothing()
            # returned rows, since not every driver counts those inserted
            return connection.execute(insert.returning(plugin_states.c.version)).first() is not None


def _of(plugin: str, account: str) -> ColumnElement[bool]:
    return (plugin_states.c.plugin == plugin) & (plugin_states.c.account == account)
