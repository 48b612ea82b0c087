"""Everything that can go wrong between the client and X, over real HTTP."""

import socket
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from tweetgen_plugins._x.client import open_client
from tweetgen_plugins._x.port import BearerToken, UserKeys, XClient, XError, XFault, XTrouble

from tests.fakes.x import FakeUser, Fault, How, Running, running

Failing = Callable[..., XError]

NO_ANSWER = [How.EMPTY, How.LIST, How.CUT, How.HALF, How.DROP, How.RESET, How.SILENCE, How.UNAVAILABLE, How.BROKEN]


@pytest.mark.parametrize(
    ("how", "kind", "status"),
    [
        (How.UNAUTHORIZED, XFault.UNAUTHORIZED, 401),
        (How.CREDITS, XFault.CREDITS, 402),
        (How.FORBIDDEN, XFault.FORBIDDEN, 403),
        (How.DUPLICATE, XFault.DUPLICATE, 403),
        (How.APP_ONLY, XFault.UNAUTHORIZED, 403),
        (How.NOT_FOUND, XFault.NOT_FOUND, 404),
        (How.LIMITED, XFault.RATE_LIMITED, 429),
        (How.LIMITED_BARE, XFault.RATE_LIMITED, 429),
        (How.LIMITED_CODE, XFault.RATE_LIMITED, 429),
        (How.LIMITED_DAY, XFault.RATE_LIMITED, 429),
        (How.UNAVAILABLE, XFault.UNKNOWN, 503),
        (How.BROKEN, XFault.UNKNOWN, 500),
        (How.REDIRECT, XFault.NOT_SENT, 307),
    ],
)
def test_every_status_means_something(
    x: Running, writer: XClient, failing: Failing, how: How, kind: XFault, status: int
) -> None:
    error = failing(how, lambda: writer.create("fog"))
    assert (error.kind, error.status) == (kind, status)
    assert x.world.accepted() == []
    assert writer.create("fog")


@pytest.mark.parametrize(
    ("detail", "problem", "kind"),
    [
        ("You are not permitted to perform this action.", "about:blank", XFault.FORBIDDEN),
        ("Your account is not permitted to access this feature.", "about:blank", XFault.FORBIDDEN),
        ("Posts are limited to a maximum of one cashtag.", "about:blank", XFault.FORBIDDEN),
        ("The Tweet contains an invalid URL.", "about:blank", XFault.FORBIDDEN),
        ("Usage cap exceeded: Monthly product cap", "https://api.twitter.com/2/problems/usage-capped", XFault.CREDITS),
        ("Usage cap exceeded: Monthly product cap", "https://api.x.com/2/problems/usage-capped", XFault.CREDITS),
        ("Client Forbidden", "https://api.x.com/2/problems/client-forbidden", XFault.UNAUTHORIZED),
        ("Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.",
         "https://api.x.com/2/problems/oauth1-permissions", XFault.UNAUTHORIZED),
        ("To protect our users from spam this account is temporarily locked.", "about:blank", XFault.UNAUTHORIZED),
        ("Your account is suspended and is not permitted to access this feature.", "about:blank", XFault.UNAUTHORIZED),
    ],
)  # fmt: skip
def test_each_403_is_told_apart(
    writer: XClient, failing: Failing, detail: str, problem: str, kind: XFault
) -> None:
    error = failing(How.FORBIDDEN, lambda: writer.create("fog"), detail=detail, problem=problem)
    assert error.kind is kind
    assert detail[:30] in str(error)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, b'{"errors":[{"code":187,"message":"Status is a duplicate."}]}', XFault.DUPLICATE),
        (403, b'{"errors":[{"code":326,"message":"locked"}]}', XFault.UNAUTHORIZED),
        (429, b'{"title":"UsageCapExceeded","type":"https://api.twitter.com/2/problems/usage-capped"}', XFault.CREDITS),
        (400, b'{"errors":[{"message":"bad"}],"title":"Invalid Request"}', XFault.INVALID),
        (422, b"", XFault.INVALID),
        (408, b"", XFault.NOT_SENT),
        (301, b"", XFault.NOT_SENT),
        (303, b"", XFault.UNKNOWN),
        (403, b"[]", XFault.FORBIDDEN),
        (403, b'{"errors":"none","detail":7,"title":["x"]}', XFault.FORBIDDEN),
        (403, b"<html>Cloudflare</html>", XFault.FORBIDDEN),
        (500, b"[" * 100_000, XFault.UNKNOWN),
    ],
)
def test_bodies_of_any_shape_are_borne(
    writer: XClient, failing: Failing, status: int, body: bytes, kind: XFault
) -> None:
    assert failing(How.RAW, lambda: writer.create("fog"), status=status, body=body).kind is kind


