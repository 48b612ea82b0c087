"""The source x against a small X, over real HTTP: what it brings, and whom it tells about."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fakes.x import FakePost, FakeUser
from tests.plugins.x.desk import Desk, names
from tweetgen.domain import Json, Kind
from tweetgen.errors import ConfigError
from tweetgen.interfaces import Rechecking


def test_a_history_comes_whole_then_only_what_is_new_with_one_request(
    desk: Desk, keeper: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    there = write(keeper, 230)
    first = desk.collect("keeper")
    assert (first.new, first.problems, desk.x.world.requests) == (230, [], {"users": 1, "posts": 3})
    assert desk.ids() == names(there)
    fresh = [desk.x.world.write(keeper, "and again fog")]
    second = desk.collect("keeper")
    assert (second.new, second.known, desk.x.world.requests) == (1, 0, {"posts": 1})
    third = desk.collect("keeper")
    assert (third.new, third.known, desk.x.world.requests) == (0, 0, {"posts": 1})
    assert desk.ids() == names(there + fresh)


def test_more_authors_and_other_settings_read_nothing_again(
    desk: Desk, keeper: FakeUser, owl: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    write(keeper, 150)
    desk.collect("keeper")
    write(owl, 10)
    found = desk.collect("keeper", "owl", budget={"per_day": 7}, prices={"post": 0.004})
    assert (found.authors, desk.x.world.requests) == ({"Owl": (10, 0)}, {"users": 1, "posts": 2})


@pytest.mark.parametrize("written", ["owl", "@OWL", " Owl ", "https://x.com/owl", "twitter.com/Owl/status/17?s=20"])
def test_names_may_be_written_in_many_ways(
    desk: Desk, owl: FakeUser, write: Callable[..., list[FakePost]], written: str
) -> None:
    write(owl, 3)
    assert desk.collect(written).authors == {"Owl": (3, 0)}
    assert desk.posts()[0].provenance.startswith("https://x.com/Owl/status/")


@pytest.mark.parametrize("written", ["two words", "https://x.com/i/lists/5", "naïve", "a" * 16, "@", ""])
def test_what_is_nobodys_name_is_said_with_the_configuration(desk: Desk, written: str) -> None:
    with pytest.raises(ConfigError, match="nobody's name on X"):
        desk.configure(written).sources()


def test_troubles_are_told_by_name_while_the_others_go_on(
    desk: Desk, keeper: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    desk.x.world.add_user("banned", suspended=True)
    locked = desk.x.world.add_user("locked", protected=True)
    write(locked, 3)
    write(keeper, 3)
    found = desk.collect("banned", "nobody", "locked", "keeper")
    assert found.new == 3
    assert found.failed == []
    assert sorted(found.problems) == [
        "@banned: is suspended",
        "@locked: shows posts to followers only",
        "@nobody: nobody on X has this name now: misspelt, renamed or deleted",
    ]


def test_somebody_who_is_gone_later_is_told_of(
    desk: Desk, keeper: FakeUser, owl: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    write(keeper, 3)
    write(owl, 3)
    desk.collect("keeper", "owl")
    keeper.suspended = True
    desk.x.world.write(owl, "hoo")
    found = desk.collect("keeper", "owl")
    assert (found.new, found.problems, found.failed) == (1, ["@keeper: is suspended"], [])


def test_a_new_name_for_a_known_user_goes_on_as_before(
    desk: Desk, keeper: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    write(keeper, 3)
    desk.collect("keeper")
    keeper.username = "warden"
    desk.x.world.write(keeper, "new name, old fog")
    told = ["@keeper is called @warden now; posts go on as 'keeper'"]
    found = desk.collect("warden")
    assert (found.authors, found.problems) == ({"keeper": (1, 0)}, told)
    assert desk.collect("keeper", "warden").problems == []
    assert desk.x.world.requests == {"posts": 1}


def test_names_are_looked_at_again_now_and_then(
    desk: Desk, keeper: FakeUser, write: Callable[..., list[FakePost]], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(keeper, 3)
    desk.collect("keeper")
    keeper.username = "warden"
    assert desk.collect("keeper").problems == []
    later = desk.x.world.clock() + timedelta(days=31)
    monkeypatch.setattr("tweetgen.host.InstanceHost.now", lambda self: later)
    assert desk.collect("keeper", names_days=0).problems == []
    assert desk.collect("keeper").problems == ["@keeper is called @warden now; posts go on as 'keeper'"]
    assert desk.collect("keeper").problems == []
    assert desk.x.world.requests == {"posts": 1}


def test_own_bots_are_never_learnt_from(desk: Desk, keeper: FakeUser, owl: FakeUser) -> None:
    bot = desk.x.world.add_user("OurBot")
    for user in (bot, keeper, owl):
        desk.x.world.write(user, "fog")
    told = desk.x.world.write(bot, "fog, says the bot")
    desk.x.world.write(keeper, "RT @OurBot: fog, says the bot", repost_of=told.id)
    (desk.folder / "accounts").mkdir()
    (desk.folder / "accounts/bot.yaml").write_text("")
    app = desk.configure("keeper")
    app.host("destination.x", "bot").state.put({"own_names": ["ourbot", bot.id]}, 0)
    found = desk.collect("OurBot", "keeper", "owl", reposts=True, never=["Owl"])
    assert found.authors == {"keeper": (1, 0)}
    assert found.problems == [f"@{name}: is of this instance, and nobody learns from it" for name in ("OurBot", "owl")]
    assert desk.x.world.requests == {"users": 1, "posts": 1}


def test_posts_are_whole(desk: Desk, keeper: FakeUser, owl: FakeUser) -> None:
    world = desk.x.world
    question = world.write(owl, "who keeps the lamp? 🦉 <&>")
    world.write(keeper, "I do & always did 👨‍👩‍👧‍👦", reply_to=question.id)
    world.write(keeper, "long " * 100 + "end")
    world.write(keeper, "see https://example.org/fog?a=1&b=2 for more")
    world.write(keeper, "RT @Owl: who keeps the lamp?", repost_of=question.id)
    desk.collect("keeper")
    found = {post.kind: post for post in desk.posts() if post.kind is not Kind.ORIGINAL}
    assert (found[Kind.REPLY].text, found[Kind.REPLY].reply_to) == ("I do & always did 👨‍👩‍👧‍👦", question.text)
    assert Kind.REPOST not in found
    texts = [post.text for post in desk.posts() if post.kind is Kind.ORIGINAL]
    assert "long " * 100 + "end" in texts
    assert "see https://example.org/fog?a=1&b=2 for more" in texts
    assert {post.labels["lang"] for post in desk.posts()} == {"en"}
    assert all(post.created_at is not None and post.source == "x" for post in desk.posts())


def test_replies_and_reposts_are_chosen(desk: Desk, keeper: FakeUser, owl: FakeUser) -> None:
    world = desk.x.world
    question = world.write(owl, "who?")
    world.write(keeper, "I.", reply_to=question.id)
    world.write(keeper, "RT @Owl: who?", repost_of=question.id)
    world.write(keeper, "fog")
    desk.collect("keeper", replies=False, reposts=True)
    assert {post.kind for post in desk.posts()} == {Kind.ORIGINAL, Kind.REPOST}


def test_pages_that_are_empty_do_not_end_a_history(
    desk: Desk, keeper: FakeUser, owl: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    question = desk.x.world.write(owl, "who?", at=desk.x.world.clock() - timedelta(days=90))
    first = write(keeper, 30)
    write(keeper, 320, reply_to=question.id)
    last = write(keeper, 5)
    desk.collect("keeper", replies=False)
    assert desk.ids() == sorted(names(first + last), key=int)
    write(keeper, 220, reply_to=question.id)
    assert desk.collect("keeper", replies=False).new == 0
    assert desk.collect("keeper", replies=False).problems == []


def test_no_more_of_a_history_than_wanted_and_more_once_more_is_wanted(
    desk: Desk, keeper: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    there = write(keeper, 300)
    assert desk.collect("keeper", max_posts=120).new == 120
    assert desk.ids() == names(there[-120:])
    assert desk.collect("keeper", max_posts=120).new == 0
    assert desk.x.world.requests == {"posts": 1}
    assert desk.collect("keeper", max_posts=250).new == 130
    assert desk.ids() == names(there[-250:])


def test_what_lies_further_back_than_x_goes_is_let_be(
    desk: Desk, keeper: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    desk.x.world.history = 320
    there = write(keeper, 400)
    assert desk.collect("keeper").new == 320
    assert desk.collect("keeper").new == 0
    assert desk.ids() == names(there[-320:])


@pytest.mark.parametrize(("written", "gap"), [(900, True), (799, False), (150, False)])
def test_a_gap_is_noticed_and_said(
    desk: Desk, keeper: FakeUser, write: Callable[..., list[FakePost]], written: int, gap: bool
) -> None:
    desk.x.world.history = 800
    first = write(keeper, 5)
    desk.collect("keeper")
    new = write(keeper, written)
    found = desk.collect("keeper", budget={"per_day": None})
    assert [f"since post {first[-1].id} " in problem for problem in found.problems] == [True] * gap
    assert desk.ids() == names(first + new[-800:])
    assert desk.collect("keeper", budget={"per_day": None}).problems == []


def test_a_users_keys_read_as_well(desk: Desk, keeper: FakeUser, write: Callable[..., list[FakePost]]) -> None:
    write(keeper, 3)
    keys = desk.x.world.logins.user_keys(keeper.id)
    found = desk.collect(
        "keeper",
        consumer_key=keys.consumer_key,
        consumer_secret=keys.consumer_secret,
        access_token=keys.access_token,
        access_token_secret=keys.access_token_secret,
    )
    assert found.new == 3


def test_without_any_login_the_way_to_one_is_told(desk: Desk, keeper: FakeUser) -> None:
    found = desk.collect("keeper", bearer_token=None)
    assert found.failed == ["x"]
    assert "is not there; give its four keys" in found.problems[0]


def test_both_names_of_fields_are_read(desk: Desk, keeper: FakeUser, write: Callable[..., list[FakePost]]) -> None:
    desk.x.world.names = "old"
    there = write(keeper, 120)
    desk.collect("keeper")
    assert desk.ids() == names(there)


def test_a_foreign_cursor_means_from_the_start(
    desk: Desk, keeper: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    there = write(keeper, 3)
    app = desk.configure("keeper")
    (source,) = app.sources()
    key = f"{source.source.cursor_key}/{keeper.id}"  # type: ignore[attr-defined]
    cursors: list[Json] = ["x", 3, [], {}, {"id": keeper.id}, {"id": keeper.id, "author": "keeper", "high": "one"}]
    for cursor in cursors:
        app.store.add_page(key, [], cursor)
        desk.collect("keeper")
        assert desk.ids() == names(there)
        app.store.purge("keeper")


def test_what_is_gone_is_told_by_id(
    desk: Desk, keeper: FakeUser, owl: FakeUser, write: Callable[..., list[FakePost]]
) -> None:
    world = desk.x.world
    kept, deleted, edited = write(keeper, 3)
    hidden = world.write(owl, "hoo")
    deleted.deleted = True
    owl.protected = True
    world.edit(edited, "better words")
    (source,) = desk.configure("keeper").sources()
    assert isinstance(source.source, Rechecking)
    gone = source.source.gone(names([kept, deleted, edited, hidden]))
    assert gone.keys() == {str(deleted.id), str(edited.id), str(hidden.id)}
    assert source.source.price(200) == 1
