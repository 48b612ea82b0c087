"""What systemd is told."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tweetgen.service.supervisor import Supervisor


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.settimeout(5)
        yield str(tmp_path / "notify"), channel


def test_each_state_arrives(listening: tuple[str, socket.socket]) -> None:
    address, channel = listening
    supervisor = Supervisor({"NOTIFY_SOCKET": address})
    supervisor.ready("two accounts")
    supervisor.alive()
    supervisor.reloading()
    supervisor.stopping()
    said = [channel.recv(200).decode() for _ in range(4)]
    assert said[:2] == ["READY=1\nSTATUS=two accounts", "WATCHDOG=1"]
    assert said[2].startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert said[3] == "STOPPING=1"


def test_the_pulse_is_half_of_what_systemd_waits_for() -> None:
    assert Supervisor({"WATCHDOG_USEC": "30000000"}).pulse == 15
    assert Supervisor({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}).pulse == 15


@pytest.mark.parametrize(
    "environment", [{}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}]
)
def test_there_is_no_pulse_where_nobody_waits_for_ours(environment: dict[str, str]) -> None:
    assert Supervisor(environment).pulse is None


def test_a_supervisor_that_went_away_is_no_error(tmp_path: Path) -> None:
    Supervisor({"NOTIFY_SOCKET": str(tmp_path / "gone")}).alive()
    Supervisor({}).alive()
