"""Passwords and names, without anything stored."""

import pytest

from tweetgen.errors import InputError
from tweetgen.pipeline.passwords import Passwords
from tweetgen.pipeline.people import checked_name
from tweetgen.pipeline.reach import is_loopback, is_named_elsewhere


def test_only_the_right_password_fits_on_whatever_keyboard() -> None:
    passwords = Passwords()
    kept = passwords.hash("cafe\u0301 am Hafen")
    assert passwords.fits(kept, "caf\u00e9 am Hafen")
    for wrong in ("cafe am Hafen", "", "caf\u00e9 am Hafen ", "\ud800" * 10):
        assert not passwords.fits(kept, wrong)
    assert not passwords.fits(None, "caf\u00e9 am Hafen")
    assert not passwords.fits("not a hash", "x")
    assert passwords.hash("cafe\u0301 am Hafen") != kept


@pytest.mark.parametrize("password", ["", "123456789", "x" * 1001])
def test_a_password_that_will_not_do(password: str) -> None:
    with pytest.raises(InputError, match=f"has {len(password)} characters"):
        Passwords().hash(password)


@pytest.mark.parametrize("name", ["ann", "gu\u0308nther", "ann.b-c_d@e", "7", "Ж", "x" * 64])
def test_a_name_that_will_do(name: str) -> None:
    assert checked_name(name)
    assert checked_name("gu\u0308nther") == "g\u00fcnther"


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a/b", "-ann", "_", "*", "a\nb", "x" * 65, "service", "Link", "a\u202eb"]
)
def test_a_name_that_will_not_do(name: str) -> None:
    with pytest.raises(InputError):
        checked_name(name)


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],
)
def test_which_addresses_are_this_machines_own(host: str, own: bool) -> None:
    assert is_loopback(host) is own


@pytest.mark.parametrize(
    ("url", "elsewhere"),
    [
        (None, False),
        ("http://127.0.0.1:8765", False),
        ("http://localhost:8765", False),
        ("http://[::1]:8765", False),
        ("https://bot.example", True),
        ("https://localhost.bot.example", True),
        ("http://192.168.1.5", True),
    ],
)
def test_which_addresses_are_for_others(url: str | None, elsewhere: bool) -> None:
    assert is_named_elsewhere(url) is elsewhere
