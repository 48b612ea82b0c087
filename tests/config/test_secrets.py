"""Secrets: looked up when a plugin is made, never told, and never a reference taken for the secret itself."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from tweetgen import config
from tweetgen.config import Entry
from tweetgen.errors import ConfigError, TweetgenError


class Mailbox(BaseModel):
    """A plugin's settings."""

    model_config = ConfigDict(extra="forbid")

    host: str
    port: int = 993
    password: SecretStr | None = None


def test_secrets_come_from_the_environment_or_a_file_when_a_plugin_is_made(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("geheim\n")
    entry = Entry("mail", {"host": "h", "port": {"$env": "PORT"}, "password": {"$file": "p"}})
    made = config.make_settings("source", entry, Mailbox, tmp_path, {"PORT": "25"})
    assert (made.port, made.password.get_secret_value()) == (25, "geheim")


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ({"$env": "TOKEN"}, "source mail: the environment variable TOKEN is not set"),
        ({"$file": "nowhere"}, "source mail: the secret file {base}/nowhere cannot be read: No such file"),
        ({"$file": "empty"}, "source mail: the secret file {base}/empty is empty"),
        ({"$file": "binary"}, "source mail: the secret file {base}/binary is not UTF-8"),
    ],
)
def test_a_missing_secret_is_told_by_its_name(tmp_path: Path, reference: dict[str, str], why: str) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    entry = Entry("mail", {"host": reference})
    with pytest.raises(ConfigError) as caught:
        config.make_settings("source", entry, Mailbox, tmp_path, {})
    assert str(caught.value).startswith(why.format(base=tmp_path))


def test_a_secret_that_does_not_fit_is_not_told(tmp_path: Path) -> None:
    entry = Entry("mail", {"host": "h", "port": {"$env": "PORT"}})
    with pytest.raises(TweetgenError) as caught:
        config.make_settings("source", entry, Mailbox, tmp_path, {"PORT": "hunter2"})
    assert str(caught.value) == "source mail: the value of port does not fit; allowed: a whole number"
    assert caught.value.__suppress_context__


def test_of_a_secret_too_short_or_too_long_it_is_told_how_long_it_may_be(tmp_path: Path) -> None:
    class Signed(BaseModel):
        secret: SecretStr = Field(min_length=8, max_length=20)

    entry = Entry("hook", {"secret": {"$env": "KEY"}})
    with pytest.raises(TweetgenError) as caught:
        config.make_settings("destination", entry, Signed, tmp_path, {"KEY": "geheim"})
    allowed = "allowed: a text of at least 8 and at most 20 characters"
    assert str(caught.value) == f"destination hook: the value of secret does not fit; {allowed}"


@pytest.mark.parametrize("text", ["{$env: HOOK}", " {$file: secrets/hook}", "$env: HOOK", "{ $env : HOOK }"])
@pytest.mark.parametrize("model", [Mailbox, None])
def test_a_reference_in_quotes_is_refused_and_never_taken_for_the_secret(
    text: str, model: type[BaseModel] | None
) -> None:
    entry = Entry("mail", {"host": "h", "password": text})
    (problem,) = config.check_settings("config.yaml", ("sources", 0, "mail"), entry, model)
    assert problem == (
        "config.yaml: sources[0].mail.password: is a text because of its quotes, not a reference to a secret; "
        "leave the quotes around {…} away"
    )