@pytest.mark.parametrize("how", NO_ANSWER)
def test_without_a_readable_answer_nobody_knows(x: Running, writer: XClient, failing: Failing, how: How) -> None:
    accepted = how not in (How.CUT, How.HALF)
    assert failing(how, lambda: writer.create("fog"), accept=accepted).kind is XFault.UNKNOWN
    assert [entry.text for entry in x.world.accepted()] == ["fog"], "and it may well have landed"


@pytest.mark.parametrize("how", NO_ANSWER)
def test_reading_never_takes_a_broken_answer_for_an_empty_one(
    x: Running, reader: XClient, keeper: FakeUser, failing: Failing, how: How
) -> None:
    post = x.world.write(keeper, "fog")
    calls: list[Callable[[], object]] = [
        lambda: reader.posts(keeper.id),
        lambda: reader.posts_by_id([str(post.id)]),
        lambda: reader.users(["keeper"]),
        lambda: reader.users_by_id([keeper.id]),
    ]
    for call in calls:
        assert failing(how, call).kind is XFault.UNKNOWN
        call()


def test_a_post_that_comes_into_sight_late_is_there_in_the_end(x: Running, writer: XClient, failing: Failing) -> None:
    assert failing(How.LATE, lambda: writer.create("fog"), seconds=3600).kind is XFault.UNKNOWN
    (entry,) = x.world.accepted()
    assert writer.posts_by_id([entry.post])[1]
    x.world.posts[int(entry.post)].visible_at = datetime.now(UTC)
    found, _ = writer.posts_by_id([entry.post])
    assert [post.text for post in found] == ["fog"]


def test_a_duplicate_is_a_duplicate_whoever_sent_it_before(x: Running, writer: XClient, failing: Failing) -> None:
    failing(How.DROP, lambda: writer.create("fog"), accept=True)
    with pytest.raises(XError) as caught:
        writer.create("fog")
    assert caught.value.kind is XFault.DUPLICATE
    assert len(x.world.accepted("fog")) == 1


def test_silence_has_an_end_and_so_has_an_answer_byte_by_byte(
    connect: Callable[..., XClient], user_token: BearerToken, failing: Failing
) -> None:
    hasty = connect(user_token, read_seconds=0.2, total_seconds=0.4)
    assert "silence" in str(failing(How.SILENCE, hasty.me, seconds=30))
    assert "more than 0.4 s" in str(failing(How.TRICKLE, hasty.me, seconds=0.1))
    assert hasty.me()


def test_a_slow_answer_is_waited_for(
    x: Running, connect: Callable[..., XClient], user_token: BearerToken
) -> None:
    x.world.faults.append(Fault(How.SLOW, "create", seconds=0.3))
    assert connect(user_token, read_seconds=5).create("fog")


def test_no_redirect_is_followed_and_nobody_else_gets_the_token(
    x: Running, reader: XClient, keeper: FakeUser, failing: Failing
) -> None:
    with running() as other:
        failing(How.REDIRECT, lambda: reader.users(["keeper"]), status=302, detail=f"{other.url}/2/users/by")
        assert other.world.exchanges == []


def test_without_a_server_nothing_was_sent(keys: UserKeys) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = open_client(keys, base_url=f"http://127.0.0.1:{port}", now=lambda: datetime.now(UTC))
    with pytest.raises(XError) as caught:
        client.create("fog")
    assert caught.value.kind is XFault.NOT_SENT
    assert "connection refused" in str(caught.value)


def test_an_unknown_host_was_sent_nothing(keys: UserKeys) -> None:
    client = open_client(keys, base_url="https://nowhere.invalid", now=lambda: datetime.now(UTC))
    with pytest.raises(XError) as caught:
        client.create("fog")
    assert caught.value.kind is XFault.NOT_SENT
    assert "nowhere.invalid" in str(caught.value)


def test_a_certificate_nobody_vouches_for_gets_nothing(
    tmp_path: Path, keys: UserKeys, unavailable: Callable[[str], NoReturn]
) -> None:
    certificate, key = tmp_path / "own.pem", tmp_path / "own.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    try:
        subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    except FileNotFoundError:
        unavailable("openssl, for a certificate")
    with running(tls=(certificate, key)) as false_x:
        client = open_client(keys, base_url=false_x.url, now=lambda: datetime.now(UTC))
        with pytest.raises(XError) as caught:
            client.create("fog")
        assert false_x.world.exchanges == []
    assert caught.value.kind is XFault.NOT_SENT
    assert "certificate" in str(caught.value)


