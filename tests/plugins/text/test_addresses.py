"""Addresses are found where X would link one."""

import pytest
from tweetgen_plugins._text.addresses import addresses, domain_end


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in addresses(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("go to example.com.", ["example.com"]),
        ("foo.co.jp and t.co", ["foo.co.jp", "t.co"]),
        ("HTTP://EXAMPLE.COM:8080/a(b(c)d)e),", ["HTTP://EXAMPLE.COM:8080/a(b(c)d)e"]),
        ("(http://en.wikipedia.org/wiki/Foo_(bar)) ok", ["http://en.wikipedia.org/wiki/Foo_(bar)"]),
        ("http://example.com/...", ["http://example.com/"]),
        ("http://example.com/@me/?q=a,b&c=d!", ["http://example.com/@me/?q=a,b&c=d"]),
        ("http://☃.net/ http://xn--n3h.net", ["http://☃.net/", "http://xn--n3h.net"]),
        # a sentence without spaces around it
        ("see example.com中国語 and example.com中国語example.org", ["example.com", "example.com", "example.org"]),
        ("日本語です。example.com", ["example.com"]),
        # without a scheme only the path ends an address, not a query alone
        ("example.com?x=1", ["example.com"]),
        ("example.com/?x=1.", ["example.com/?x=1"]),
        # of X's own short addresses only what X itself writes
        ("https://t.co/abc.def", ["https://t.co/abc"]),
        ("https://t.co/abc?x=1", ["https://t.co/abc?x=1"]),
        (f"https://t.co/{'a' * 41}", []),
        # an underscore may stand in a subdomain, and only with a scheme
        ("http://test_underscore.twitter.com", ["http://test_underscore.twitter.com"]),
        ("test_underscore.twitter.com", ["underscore.twitter.com"]),
        ("http://foo_bar.com a_b.com", []),
        ("the end.The beginning", []),
        ("v1.2.3 p.m. 3.14 e.g. U.S.A. a..com", []),
        ("me@example.com foo.com@bar", []),
        ("@foo.com #foo.com $foo.com xhttp://foo.com", []),
        ("http://-foo.com http://foo-.com", []),
        ("\ud800.com", []),
    ],
)
def test_addresses_are_those_that_x_links(text: str, wanted: list[str]) -> None:
    assert found(text) == wanted


def test_a_missing_space_makes_an_address_of_a_known_domain() -> None:
    assert found("that is it.Now go.to sleep") == ["it.Now", "go.to"]


def test_a_domain_ends_where_its_last_known_part_does() -> None:
    assert domain_end("bob.bsky.social says", 0) == len("bob.bsky.social")
    assert domain_end("bob.Then he", 0) is None
    assert domain_end("", 0) is None
