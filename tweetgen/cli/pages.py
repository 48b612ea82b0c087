"""The pages beside the daemon: served in a thread of their own until the daemon ends."""

import socket
import threading
from typing import TYPE_CHECKING

from tweetgen.errors import InputError

if TYPE_CHECKING:
    from fastapi import FastAPI

#: seconds that answers being written may take at the end
_LAST_ANSWERS = 1


class Pages:
    """A web server at one address."""

    def __init__(self, pages: "FastAPI", host: str, port: int) -> None:
        """Take the address; `port` 0 takes any that is free. Raises `InputError` where it cannot be had."""
        import uvicorn

        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            self._socket = socket.create_server((host, port), family=family)
        except OSError as error:
            where, why = f"web: {host}:{port}", f"cannot be listened at ({error.strerror})"
            raise InputError(where, why, "end who uses it, or choose another port in config.yaml") from error
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            pages, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=_LAST_ANSWERS
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="pages", daemon=True)

    def start(self) -> None:
        """Begin to answer; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Answer what was asked, and give the address back."""
        self._server.should_exit = True
        self._thread.join(_LAST_ANSWERS + 0.5)
        self._socket.close()