def test_a_connection_that_was_closed_meanwhile_costs_no_certainty(x: Running, writer: XClient) -> None:
    writer.me()
    x.world.faults.append(Fault(How.DROP, "create"))
    with pytest.raises(XError):
        writer.create("fog")
    assert writer.create("fog")
    assert len(x.world.accepted()) == 1


@pytest.mark.parametrize("wrong", ["consumer_key", "consumer_secret", "access_token", "access_token_secret"])
def test_a_wrong_key_is_a_login_that_does_not_hold(
    connect: Callable[..., XClient], keys: UserKeys, wrong: str
) -> None:
    from dataclasses import replace

    with pytest.raises(XError) as caught:
        connect(replace(keys, **{wrong: "no-such-key"})).me()
    assert (caught.value.kind, caught.value.status) == (XFault.UNAUTHORIZED, 401)
    assert "no-such-key" not in str(caught.value)


@pytest.mark.parametrize("login", ["keys", "user_token", "app_token"])
def test_a_revoked_login_does_not_hold(
    login: str, request: pytest.FixtureRequest, x: Running, connect: Callable[..., XClient], keeper: FakeUser
) -> None:
    credentials = request.getfixturevalue(login)
    client = connect(credentials)
    client.users(["keeper"])
    x.world.logins.revoke(getattr(credentials, "token", "") or credentials.access_token)
    with pytest.raises(XError) as caught:
        client.users(["keeper"])
    assert caught.value.kind is XFault.UNAUTHORIZED


def test_an_access_token_ends_after_two_hours(
    x: Running, connect: Callable[..., XClient], user_token: BearerToken
) -> None:
    client = connect(user_token)
    client.me()
    x.world.clock = lambda: datetime.now(UTC) + timedelta(hours=2)
    with pytest.raises(XError) as caught:
        client.me()
    assert caught.value.kind is XFault.UNAUTHORIZED


def test_an_apps_own_token_cannot_write_and_is_told_so(x: Running, reader: XClient) -> None:
    for call in (lambda: reader.create("fog"), reader.me, lambda: reader.delete("1")):
        with pytest.raises(XError, match=r"app's own token; a user's login is needed") as caught:
            call()
        assert caught.value.kind is XFault.UNAUTHORIZED
    assert x.world.accepted() == []


@pytest.mark.parametrize(("minutes", "word"), [(10, "slow"), (-10, "fast")])
def test_a_clock_that_is_off_is_named(x: Running, writer: XClient, minutes: int, word: str) -> None:
    x.world.clock = lambda: datetime.now(UTC) + timedelta(minutes=minutes)
    with pytest.raises(XError, match=f"this machine's clock is 10 minutes {word}") as caught:
        writer.create("fog")
    assert caught.value.kind is XFault.UNAUTHORIZED


def test_a_429_says_when_to_come_back_if_x_says_it(writer: XClient, failing: Failing) -> None:
    soon = failing(How.LIMITED, writer.me, seconds=60).until
    later = failing(How.LIMITED_DAY, writer.me, seconds=7200).until
    assert soon is not None
    assert later is not None
    assert timedelta(seconds=50) < soon - datetime.now(UTC) < timedelta(seconds=62)
    assert timedelta(minutes=119) < later - datetime.now(UTC) < timedelta(minutes=121)
    assert failing(How.LIMITED_BARE, writer.me).until is None
    assert failing(How.LIMITED, writer.me, seconds=-60).until is None, "a moment that has passed says nothing"


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({"x-rate-limit-reset": "soon"}, None),
        ({"x-rate-limit-reset": "9" * 30}, None),
        ({"x-rate-limit-reset": "-5"}, None),
        ({"x-rate-limit-reset": "4102444800"}, timedelta(days=7)),
        ({"retry-after": "90"}, timedelta(seconds=90)),
        ({"retry-after": "9" * 30}, timedelta(days=7)),
    ],
)
def test_odd_limits_do_no_harm(
    writer: XClient, failing: Failing, headers: dict[str, str], until: timedelta | None
) -> None:
    before = datetime.now(UTC)
    error = failing(How.RAW, writer.me, status=429, headers=headers)
    assert error.kind is XFault.RATE_LIMITED
    if until is None:
        assert error.until is None
    else:
        assert error.until is not None
        assert abs(error.until - before - until) < timedelta(seconds=30)


def test_a_clock_that_is_off_does_not_shift_the_moment_to_come_back(
    x: Running, connect: Callable[..., XClient], app_token: BearerToken, failing: Failing
) -> None:
    slow = connect(app_token, now=lambda: datetime.now(UTC) - timedelta(minutes=10))
    until = failing(How.LIMITED, lambda: slow.users(["keeper"]), seconds=60).until
    assert until is not None
    assert abs(until - (datetime.now(UTC) - timedelta(minutes=9))) < timedelta(seconds=15)


