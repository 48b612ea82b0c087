"""The token in every form of ours: it shows that a change comes from a page that we gave to this very person."""

import hmac
from hashlib import sha256

from tweetgen.web.roles import Person

HEADER = "x-tweetgen-token"
FIELD = "token"


class Tokens:
    """Makes and checks them."""

    def __init__(self, secret: str) -> None:
        self._key = secret.encode()

    def make(self, person: Person) -> str:
        """The token for this person's forms, good as long as their login."""
        told = f"tweetgen.form:{person.name}:{person.session}".encode()
        return hmac.new(self._key, told, sha256).hexdigest()

    def fits(self, token: str, person: Person) -> bool:
        """Whether we made it for them."""
        return hmac.compare_digest(token.encode("utf-8", "replace"), self.make(person).encode())
