"""`tweetgen serve --once`, as cron would call it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.service.conftest import Instance


def test_what_is_due_is_done_and_it_ends(instance: "Instance") -> None:
    assert instance.run("serve", "--once").returncode == 0
    instance.make_due("ada")
    done = instance.run("serve", "--once")
    assert (done.returncode, len(instance.posted())) == (0, 1), done.stderr
    with instance.store() as store:
        assert [row.state for row in store.outbox.list()] == ["sent"]


def test_it_serves_a_database_of_postgresql_as_well(instance: "Instance", postgresql: str) -> None:
    instance.move_to(postgresql)
    assert instance.run("serve", "--once").returncode == 0
    instance.make_due("ada")
    done = instance.run("serve", "--once")
    assert (done.returncode, len(instance.posted())) == (0, 1), done.stderr


def test_its_exit_code_tells_of_failures_though_the_rest_was_done(instance: "Instance") -> None:
    instance.write("accounts/bad.yaml", instance.automatic.replace("Ada", "Nobody"))
    done = instance.run("serve", "--once")
    assert done.returncode == 1
    assert "Nobody" in done.stderr
    with instance.store() as store:
        assert store.candidates.approved("ada")


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(instance: "Instance") -> None:
    instance.run("serve", "--once")
    instance.make_due("ada")
    with instance.store() as store:
        text = store.candidates.approved("ada")[0].text
    done = instance.run("serve", "--once", "--dry-run")
    assert (done.returncode, done.stdout) == (0, f"would be sent to file of ada: {text}\n")
    assert instance.posted() == []
    assert instance.run("serve", "--once").returncode == 0
    assert [line["text"] for line in instance.posted()] == [text]


def test_other_accounts_are_left_alone_where_one_is_named(instance: "Instance") -> None:
    instance.write("accounts/bob.yaml", instance.automatic)
    assert instance.run("serve", "--once", "--account", "bob").returncode == 0
    with instance.store() as store:
        assert list(store.candidates.counts()) == ["bob"]


def test_a_plugin_that_cannot_be_loaded_stops_the_start(instance: "Instance") -> None:
    instance.write("plugins/broken.py", "import nothing_of_that_name\n")
    done = instance.run("serve", "--once")
    assert done.returncode == 2
    assert "broken.py" in done.stderr


def test_an_account_that_is_not_there_is_refused(instance: "Instance") -> None:
    done = instance.run("serve", "--once", "--account", "bot")
    assert done.returncode == 2
    assert "unknown account 'bot'" in done.stderr
