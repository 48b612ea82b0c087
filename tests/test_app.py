"""One opened instance: what is found where, and that plugins' settings are checked with everything else."""

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tweetgen.app import App, find_base
from tweetgen.doctor import examine
from tweetgen.errors import BudgetSpent, ConfigError, InputError, PluginError, TweetgenError, UnknownName
from tweetgen.plugins import ConfiguredSource
from tweetgen.settings import Cleaning, Limits

PLUGIN = """
from pydantic import BaseModel, ConfigDict, SecretStr
from tweetgen.hookspecs import hookimpl


class Mail:
    class Settings(BaseModel):
        model_config = ConfigDict(extra="forbid")
        host: str
        port: int = 993
        password: SecretStr | None = None

    def __init__(self, settings, host):
        self.settings, self.host = settings, host

    def fetch(self, authors, cursor):
        return iter(())


def bare(settings, host):
    return settings


@hookimpl
def register_sources(register):
    register("mail", Mail)
    register("bare", bare)
"""


def write(base: Path, files: Mapping[str, str]) -> Path:
    for name, content in {"plugins/mail.py": PLUGIN, **files}.items():
        path = base / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    return base


def keys(sources: list[ConfiguredSource]) -> list[str]:
    return [source.key for source in sources]


def test_the_nearest_folder_upwards_with_a_config_is_the_instance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.yaml").touch()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_base(below) == tmp_path
    monkeypatch.chdir(below)
    assert App.open().base == tmp_path


def test_a_folder_without_a_config_works_with_built_in_settings(tmp_path: Path) -> None:
    app = App.open(tmp_path)
    assert app.base == tmp_path
    assert app.config.model.name == "shared"
    assert app.state == tmp_path / "state"
    assert app.weights_folders[0] == tmp_path / "weights"
    assert list(tmp_path.iterdir()) == []


def test_posts_are_cleaned_as_the_accounts_want_it_that_speak_as_their_author(tmp_path: Path) -> None:
    files = {
        "config.yaml": "cleaning: {hashtags: word}",
        "accounts/b.yaml": "voice: {bob: 1}\ncleaning: {links: keep}",
        "accounts/a.yaml": "voice: {ada: 1, bob: 2}\ncleaning: {links: keep}",
        "accounts/c.yaml": "voice: {cleo: 1}",
        "accounts/nobody.yaml": "cleaning: {replies: false}",
    }
    cleanings = App.open(write(tmp_path, files)).cleanings
    assert cleanings.authors == dict.fromkeys(("ada", "bob"), Cleaning(hashtags="word", links="keep"))
    assert cleanings.of("cleo") == cleanings.of("a stranger") == Cleaning(hashtags="word")


def test_a_checkout_names_its_own_weights_once(root: Path) -> None:
    assert App.open(root).weights_folders == (root / "weights",)


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no folder"):
        App.open(tmp_path / "nowhere")


def test_problems_of_shapes_and_of_plugins_settings_are_told_together(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "config.yaml": "plugins: [plugins]\nnettwork: 1\nsources: [{mail: {prot: 1}}, mial, 7]\n"
            "defaults: {sources: [{mail: {host: h, port: x}}]}",
            "accounts/a.yaml": "sources: [{mail: {host: 3}}]",
        },
    )
    with pytest.raises(ConfigError) as caught:
        App.open(tmp_path)
    assert caught.value.problems == (
        "config.yaml: sources[2]: is no entry of this list; allowed: NAME, or NAME: {its settings}",
        "config.yaml: nettwork: unknown key; did you mean 'network'?",
        "config.yaml: sources[0].mail.host: is missing; allowed: a text",
        "config.yaml: sources[0].mail.prot: unknown key; did you mean 'port'?",
        "config.yaml: sources[1]: unknown source 'mial': did you mean 'mail'?",
        "config.yaml: defaults.sources[0].mail.port: what stands here does not fit; allowed: a whole number",
        "accounts/a.yaml: sources[0].mail.host: what stands here does not fit; allowed: a text",
    )


def test_a_broken_plugin_is_told_with_the_other_problems(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"config.yaml": "plugins: [plugins]\nnettwork: 1", "plugins/bad.py": "raise RuntimeError('x')"},
    )
    with pytest.raises(ConfigError) as caught:
        App.open(tmp_path)
    assert len(caught.value.problems) == 2
    assert "bad.py: line 1: RuntimeError: x" in caught.value.problems[1]


