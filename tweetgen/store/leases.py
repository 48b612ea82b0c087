"""Work that one process at a time may do, such as training: held by name, until a moment."""

from datetime import datetime

from sqlalchemy import Engine, delete, select, update

from tweetgen.store.engine import insert_into, reading, writing
from tweetgen.store.tables import leases


class Leases:
    """Held across processes; every method raises `StoreError`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, name: str, owner: str, now: datetime, until: datetime) -> bool:
        """Hold `name` until then; False while somebody else holds it. Taking one's own again prolongs it."""
        with writing(self._engine) as connection:
            insert = insert_into(connection, leases).values(name=name, owner=owner, until=until)
            free = (leases.c.until <= now) | (leases.c.owner == owner)
            change = {"owner": owner, "until": until}
            taken = insert.on_conflict_do_update(index_elements=["name"], set_=change, where=free)
            return connection.execute(taken.returning(leases.c.name)).first() is not None

    def renew(self, name: str, owner: str, until: datetime) -> bool:
        """Hold it longer; False if it was lost to somebody else, or given back."""
        with writing(self._engine) as connection:
            change = update(leases).where(leases.c.name == name, leases.c.owner == owner)
            return connection.execute(change.values(until=until)).rowcount > 0

    def release(self, name: str, owner: str) -> None:
        """Give it back; nothing happens where it is somebody else's."""
        with writing(self._engine) as connection:
            connection.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))

    def holder(self, name: str, now: datetime) -> str | None:
        """Who holds it, None if it is free."""
        query = select(leases.c.owner).where(leases.c.name == name, leases.c.until > now)
        with reading(self._engine) as connection:
            return connection.execute(query).scalar()
