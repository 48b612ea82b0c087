"""Where requests go instead of X, and where no key may go."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from .port import BASE_URL, XError, XFault


def checked_base_url(text: str) -> str:
    """An address to put paths behind. Raises `XError` for one that is none, or that is no safe way for keys.

    >>> checked_base_url("http://127.0.0.1:8080/")
    'http://127.0.0.1:8080'
    """
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or _too_much(parts):
        raise XError(XFault.INVALID, f"base_url {_shown(parts)!r} is no web address; write one such as {BASE_URL}")
    if parts.scheme == "http" and not _is_this_machine(host):
        why = f"base_url {_shown(parts)} would carry keys unencrypted over a network; write https://"
        raise XError(XFault.INVALID, why)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _too_much(parts: SplitResult) -> bool:
    return bool(parts.query or parts.fragment or "@" in parts.netloc)


def _is_this_machine(host: str) -> bool:
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(parts: SplitResult) -> str:
    """Without what may be a secret."""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
