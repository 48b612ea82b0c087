"""Signatures by which a receiver knows that a request is ours and new.

As Standard Webhooks 1.0 has them (https://www.standardwebhooks.com), so that receivers find a library: HMAC-SHA256
over "ID.TIMESTAMP.BODY", in base64, after "v1,".
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

_PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """The bytes to sign with: base64 after "whsec_", else the text itself. Raises ValueError for broken base64."""
    if secret.startswith(_PREFIX):
        return b64decode(secret.removeprefix(_PREFIX), validate=True)
    return secret.encode()


def signature(secret: str, ident: str, timestamp: int, body: bytes) -> str:
    """The value of the signature's header; `timestamp` in seconds since 1970."""
    signed = b"%b.%d.%b" % (ident.encode(), timestamp, body)
    return "v1," + b64encode(hmac.new(key_of(secret), signed, sha256).digest()).decode()


def signed_headers(secret: str | None, ident: str, now: datetime, body: bytes) -> Mapping[str, str]:
    """What names a request and, where there is a secret, proves whose it is and when it was made."""
    timestamp = int(now.timestamp())
    headers = {"webhook-id": ident, "webhook-timestamp": str(timestamp)}
    if secret is not None:
        headers["webhook-signature"] = signature(secret, ident, timestamp, body)
    return headers
