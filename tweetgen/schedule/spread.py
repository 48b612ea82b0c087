"""A little lateness by chance, the same whenever and wherever it is asked for."""

from datetime import timedelta
from hashlib import blake2b


def jitter(account: str, key: str, width: timedelta) -> timedelta:
    """How much later the slot `key` of `account` comes: whole seconds, at least none, less than `width`."""
    seconds = int(width.total_seconds())
    if seconds < 1:
        return timedelta(0)
    digest = blake2b(f"{account}\0{key}".encode(), digest_size=8).digest()
    return timedelta(seconds=int.from_bytes(digest, "big") % seconds)
