"""Log lines as a person or a program gets them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from tweetgen.service import logs
from tweetgen.service.redaction import MASK, Redactor


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where lines go; logging is as it was afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:], root.level = before[0], before[1]
    logging.captureWarnings(False)
    structlog.reset_defaults()


def test_a_librarys_line_and_our_own_take_the_same_road(stream: io.StringIO) -> None:
    logs.set_up("json", Redactor(["hush-hush"]), stream=stream)
    logging.getLogger("some.library").warning("refused %s", "hush-hush")
    structlog.get_logger("ours").info("sent", account="ada", key="hush-hush")
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert (first["event"], first["level"], first["logger"]) == (f"refused {MASK}", "warning", "some.library")
    assert (second["event"], second["account"], second["key"]) == ("sent", "ada", MASK)
    assert second["timestamp"].endswith("Z")


def test_a_traceback_is_redacted_too(stream: io.StringIO) -> None:
    logs.set_up("json", Redactor(["hush-hush"]), stream=stream)
    try:
        raise ValueError("login hush-hush refused")
    except ValueError:
        logging.getLogger("x").exception("it failed")
    line = json.loads(stream.getvalue())
    assert "ValueError" in line["exception"]
    assert "hush-hush" not in stream.getvalue()


def test_a_text_of_others_cannot_command_the_terminal(stream: io.StringIO) -> None:
    logs.set_up("console", Redactor(), stream=stream)
    logging.getLogger("x").warning("posted \x1b[2J")
    assert "\x1b" not in stream.getvalue()
    assert "posted \\x1b[2J" in stream.getvalue()


def test_chatty_libraries_are_quieter(stream: io.StringIO) -> None:
    logs.set_up("json", Redactor(), level=logging.DEBUG, stream=stream)
    logging.getLogger("apscheduler.scheduler").info("Running job")
    logging.getLogger("tweepy").debug("Bearer …")
    assert stream.getvalue() == ""