def test_what_x_sends_back_of_our_own_keys_is_not_repeated(writer: XClient, keys: UserKeys, failing: Failing) -> None:
    detail = f"no\nsuch\x1b token: {keys.access_token}" + " again" * 500
    error = failing(How.UNAUTHORIZED, writer.me, detail=detail)
    assert keys.access_token not in str(error)
    assert "no such� token: ***" in str(error)
    assert len(str(error)) < 400


@pytest.mark.parametrize("token", ["", " ", "ab cd", "ab\ncd", "äöü"])
def test_a_token_that_can_be_none_is_not_sent(connect: Callable[..., XClient], token: str) -> None:
    with pytest.raises(XError, match="copy it again") as caught:
        connect(BearerToken(token))
    assert caught.value.kind is XFault.UNAUTHORIZED


def test_a_netrc_and_a_proxy_in_the_environment_change_nothing(
    x: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: XClient, keeper: FakeUser
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert reader.users(["keeper"])[0]


def test_no_cookie_is_kept(x: Running, reader: XClient, keeper: FakeUser) -> None:
    body = b'{"data":[{"id":"1","name":"k","username":"keeper"}]}'
    x.world.faults.append(Fault(How.RAW, "users", body=body, headers={"set-cookie": "guest_id=7; Path=/"}))
    for _ in range(2):
        reader.users(["keeper"])
    assert "cookie" not in x.world.exchanges[-1].headers


@pytest.mark.parametrize(
    "data",
    [
        b'{"data":[{"id":"1"}],"meta":{}}',
        b'{"data":[{"id":"x","text":"fog"}],"meta":{}}',
        b'{"data":[{"id":5,"text":"fog"}],"meta":{}}',
        b'{"data":[{"id":"1","text":null}],"meta":{}}',
        b'{"data":[{"id":"1","text":"no word on whether there is more"}]}',
        b'{"errors":[{"title":"later","type":"https://api.x.com/2/problems/internal-error"}]}',
    ],
)
def test_half_a_page_is_no_answer(reader: XClient, failing: Failing, data: bytes) -> None:
    assert failing(How.RAW, lambda: reader.posts("1"), body=data).kind is XFault.UNKNOWN


def test_what_x_says_nothing_of_is_neither_there_nor_gone(x: Running, reader: XClient) -> None:
    unavailable = b'"type":"https://api.x.com/2/problems/resource-unavailable","title":"later","detail":"later"'
    gone = b'"type":"https://api.x.com/2/problems/resource-not-found","title":"no","detail":"Could not find it"'
    body = b'{"errors":[{"value":"2",%b},{"resource_id":"3",%b},{"value":"9",%b}]}' % (unavailable, gone, gone)
    x.world.faults.append(Fault(How.RAW, body=body))
    assert reader.posts_by_id(["1", "2", "3"]) == ([], {"3": "Could not find it"})
    x.world.faults.append(Fault(How.RAW, body=b'{"data":[]}'))
    assert reader.users(["keeper"])[1]["keeper"][0] is XTrouble.OTHER


@pytest.mark.parametrize("body", [b'{"meta":{}}', b'{"oops":1}', b"{}", b'{"data":null}', b"null", b"7"])
def test_an_answer_to_something_else_is_none(reader: XClient, failing: Failing, body: bytes) -> None:
    calls: list[Callable[[], object]] = [
        lambda: reader.users(["keeper"]),
        lambda: reader.users_by_id(["1"]),
        lambda: reader.posts_by_id(["1"]),
        reader.me,
        lambda: reader.create("fog"),
        lambda: reader.delete("1"),
    ]
    for call in calls:
        assert failing(How.RAW, call, body=body).kind is XFault.UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        b'{"data":[{"id":"1","text":"fog","entities":[],"note_post":7,"referenced_posts":{}}],"meta":{}}',
        b'{"data":[{"id":"1","text":"fog","created_at":"yesterday","lang":5}],"includes":[],"meta":{"newest_id":7}}',
        b'{"data":[null,7,{"id":"1","text":"fog","edit_history_post_ids":"1"}],"meta":{"next_token":5}}',
    ],
)
def test_what_else_is_odd_about_a_post_is_left_out(x: Running, reader: XClient, body: bytes) -> None:
    x.world.faults.append(Fault(How.RAW, body=body))
    page = reader.posts("1")
    assert [post.text for post in page.posts] == ["fog"]
    assert (page.next_token, page.posts[0].author_id, page.posts[0].edit_ids) == (None, "1", ())