def test_settings_alone_are_checked_when_plugins_are_first_asked_for(tmp_path: Path) -> None:
    app = App.open(write(tmp_path, {"config.yaml": "plugins: [plugins]\nsources: [mail]"}))
    with pytest.raises(ConfigError, match=r"sources\[0\].mail.host: is missing"):
        _ = app.plugins


def test_a_source_belongs_to_the_first_account_that_names_it(tmp_path: Path) -> None:
    files = {
        "config.yaml": "plugins: [plugins]\nsources: [{mail: {host: a}}]",
        "accounts/x.yaml": "sources: [{mail: {host: a}}, {mail: {host: b}}]",
        "accounts/y.yaml": "sources: [{mail: {host: b}}]",
    }
    app = App.open(write(tmp_path, files))
    made = [(source.source.settings.host, source.source.host.account) for source in app.sources()]  # type: ignore[attr-defined]
    assert made == [("a", ""), ("b", "x")]
    (only,) = app.sources(accounts=["y"])
    assert only.source.host.account == "y"  # type: ignore[attr-defined]


def test_a_budget_for_all_accounts_binds_each_of_them(tmp_path: Path) -> None:
    files = {"config.yaml": "budgets: {x: {per_day: 0.1}}", "accounts/a.yaml": "", "accounts/b.yaml": ""}
    app = App.open(write(tmp_path, files))
    app.host("source.x", "a").budget.reserve("x", Decimal("0.07"), per_day=Decimal(1))
    assert app.host("source.x", "b").budget.left("x") == Decimal("0.03")
    with pytest.raises(BudgetSpent, match="all accounts"):
        app.host("source.x", "b").budget.reserve("x", Decimal("0.05"))
    app.close()


def test_sources_of_the_instance_and_all_accounts_come_each_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "config.yaml": "plugins: [plugins]\nsources: [{mail: {host: a}}, bare]",
            "accounts/x.yaml": "sources: [{mail: {host: a}}, {mail: {host: b}}]",
            "accounts/y.yaml": "sources: [{mail: {port: 1, host: b}}, {mail: {host: b, port: 1}}]",
        },
    )
    app = App.open(tmp_path)
    assert [source.name for source in app.sources()] == ["mail", "bare", "mail", "mail"]
    assert len(set(keys(app.sources()))) == 4
    assert len(app.sources(accounts=["y"])) == 1
    assert [source.name for source in app.sources(names=["bare"])] == ["bare"]
    with pytest.raises(UnknownName, match="unknown source 'mial'"):
        app.sources(names=["mial"])
    with pytest.raises(UnknownName, match="unknown account 'z'"):
        app.sources(accounts=["z"])


def test_a_cursors_key_depends_on_the_settings_alone(tmp_path: Path) -> None:
    files = {"config.yaml": "plugins: [plugins]\nsources: [{mail: {host: a}}]"}
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = App.open(write(tmp_path / "one", files)), App.open(write(tmp_path / "two", files))
    assert keys(one.sources()) == keys(two.sources()) == [one.source("mail", {"host": "a"}).key]
    assert one.source("mail", {"host": "b"}).key not in keys(one.sources())
    assert keys(one.sources())[0].startswith("mail:")


def test_a_source_given_by_hand_is_checked_like_a_configured_one(tmp_path: Path) -> None:
    app = App.open(write(tmp_path, {"config.yaml": "plugins: [plugins]"}))
    with pytest.raises(ConfigError) as caught:
        app.source("mail", {"hots": "h", "port": "x"})
    assert len(caught.value.problems) == 3
    given: object = app.source("bare", {"anything": [1]}).source
    assert given == {"anything": [1]}


def test_a_secret_is_looked_up_only_when_its_plugin_is_made(tmp_path: Path) -> None:
    text = "plugins: [plugins]\nsources: [{mail: {host: h, password: {$env: MAIL_PASSWORD}}}]"
    app = App.open(write(tmp_path, {"config.yaml": text}), environment={})
    assert app.plugins.listing()
    why = "the environment variable MAIL_PASSWORD is not set"
    assert app.missing_secrets() == [f"config.yaml: sources[0]: {why}; set it before starting tweetgen"]
    with pytest.raises(ConfigError, match=why):
        app.sources()
    (made,) = App.open(tmp_path, environment={"MAIL_PASSWORD": "geheim"}).sources()
    assert made.source.settings.password.get_secret_value() == "geheim"  # type: ignore[attr-defined]


