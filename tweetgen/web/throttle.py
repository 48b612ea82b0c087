"""How often somebody may try a password: counted in the store, for all processes that serve its pages."""

import ipaddress
from datetime import datetime, timedelta
from hashlib import sha256

from tweetgen.interfaces import Rate
from tweetgen.store import Store

#: under which attempts are counted, beside what is asked of other sites
_APP = "tweetgen.login"
_STRETCH = timedelta(minutes=10)
#: attempts within it, right ones included
OF_A_NAME, OF_AN_ADDRESS = 10, 50


def wait(store: Store, name: str, address: str, now: datetime) -> datetime | None:
    """Take one attempt; until when there is none left, None where there is one."""
    limits = (("address", _network(address), OF_AN_ADDRESS), ("name", name, OF_A_NAME))
    for kind, whose, most in limits:
        # a password typed into the wrong field is kept nowhere
        key = sha256(whose.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        until = store.rate_limits.take(_APP, key, kind, [Rate(most, _STRETCH, shared=False)], now)
        if until is not None:
            return until
    return None


def _network(address: str) -> str:
    """Of IPv6, what one customer of a provider has for themselves."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
