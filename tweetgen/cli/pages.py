"""The pages at one address: beside the daemon in a thread of their own, or alone."""

import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tweetgen.cli.person import own_name
from tweetgen.errors import InputError

if TYPE_CHECKING:
    from tweetgen.app import App
    from tweetgen.web.site import Site

#: seconds that a page waits for another's lock on the database
_PATIENCE = 5.0


class Pages:
    """A web server at one address."""

    def __init__(self, site: "Site", host: str, port: int) -> None:
        """Take the address; `port` 0 takes any that is free. Raises `InputError` where it cannot be had."""
        import uvicorn

        from tweetgen.web.app import create
        from tweetgen.web.server import LAST_ANSWERS, Server

        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            self._socket = socket.create_server((host, port), family=family)
        except OSError as error:
            where, why = f"web: {host}:{port}", f"cannot be listened at ({error.strerror})"
            raise InputError(where, why, "end who uses it, or choose another port in config.yaml") from error
        # asyncio leaves it off for a socket made so; head and body are sent apart, and the body would wait for an
        # acknowledgement that the other side puts off
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            create(site), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=LAST_ANSWERS
        )
        self._server = Server(config, site)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="pages", daemon=True)

    def start(self) -> None:
        """Begin to answer; returns at once."""
        self._thread.start()

    def run(self) -> None:
        """Answer until Ctrl-C or SIGTERM."""
        self._server.run([self._socket])

    def stop(self) -> None:
        """Answer what was asked, and give the address back."""
        self._server.should_exit = True
        self._thread.join(1.5)  # as long as answers may take, and a little
        self._socket.close()


def open_pages(current: "Callable[[], App]", host: str | None = None, port: int | None = None, **site: Any) -> Pages:
    """The pages of an instance, where its configuration says unless told otherwise; `site`: see `web.site.Site`.

    Raises `InputError` where the address cannot be had, and where others could reach it but nobody has a login.
    """
    from tweetgen.pipeline.reach import check_reach, is_loopback
    from tweetgen.web.site import Site

    web = current().config.web
    host, port = host or web.host, web.port if port is None else port
    impatient = _impatient(current)
    check_reach(host, impatient().store)
    return Pages(Site(impatient, own_name(), loopback=is_loopback(host), **site), host, port)


def _impatient(current: "Callable[[], App]") -> "Callable[[], App]":
    """The instance by the configuration in force; for its database's lock a person at a page waits less long."""
    from tweetgen.store import Store

    store = Store.open(current().database_url, _PATIENCE)
    made: list[tuple[App, App]] = []

    def ours() -> "App":
        app = current()
        if not made or made[-1][0] is not app:
            made[:] = [(app, app.beside(store))]
        return made[-1][1]

    return ours