def test_a_host_knows_the_instance_the_time_and_its_own_log(tmp_path: Path) -> None:
    host = App.open(tmp_path).host("mail")
    assert host.base == tmp_path
    assert host.now().tzinfo is UTC
    assert host.log is logging.getLogger("tweetgen.mail")


@pytest.mark.parametrize("database", ["state/x.db", "sqlite:///{base}/state/x.db", "{{$env: DATABASE}}"])
def test_the_database_opens_when_first_asked_for(tmp_path: Path, database: str) -> None:
    (tmp_path / "config.yaml").write_text(f"database: {database.format(base=tmp_path)}")
    app = App.open(tmp_path, environment={"DATABASE": "state/x.db"})
    assert not (tmp_path / "state").exists()
    assert app.store.authors() == []
    app.close()
    assert (tmp_path / "state" / "x.db").exists()


def test_a_missing_database_secret_is_told_with_its_key(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("database: {$env: DATABASE}")
    why = "config.yaml: database: the environment variable DATABASE is not set"
    assert App.open(tmp_path, environment={}).missing_secrets() == [f"{why}; set it before starting tweetgen"]
    with pytest.raises(TweetgenError, match="database: the environment variable DATABASE is not set"):
        _ = App.open(tmp_path, environment={}).store


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (
            "import no_such_library",
            "cannot be made: line 5: ModuleNotFoundError: No module named 'no_such_library'",
        ),
        ("return settings['token']", "cannot be made: line 5: KeyError: 'token'"),
    ],
)
def test_a_plugin_that_cannot_be_made_is_told_in_one_line(tmp_path: Path, body: str, why: str) -> None:
    code = "from tweetgen.hookspecs import hookimpl\n@hookimpl\ndef register_sources(register):\n"
    code += f"    def make(settings, host):\n        {body}\n    register('bad', make)\n"
    write(tmp_path, {"config.yaml": "plugins: [plugins]", "plugins/bad.py": code})
    with pytest.raises(PluginError) as caught:
        App.open(tmp_path).source("bad")
    assert str(caught.value).startswith(f"plugin {tmp_path}/plugins/bad.py: {why}")


SERVICE = """
from datetime import timedelta
from pydantic import BaseModel, ConfigDict
from tweetgen.hookspecs import hookimpl


class Part:
    settle = timedelta(minutes=3)

    class Settings(BaseModel):
        model_config = ConfigDict(extra="forbid")
        url: str = ""

    def __init__(self, settings, host):
        self.settings, self.host = settings, host


@hookimpl
def register_filters(register):
    register("part", Part)


register_review_queues = hookimpl(lambda register: register("part", Part))
register_destinations = hookimpl(lambda register: register("part", Part))
register_observers = hookimpl(lambda register: register("part", Part))
"""


def serving(tmp_path: Path, account: str, config: str = "") -> App:
    files = {"config.yaml": f"plugins: [plugins]\n{config}", "accounts/a.yaml": account, "plugins/service.py": SERVICE}
    return App.open(write(tmp_path, files), environment={"URL": "https://a.example"})


def test_every_role_of_an_account_is_made_with_its_settings_and_a_host_of_its_own(tmp_path: Path) -> None:
    app = serving(
        tmp_path,
        "filters: [part: {url: f}, part]\nreview: {part: {url: q}}\n"
        "destinations: [part: {url: {$env: URL}, name: main}]",
        "observers: [part, part: {url: o}]",
    )
    made: list[Any] = [
        *[one.filter for one in app.filters("a")],
        app.review_queue("a").queue,
        *[one.destination for one in app.destinations("a")],
        *[one.observer for one in app.observers()],
    ]
    assert [(one.settings.url, one.host.account, one.host.plugin) for one in made] == [
        ("f", "a", "filter.part"),
        ("", "a", "filter.part"),
        ("q", "a", "review_queue.part"),
        ("https://a.example", "a", "destination.main"),
        ("", "", "observer.part"),
        ("o", "", "observer.part"),
    ]


