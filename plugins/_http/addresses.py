"""Which addresses may be reached: none of this machine or its local network, unless somebody allows it."""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from tweetgen.errors import NotSent

_REMEDY = "set `allow_private: true` there, or `service: {allow_private_addresses: true}` in config.yaml"
# addresses that lead to the IPv4 address in their last four bytes
_NAT64 = IPv6Network("64:ff9b::/96")


class PrivateAddress(NotSent):
    """The address is of this machine or its local network, and nobody allowed that."""

    def __init__(self, host: str, address: str) -> None:
        where = host if host == address else f"{host} ({address})"
        super().__init__(f"{where} is an address of this machine or its local network; {_REMEDY}")


def is_public(address: str) -> bool:
    """Whether anybody in the world may reach it; what is wrapped into another kind of address is unwrapped."""
    found = ip_address(address.partition("%")[0])
    inner = _wrapped(found) if isinstance(found, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    return found.is_global and not found.is_multicast and not getattr(found, "is_site_local", False)


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


def refuse_private(host: str) -> None:
    """Raises `PrivateAddress` for a host that is private whatever a name server says."""
    if host.rstrip(".").lower() == "localhost" or host.lower().endswith(".localhost"):
        raise PrivateAddress(host, host)
    try:
        public = is_public(host)
    except ValueError:  # a name
        return
    if not public:
        raise PrivateAddress(host, host)


def resolve(host: str, port: int, allow_private: bool) -> list[str]:
    """The addresses of `host`, in the order to try them; whoever connects must connect to one of these.

    One private address among them is enough to refuse. Raises `NotSent`, `PrivateAddress`.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise NotSent(f"{host}: no such host is known ({why}); check its name, and the network") from error
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
    for address in addresses:
        if not allow_private and not is_public(address):
            raise PrivateAddress(host, address)
    return addresses


def shown(url: str) -> str:
    """Enough of an address for a message: the rest of it may be a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
