"""What is printed, and what is not let through to a terminal."""

import io
import json
import sys
from typing import Any

import pytest
from tweetgen_plugins.destination_stdout import StdoutDestination

from tweetgen.errors import NotSent


def _make(host: Any, **settings: Any) -> StdoutDestination:
    return StdoutDestination(StdoutDestination.Settings(**settings), host)


def test_a_text_is_printed_as_it_is(host: Any, outgoing: Any, capsys: pytest.CaptureFixture[str]) -> None:
    _make(host).publish(outgoing("fog 👩‍🚀\nagain"))
    assert capsys.readouterr().out == "fog 👩‍🚀\nagain\n"


def test_a_post_as_json_is_one_line(host: Any, outgoing: Any, capsys: pytest.CaptureFixture[str]) -> None:
    _make(host, format="json").publish(outgoing("fog\nagain"))
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {"key": "k1", "account": "keeper", "text": "fog\nagain", "part": 0}


def test_no_text_commands_the_terminal(host: Any, outgoing: Any, capsys: pytest.CaptureFixture[str]) -> None:
    _make(host).publish(outgoing("a\x1b[2Jb\rc\x9bd"))
    assert capsys.readouterr().out == "a�[2Jb�c�d\n"


def test_what_the_terminal_cannot_show_is_escaped(host: Any, outgoing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    _make(host).publish(outgoing("ñ"))
    assert raw.getvalue() == b"\\xf1\n"


def test_an_output_nobody_reads_sent_nothing(host: Any, outgoing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    with pytest.raises(NotSent, match="nobody reads it any more"):
        _make(host).publish(outgoing())
