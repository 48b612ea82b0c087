"""The server that the pages run on: told to stop, it first ends the answers that would never end by themselves."""

import socket

import uvicorn

from tweetgen.web.site import Site

#: seconds that answers being written may take at the end
LAST_ANSWERS = 1


class Server(uvicorn.Server):
    """Serves the pages of a site."""

    def __init__(self, config: uvicorn.Config, site: Site) -> None:
        super().__init__(config)
        self._events = site.events

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let every listener go, then answer what was asked."""
        self._events.close()
        await super().shutdown(sockets)