def test_a_destination_has_the_hosts_keys_or_what_stands_behind_them(tmp_path: Path) -> None:
    app = serving(
        tmp_path,
        "on_unknown: hold\ndestinations: [part, part: {name: b, on_unknown: resend, settle: 1m, limits: {per_day: 2}},"
        " part: {name: c, enabled: false}]",
    )
    first, second = app.destinations("a")
    assert (first.name, first.on_unknown, first.settle) == ("part", "hold", timedelta(minutes=3))
    assert first.limits == Limits()
    assert (second.name, second.on_unknown, second.settle) == ("b", "resend", timedelta(minutes=1))
    assert second.limits == Limits(per_day=2)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("settle = None", "its `settle` is no length of time but None"),
        ("settle = timedelta(-1)", "its `settle` is no length of time but "),
        ("settle = property(lambda self: 1 / 0)", "does not tell its `settle` (ZeroDivisionError: division by zero)"),
    ],
)
def test_a_destination_that_cannot_work_is_told_of_before_anything_is_sent(
    tmp_path: Path, broken: str, told: str
) -> None:
    app = serving(tmp_path, "destinations: [part]")
    plugin = tmp_path / "plugins/service.py"
    plugin.write_text(plugin.read_text() + f"\n\nfrom datetime import timedelta\n\nPart.{broken}\n")
    with pytest.raises(PluginError, match=re.escape(told)):
        app.destinations("a")
    assert [finding.about for finding in examine(app, datetime.now(UTC)) if told in finding.told]
    app.close()


def test_problems_of_every_role_are_told_at_once_with_the_nearest_name(tmp_path: Path) -> None:
    account = "filters: [prat]\nreview: {part: {ulr: x}}\ndestinations: [part: {url: 3, name: b}, nowhere]"
    app = serving(tmp_path, account, "observers: [parrt]\ndefaults: {review: inbx}")
    with pytest.raises(ConfigError) as caught:
        _ = app.plugins
    assert [problem.partition("; ")[0] for problem in caught.value.problems] == [
        "config.yaml: observers[0]: unknown observer 'parrt': did you mean 'part'?",
        "config.yaml: defaults.review: unknown review queue 'inbx': did you mean 'inbox'?",
        "accounts/a.yaml: filters[0]: unknown filter 'prat': did you mean 'part'?",
        "accounts/a.yaml: destinations[0].part.url: what stands here does not fit",
        "accounts/a.yaml: destinations[1]: unknown destination 'nowhere': "
        "known: file, part, rss, stdout, webhook and 1 more",
        "accounts/a.yaml: review.part.ulr: unknown key",
    ]


def test_secrets_that_are_there_are_named_so_that_no_log_tells_them(tmp_path: Path) -> None:
    app = serving(tmp_path, "destinations: [part: {url: {$env: URL}}]", "web: {secret: {$env: NOWHERE}}")
    assert app.secrets() == ["https://a.example"]
    assert [line.partition(": the")[0] for line in app.missing_secrets()] == ["config.yaml: web.secret"]
    with pytest.raises(ConfigError, match=r"web\.secret: the environment variable NOWHERE is not set"):
        _ = app.links


def test_the_addresses_that_settings_name(tmp_path: Path) -> None:
    account = (
        "destinations: [part: {url: {$env: URL}}, part: {name: b, url: 'http://me:pw@[::1]:81/x'}, part: {name: c}]"
    )
    assert list(serving(tmp_path, account).addresses()) == [
        ("accounts/a.yaml: destinations[0]", "a.example", 443),
        ("accounts/a.yaml: destinations[1]", "::1", 81),
    ]


def test_an_instance_is_read_again_with_the_plugins_and_the_store_it_has(tmp_path: Path) -> None:
    app = serving(tmp_path, "stock: 20")
    plugins, store = app.plugins, app.store
    write(tmp_path, {"accounts/a.yaml": "stock: 30"})
    fresh = app.reread()
    assert (app.account("a").stock, fresh.account("a").stock) == (20, 30)
    assert (fresh.plugins, fresh.store) == (plugins, store)
    assert fresh.starts_like(app)
    write(tmp_path, {"accounts/a.yaml": "filters: [prat]"})
    with pytest.raises(ConfigError, match="unknown filter 'prat'"):
        app.reread()
    write(tmp_path, {"accounts/a.yaml": "", "config.yaml": "plugins: [plugins]\nweb: {port: 9000}"})
    assert not app.reread().starts_like(app)
    app.close()
