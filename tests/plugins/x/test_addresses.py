"""Which addresses may stand in for X."""

import pytest
from tweetgen_plugins._x.addresses import checked_base_url
from tweetgen_plugins._x.port import XError


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("https://api.x.com", "https://api.x.com"),
        ("https://gateway.example/x/", "https://gateway.example/x"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.8.8.8", "http://127.8.8.8"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_encrypted_or_on_this_machine(written: str, used: str) -> None:
    assert checked_base_url(written) == used


@pytest.mark.parametrize(
    "url",
    [
        "http://api.x.com",
        "http://192.168.0.7",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://0.0.0.0:80",
        "http://[::ffff:192.0.2.7]",
    ],
)
def test_no_key_goes_unencrypted_over_a_network(url: str) -> None:
    with pytest.raises(XError, match="unencrypted"):
        checked_base_url(url)


@pytest.mark.parametrize(
    "url",
    ["", "api.x.com", "ftp://api.x.com", "https://", "https://me:planted@api.x.com", "https://a/?b", "https://a:b"],
)
def test_what_is_no_address_is_explained(url: str) -> None:
    with pytest.raises(XError, match="no web address") as caught:
        checked_base_url(url)
    assert "planted" not in str(caught.value)
