"""The client of X against a small X over real HTTP: what it asks for, and what it makes of the answers."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tweetgen_plugins._x.port import BearerToken, UserKeys, XClient, XError, XFault, XTrouble

from tests.fakes.x import FakeUser, Fault, How, Running
from tweetgen.domain import Kind


def test_users_are_found_by_name_in_any_case_and_the_others_told_apart(x: Running, reader: XClient) -> None:
    for name, more in {"keeper": {}, "owl": {"protected": True}, "zed": {"suspended": True}}.items():
        x.world.add_user(name, **more)
    found, missing = reader.users(["Keeper", "owl", "ZED", "nobody"])
    assert {name: user.name for name, user in found.items()} == {"Keeper": "keeper", "owl": "owl"}
    assert found["owl"].protected
    assert not found["Keeper"].protected
    assert {name: trouble for name, (trouble, _) in missing.items()} == {
        "ZED": XTrouble.SUSPENDED,
        "nobody": XTrouble.MISSING,
    }


def test_a_name_nobody_can_have_does_not_spoil_the_others(x: Running, reader: XClient, keeper: FakeUser) -> None:
    found, missing = reader.users(["keeper", "two words", "@keeper", "https://x.com/keeper"])
    assert list(found) == ["keeper"]
    assert set(missing) == {"two words", "@keeper", "https://x.com/keeper"}
    assert reader.users(["no such"])[1]
    assert x.world.requests["users"] == 1


def test_a_renamed_user_is_found_by_id(x: Running, reader: XClient, keeper: FakeUser) -> None:
    keeper.username = "lamplighter"
    found, missing = reader.users_by_id([keeper.id, "77"])
    assert found[keeper.id].name == "lamplighter"
    assert missing["77"][0] is XTrouble.MISSING
    assert reader.users(["keeper"])[1]["keeper"][0] is XTrouble.MISSING


@pytest.mark.parametrize("login", ["keys", "user_token"])
def test_me_is_whose_login_it_is(
    login: str, request: pytest.FixtureRequest, connect: Callable[..., XClient], keeper: FakeUser
) -> None:
    me = connect(request.getfixturevalue(login)).me()
    assert (me.id, me.name, me.automated) == (keeper.id, "keeper", None)
    assert me.created_at == datetime(2015, 3, 1, tzinfo=UTC)


def test_a_history_is_read_page_by_page_to_its_end(x: Running, reader: XClient, keeper: FakeUser) -> None:
    texts = [f"log {number}" for number in range(23)]
    for text in texts:
        x.world.write(keeper, text)
    page = reader.posts(keeper.id, size=10)
    read = [post.text for post in page.posts]
    assert (page.newest_id, page.reads) == (page.posts[0].id, 10)
    while page.next_token:
        page = reader.posts(keeper.id, size=10, token=page.next_token)
        read += [post.text for post in page.posts]
    assert read == texts[::-1]
    assert x.world.requests["posts"] == 3


def test_only_what_is_newer_or_older_is_read(x: Running, reader: XClient, keeper: FakeUser) -> None:
    ids = [str(x.world.write(keeper, f"log {number}").id) for number in range(9)]
    assert [post.id for post in reader.posts(keeper.id, since_id=ids[6]).posts] == [ids[8], ids[7]]
    assert [post.id for post in reader.posts(keeper.id, until_id=ids[2]).posts] == [ids[1], ids[0]]
    nothing = reader.posts(keeper.id, since_id=ids[8])
    assert (nothing.posts, nothing.next_token, nothing.newest_id, nothing.reads) == ([], None, None, 0)


def test_only_3200_posts_are_to_be_had(x: Running, reader: XClient, keeper: FakeUser) -> None:
    for number in range(3300):
        x.world.write(keeper, f"log {number}")
    x.world.record = False
    page, read = reader.posts(keeper.id), 100
    while page.next_token:
        page = reader.posts(keeper.id, token=page.next_token)
        read += len(page.posts)
    assert read == 3200
    assert page.posts[-1].text == "log 100"


def test_replies_and_reposts_are_left_out_as_wished(x: Running, reader: XClient, keeper: FakeUser) -> None:
    owl = x.world.add_user("owl")
    asked = x.world.write(owl, "who ate the mouse?")
    x.world.write(keeper, "fog")
    x.world.write(keeper, "@owl me", reply_to=asked.id)
    x.world.write(keeper, "RT @owl: who ate the mouse?", repost_of=asked.id)
    x.world.write(keeper, "a good question", quote_of=asked.id)
    everything = reader.posts(keeper.id, reposts=True)
    assert [post.kind for post in everything.posts] == [Kind.QUOTE, Kind.REPOST, Kind.REPLY, Kind.ORIGINAL]
    reply = everything.posts[2]
    assert (reply.reply_to_id, reply.reply_to_text) == (str(asked.id), "who ate the mouse?")
    assert everything.posts[1].text == "who ate the mouse?"
    assert everything.reads == 5
    assert {post.kind for post in reader.posts(keeper.id).posts} == {Kind.QUOTE, Kind.REPLY, Kind.ORIGINAL}
    assert {post.kind for post in reader.posts(keeper.id, replies=False).posts} == {Kind.QUOTE, Kind.ORIGINAL}


def test_a_page_with_nothing_left_still_leads_on(x: Running, reader: XClient, keeper: FakeUser) -> None:
    first = x.world.write(keeper, "fog")
    for number in range(5):
        x.world.write(keeper, f"and {number}", reply_to=first.id)
    page = reader.posts(keeper.id, replies=False, size=5)
    assert page.posts == []
    assert page.next_token is not None
    assert [post.text for post in reader.posts(keeper.id, replies=False, token=page.next_token).posts] == ["fog"]


def test_the_parent_of_a_reply_is_unknown_where_it_is_not_to_be_seen(
    x: Running, reader: XClient, keeper: FakeUser
) -> None:
    hidden = x.world.write(x.world.add_user("owl", protected=True), "psst")
    x.world.write(keeper, "@owl what?", reply_to=hidden.id)
    (post,) = reader.posts(keeper.id).posts
    assert (post.kind, post.reply_to_id, post.reply_to_text) == (Kind.REPLY, str(hidden.id), None)


LONG = "every lamp in the bay is lit and nobody knows why " * 8


@pytest.mark.parametrize("names", ["new", "old", "both"])
@pytest.mark.parametrize(
    "text",
    [
        "a < b && b > c, and &lt;b&gt; stays as it was written",
        "fog 🧜🏽‍♀️👨‍👩‍👧‍👦🏴󠁧󠁢󠁷󠁬󠁳󠁿 and 1️⃣",
        "霧の灯台 — المنارة في الضباب — туман — धुंध",
        LONG + "& <the end>",
        "e\u0301 and \u00e9, \u202eright to left\u202c",
    ],
)
def test_every_text_comes_back_as_it_was_written(
    x: Running, reader: XClient, keeper: FakeUser, text: str, names: str
) -> None:
    x.world.names = names
    x.world.write(keeper, text)
    assert [post.text for post in reader.posts(keeper.id).posts] == [text]


@pytest.mark.parametrize("names", ["new", "old"])
def test_short_addresses_can_be_made_whole(x: Running, reader: XClient, keeper: FakeUser, names: str) -> None:
    x.world.names = names
    far = "https://example.org/a?b=1&c=2"
    x.world.write(keeper, f"{LONG} {far} and https://example.org")
    (post,) = reader.posts(keeper.id).posts
    whole = post.text
    for short, expanded in post.urls.items():
        whole = whole.replace(short, expanded)
    assert whole == f"{LONG} {far} and https://example.org"
    assert len(post.urls) == 2


def test_an_edited_post_names_its_earlier_versions(x: Running, reader: XClient, keeper: FakeUser) -> None:
    first = x.world.write(keeper, "fgo")
    second = x.world.edit(first, "fog")
    (post,) = reader.posts(keeper.id).posts
    assert (post.text, post.edit_ids) == ("fog", (str(first.id), str(second.id)))


def test_old_field_names_are_tried_once_and_kept(x: Running, reader: XClient, keeper: FakeUser) -> None:
    x.world.names = "old"
    x.world.write(keeper, LONG, lang="en")
    for _ in range(3):
        (post,) = reader.posts(keeper.id).posts
        assert (post.text, post.lang, post.author_id) == (LONG, "en", keeper.id)
    assert x.world.requests["posts"] == 4


@pytest.mark.parametrize(
    ("more", "trouble", "kind"),
    [
        ({"protected": True}, XTrouble.PROTECTED, XFault.FORBIDDEN),
        ({"suspended": True}, XTrouble.SUSPENDED, XFault.FORBIDDEN),
    ],
)
def test_a_timeline_that_is_not_to_be_seen_says_why(
    x: Running, reader: XClient, more: dict[str, bool], trouble: XTrouble, kind: XFault
) -> None:
    hidden = x.world.add_user("owl", **more)
    with pytest.raises(XError) as caught:
        reader.posts(hidden.id)
    assert (caught.value.kind, caught.value.trouble) == (kind, trouble)


def test_the_timeline_of_nobody_is_missing(x: Running, reader: XClient) -> None:
    with pytest.raises(XError) as caught:
        reader.posts("404")
    assert (caught.value.kind, caught.value.trouble) == (XFault.NOT_FOUND, XTrouble.MISSING)


def test_posts_that_are_gone_are_named(x: Running, reader: XClient, keeper: FakeUser) -> None:
    kept, gone = x.world.write(keeper, "fog"), x.world.write(keeper, "regret")
    gone.deleted = True
    hidden = x.world.write(x.world.add_user("owl", protected=True), "psst")
    found, missing = reader.posts_by_id([str(post.id) for post in (kept, gone, hidden)])
    assert [post.text for post in found] == ["fog"]
    assert "Could not find" in missing[str(gone.id)]
    assert "not authorized" in missing[str(hidden.id)]
    assert reader.posts_by_id([]) == ([], {})


@pytest.mark.parametrize("login", ["keys", "user_token"])
def test_a_text_is_posted_answered_and_deleted(
    login: str, request: pytest.FixtureRequest, x: Running, connect: Callable[..., XClient]
) -> None:
    client = connect(request.getfixturevalue(login))
    text = "ünder the <fog> & 霧 🧜🏽‍♀️ = 100% + more"
    first = client.create(text)
    second = client.create("and on", reply_to=first, reply_settings="mentionedUsers")
    assert [entry.text for entry in x.world.accepted()] == [text, "and on"]
    assert x.world.posts[int(second)].reply_to == int(first)
    assert client.delete(second)
    assert client.delete(second), "what X no longer has is gone"
    assert client.posts_by_id([second])[1]


def test_what_x_says_about_limits_is_kept(x: Running, writer: XClient, keeper: FakeUser) -> None:
    writer.create("fog")
    rate, day = writer.rates["create"], writer.rates["create app"]
    assert (rate.limit, rate.remaining, day.limit, day.remaining) == (100, 99, 10_000, 9_999)
    assert rate.resets_at is not None
    assert timedelta(minutes=14) < rate.resets_at - datetime.now(UTC) < timedelta(minutes=16)
    x.world.limit_headers = False
    writer.me()
    assert "me" not in writer.rates


def test_a_limit_that_is_reached_says_until_when(x: Running, writer: XClient) -> None:
    from tests.fakes.x import Limit

    x.world.limits["me"] = [Limit(2, timedelta(minutes=15))]
    for _ in range(2):
        writer.me()
    with pytest.raises(XError) as caught:
        writer.me()
    assert caught.value.kind is XFault.RATE_LIMITED
    assert caught.value.until == writer.rates["me"].resets_at
    assert x.world.requests["me"] == 3, "nothing waits and nothing is asked again"


def test_no_key_or_token_is_ever_logged(
    x: Running,
    writer: XClient,
    reader: XClient,
    keys: UserKeys,
    app_token: BearerToken,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("tweepy", "requests_oauthlib", "oauthlib", "urllib3", "requests"):
            caplog.set_level(logging.DEBUG, logger=name)
    writer.create("fog")
    reader.users(["keeper"])
    x.world.faults.append(Fault(How.UNAVAILABLE, times=2))
    for client in (writer, reader):
        with pytest.raises(XError):
            client.users(["keeper"])
    planted = [keys.consumer_key, keys.consumer_secret, keys.access_token, keys.access_token_secret, app_token.token]
    assert caplog.records, "the libraries do talk"
    for secret in planted:
        assert secret not in caplog.text
        assert secret not in repr([keys, app_token, writer, reader])
