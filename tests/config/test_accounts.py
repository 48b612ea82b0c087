"""The account file beyond voice and writing: entries of every role, durations, schedules, limits, contradictions."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from tweetgen import config
from tweetgen.config import Draft
from tweetgen.config.show import as_yaml
from tweetgen.settings import Limits, Schedule, Upkeep

Instance = Callable[..., Draft]

WHOLE = """
about: everything at once
voice: {dril: 2, NASA: 1}
model: other
timezone: Europe/Berlin
filters: [length: {max: 280}, mentions, overlap: {words: 8}]
ranking: {keep: 4, explore: 0.2, learn: false, weights: {author: 2}}
review: {sheet: {folder: desk}}
expire: 1h30m
destinations:
  - webhook: {url: "https://a.example", name: main, limits: {per_hour: 2}, on_unknown: hold, settle: 15m}
  - file: {path: out.jsonl, enabled: false}
  - stdout
schedule:
  {collect: every 6h, train: 0 3 * * sun, post: ["09:00", "mon,thu 18:30"], jitter: 10m, catch_up: all, late: 1d}
limits: {per_hour: 5, per_day: 20, gap: 10m, quiet: 23:00-07:00}
on_unknown: resend
attempts: 3
stock: 12
"""


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """Writes the files given by name and reads them."""

    def write(files: Mapping[str, str]) -> Draft:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(content)
        return config.read(tmp_path)

    return write


def problems_of(instance: Instance, text: str) -> list[str]:
    return [told.removeprefix("accounts/a.yaml: ") for told in instance({"accounts/a.yaml": text}).problems]


# ── what is read


def test_an_account_is_read_whole(instance: Instance) -> None:
    draft = instance({"accounts/a.yaml": WHOLE})
    assert draft.problems == []
    account = draft.accounts["a"]
    assert account.expire == timedelta(hours=1, minutes=30)
    assert account.schedule == Schedule(
        collect=("every 6h",),
        train=("0 3 * * sun",),
        post=("09:00", "mon,thu 18:30"),
        jitter=timedelta(minutes=10),
        catch_up="all",
        late=timedelta(days=1),
    )
    assert account.limits == Limits(per_hour=5, per_day=20, gap=timedelta(minutes=10), quiet=("23:00-07:00",))
    assert (account.ranking.weights.author, account.ranking.weights.fluency) == (2, 0.5)
    assert (account.review.name, account.review.settings) == ("sheet", {"folder": "desk"})


def test_the_hosts_keys_of_a_destination_never_reach_its_plugin(instance: Instance) -> None:
    draft = instance({"accounts/a.yaml": WHOLE})
    webhook, file, stdout = draft.accounts["a"].destinations
    assert (webhook.name, webhook.entry.settings) == ("main", {"url": "https://a.example"})
    assert webhook.delivery.limits == Limits(per_hour=2)
    assert (webhook.delivery.on_unknown, webhook.delivery.settle) == ("hold", timedelta(minutes=15))
    assert (file.name, file.delivery.enabled) == ("file", False)
    assert (stdout.name, stdout.delivery.enabled, stdout.entry.settings) == ("stdout", True, {})
    placed = {entry.entry.name: dict(entry.entry.settings) for entry in draft.entries if entry.role == "destinations"}
    assert placed == {"webhook": {"url": "https://a.example"}, "file": {"path": "out.jsonl"}, "stdout": {}}


def test_every_role_is_placed_so_that_its_plugin_can_be_checked(instance: Instance) -> None:
    draft = instance(
        {"config.yaml": "observers: [a]\ndefaults: {review: r, filters: [f: {x: 1}]}", "accounts/a.yaml": "review: q"}
    )
    assert [(one.role, one.file, one.where) for one in draft.entries] == [
        ("observers", "config.yaml", "observers[0]"),
        ("filters", "config.yaml", "defaults.filters[0]"),
        ("review_queues", "config.yaml", "defaults.review"),
        ("review_queues", "accounts/a.yaml", "review"),
    ]


def test_what_is_shown_of_an_account_can_be_read_again(instance: Instance) -> None:
    before = instance({"accounts/a.yaml": WHOLE}).accounts["a"]
    after = instance({"accounts/a.yaml": as_yaml(before)})
    assert after.problems == []
    assert after.accounts["a"] == before


def test_an_account_begins_with_the_instances_time_zone_and_model(instance: Instance) -> None:
    files = {
        "config.yaml": "timezone: Europe/Berlin\nmodel: {name: mine}",
        "accounts/a.yaml": "",
        "accounts/b.yaml": "timezone: Asia/Tokyo\nmodel: base",
    }
    accounts = instance(files).accounts
    assert [(one.timezone, one.model) for one in accounts.values()] == [
        ("Europe/Berlin", "mine"),
        ("Asia/Tokyo", "base"),
    ]


def test_defaults_lie_beneath_an_account_key_by_key_but_one_queue_replaces_another(instance: Instance) -> None:
    draft = instance(
        {
            "config.yaml": "defaults: {limits: {per_day: 3, gap: 1h}, review: {sheet: {folder: x}}, stock: 20}",
            "accounts/a.yaml": "limits: {gap: 2h}\nreview: {automatic: {score: 1}}",
        }
    )
    account = draft.accounts["a"]
    assert draft.problems == []
    assert account.limits == Limits(per_day=3, gap=timedelta(hours=2))
    assert (account.review.name, account.review.settings, account.stock) == ("automatic", {"score": 1}, 20)


def test_the_instance_has_a_service_pages_observers_and_a_schedule_of_its_own(instance: Instance) -> None:
    text = (
        "web: {port: 0, url: https://bot.example.org/, secret: {$env: LINKS}}\nobservers: [webhook: {url: x}]\n"
        "service: {plugin_timeout: 1m30s, log: json}\nschedule: {collect: every 1h}"
    )
    read = instance({"config.yaml": text})
    assert read.problems == []
    assert (read.config.web.url, read.config.web.secret) == ("https://bot.example.org", {"$env": "LINKS"})
    assert read.config.service.plugin_timeout == timedelta(seconds=90)
    assert read.config.schedule == Upkeep(collect=("every 1h",))


def test_posts_that_come_after_quiet_hours_or_only_now_and_then_are_no_contradiction(instance: Instance) -> None:
    for schedule in (
        "post: 09:00, late: 3h",
        "post: 09:00, late: 1h, jitter: 3h",
        "post: every 3h, late: 1m",
        "post: 0 9-12 * * mon, late: 0s",
    ):
        assert not problems_of(instance, f"schedule: {{{schedule}}}\nlimits: {{quiet: 08:00-12:00}}"), schedule


# ── what is wrong


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("expire: 7 days", "expire: '7 days' is no duration; write a number and its unit, such as 90s, 10m"),
        ("expire: 7", "expire: is no duration; write"),
        ("limits: {gap: PT10M}", "limits.gap: 'PT10M' is no duration"),
        ("schedule: {post: 25:00}", "schedule.post: '25:00' is no time of day"),
        ("schedule: {post: [09:00, often]}", "schedule.post[1]: 'often' is no schedule"),
        ("schedule: {post: [09:00, 5]}", "schedule.post[1]: 5 does not fit; allowed: a text"),
        ("schedule: {train: 0 3 * * 0}", "schedule.train: weekday '0' is a number"),
        ("schedule: {train: 0 0 30 2 *}", "schedule.train: cron '0 0 30 2 *' never fires"),
        ("schedule: {collect: every 1s}", "schedule.collect: 'every 1s': the shortest is 1m"),
        ("schedule: {catch_up: two}", "schedule.catch_up: 'two' does not fit; allowed: skip, one, all"),
        ("limits: {quiet: [x]}", "limits.quiet[0]: 'x' is no span of time"),
        ("limits: {per_hour: 0}", "limits.per_hour: 0 does not fit; allowed: a whole number at least 1"),
        ("timezone: Mars/Olympus", "timezone: 'Mars/Olympus' is no time zone"),
        ("filters: [length, 5]", "filters[1]: is no entry of this list; allowed: NAME, or NAME: {its settings}"),
        ("review: [inbox]", "review: is no entry of this list"),
        ("review: {a: 1, b: 2}", "review: is no entry of this list"),
        ("destinations: [{a: {}, b: {}}]", "destinations[0]: is no entry of this list"),
        ("destinations: [{$env: X}]", "destinations[0]: is no entry of this list"),
        ("destinations: file", "destinations: 'file' does not fit; allowed: a list"),
        ("destinations: [a: {limits: {x: 1}}]", "destinations[0].a.limits.x: unknown key; known: per_hour"),
        ("destinations: [a: {limits: {gap: 5}}]", "destinations[0].a.limits.gap: is no duration"),
        ("destinations: [a: {on_unknown: holt}]", "destinations[0].a.on_unknown: 'holt' does not fit; allowed: reconc"),
        ("destinations: [a: {name: a b}]", "destinations[0].a.name: 'a b' does not fit; allowed: a text of letters"),
        ("destinations: [a, b, a]", "destinations: two are called 'a'; give one of them another `name: …`"),
        ("destinations: [a, b: {name: a}]", "destinations: two are called 'a'"),
        ("ranking: {weights: {author: -1}}", "ranking.weights.author: -1 does not fit; allowed: a number at least 0"),
        ("attempts: 0", "attempts: 0 does not fit"),
        ("on_unknown: maybe", "on_unknown: 'maybe' does not fit; allowed: reconcile, hold, resend"),
        # sound one by one
        ("stock: 2", "stock: 2 are kept ready, but a batch brings 3 (ranking.keep)"),
        ("limits: {per_hour: 3, gap: 30m}", "limits.per_hour: 3 cannot be reached with a gap of 30m"),
        ("limits: {quiet: [00:00-12:00, 12:00-24:00]}", "limits.quiet: around the clock"),
        ("destinations: [a: {limits: {quiet: 00:00-24:00}}]", "destinations[0].a.limits.quiet: around the clock"),
        ("expire: 0s", "expire: 0s would throw every candidate away"),
        (
            "schedule: {post: 09:00, late: 2h}\nlimits: {quiet: 08:00-12:00}",
            "schedule.post: '09:00' can never post: it falls into quiet hours (08:00-12:00), and late: 2h gives it up",
        ),
        (
            "schedule: {post: [09:00, 10:00], late: 2h}\nlimits: {quiet: 08:00-12:00}",
            "schedule.post[0]: '09:00' can never post",
        ),
        (
            "schedule: {post: 0 9 * * mon, late: 1d, catch_up: skip}\nlimits: {quiet: 08:00-12:00}",
            "schedule.post: '0 9 * * mon' can never post: it falls into quiet hours (08:00-12:00), and catch_up: skip",
        ),
        (
            "schedule: {post: 09:00}\ndestinations: [a: {limits: {quiet: 08:00-12:00}}]",
            "schedule.post: '09:00' can never post",
        ),
    ],
)
def test_a_wrong_value_of_an_account_is_told_by_its_place(instance: Instance, text: str, problem: str) -> None:
    (told,) = problems_of(instance, text)
    assert told.startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("web: {secret: hush}", "web.secret: is no reference to a secret; allowed: {$env: NAME}, {$file: PATH}"),
        ("web: {secret: '{$env: X}'}", "web.secret: is a text because of its quotes, not a reference to a secret"),
        ("database: '{$env: X}'", "database: is a text because of its quotes, not a reference to a secret"),
        ("web: {url: bot.example.org}", "web.url: 'bot.example.org' is no address to make links of"),
        ("web: {port: 99999}", "web.port: 99999 does not fit; allowed: a whole number from 0 to 65535"),
        ("schedule: {post: 09:00}", "schedule.post: unknown key; known: collect, train"),
        ("observers: webhook", "observers: 'webhook' does not fit; allowed: a list"),
        ("service: {train_minutes: 0}", "service.train_minutes: 0 does not fit; allowed: a number above 0"),
    ],
)
def test_a_wrong_value_of_the_instance_is_told_by_its_place(instance: Instance, text: str, problem: str) -> None:
    (told,) = instance({"config.yaml": text}).problems
    assert told.startswith(f"config.yaml: {problem}")


def test_times_and_shapes_are_told_of_at_once(instance: Instance) -> None:
    told = problems_of(instance, "expire: soon\nstock: many\nschedule: {post: [x, y]}\ndestinations: [3, a, a]")
    assert [line.partition(":")[0] for line in told] == [
        "expire",
        "schedule.post[0]",
        "schedule.post[1]",
        "destinations[0]",
        "stock",
        "destinations",
    ]


def test_a_mistake_in_the_defaults_is_told_once_however_many_accounts_there_are(instance: Instance) -> None:
    files = {"config.yaml": "defaults: {expire: soon}", "accounts/a.yaml": "", "accounts/b.yaml": ""}
    (told,) = instance(files).problems
    assert told.startswith("config.yaml: defaults.expire: 'soon' is no duration")


def test_what_only_clashes_once_merged_is_told_of_the_account(instance: Instance) -> None:
    draft = instance({"config.yaml": "defaults: {stock: 5}", "accounts/a.yaml": "ranking: {keep: 6}"})
    assert [line.partition(";")[0] for line in draft.problems] == [
        "accounts/a.yaml: stock: 5 are kept ready, but a batch brings 6 (ranking.keep)"
    ]
