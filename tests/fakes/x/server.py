"""Runs the small X in a thread, over HTTP or with a certificate over HTTPS."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from .app import App
from .world import World


@dataclass(frozen=True)
class Running:
    """A world that can be reached."""

    world: World
    url: str


class _Prompt(uvicorn.Server):
    """Ends at once: a test has had all its answers, and there are hundreds of tests."""

    async def main_loop(self) -> None:
        """Wait to be told to end."""
        while not self.should_exit:
            await asyncio.sleep(0.005)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Break off whatever is under way."""
        for server in self.servers:
            server.close()
        connections: set[Any] = self.server_state.connections
        for connection in list(connections):
            connection.transport.abort()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def running(world: World | None = None, port: int = 0, tls: tuple[Path, Path] | None = None) -> Iterator[Running]:
    """Serve until the block is left; `tls` are the files of a certificate and its key."""
    world = World() if world is None else world
    with socket.create_server(("127.0.0.1", port)) as listener:
        # head and body go out apart, and the body would wait for the other end's delayed acknowledgement
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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
            ssl_certfile=tls and str(tls[0]),
            ssl_keyfile=tls and str(tls[1]),
        )
        server = _Prompt(config)
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
