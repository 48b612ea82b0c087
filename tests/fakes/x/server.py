"""Runs the small X in a thread, over HTTP or with a certificate over HTTPS."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from .app import App
from .world import World


@dataclass(frozen=True)
class Running:
    """A world that can be reached."""

    world: World
    url: str


@contextmanager
def running(world: World | None = None, port: int = 0, tls: tuple[Path, Path] | None = None) -> Iterator[Running]:
    """Serve until the block is left; `tls` are the files of a certificate and its key."""
    world = World() if world is None else world
    with socket.create_server(("127.0.0.1", port)) as listener:
        config = uvicorn.Config(
            App(world),
            http="h11",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=1,
            ssl_certfile=tls and str(tls[0]),
            ssl_keyfile=tls and str(tls[1]),
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="local X")
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.005)
            scheme = "https" if tls else "http"
            yield Running(world, f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join()
