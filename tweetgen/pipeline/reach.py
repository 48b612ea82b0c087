"""Who can reach the pages at an address: this machine alone, or others, too."""

import ipaddress
import socket
from urllib.parse import urlsplit

from tweetgen.errors import InputError
from tweetgen.store import Store


def is_loopback(host: str) -> bool:
    """Whether an address, or all that a name stands for, is this machine's own and out of everybody else's reach."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(one[4][0]).is_loopback for one in found)


def is_named_elsewhere(url: str | None) -> bool:
    """Whether `web.url` says that others reach the pages, through whatever passes them on."""
    return url is not None and (name := urlsplit(url).hostname) is not None and not is_own_name(name)


def check_reach(host: str, store: Store) -> None:
    """Raises `InputError` for an address that others can reach while nobody has a login."""
    if not is_loopback(host) and not store.users.exist():
        remedy = "let somebody in first: tweetgen users add NAME --role admin"
        raise InputError(f"web: {host}", "others can reach this address, and nobody has a login", remedy)


def is_own_name(name: str) -> bool:
    """Whether it means this machine wherever it is read, whatever anybody's DNS says."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
