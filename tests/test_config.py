"""Reading an instance's files: what may stand in them, and that every problem is told at once."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from tweetgen import config
from tweetgen.config import Draft, Entry, account_schema, config_schema
from tweetgen.config.documents import Unreadable, read_document
from tweetgen.config.show import as_yaml
from tweetgen.errors import ConfigError
from tweetgen.settings import Cleaning, Writing

Instance = Callable[..., Draft]


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """Writes the files given by name and reads them."""

    def write(files: Mapping[str, str | bytes]) -> Draft:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return config.read(tmp_path)

    return write


class Mailbox(BaseModel):
    """A plugin's settings."""

    model_config = ConfigDict(extra="forbid")

    host: str
    port: int = 993
    password: SecretStr | None = None
    folders: str | tuple[str, ...] = ()


def test_no_file_and_an_empty_file_mean_the_defaults(instance: Instance) -> None:
    assert instance({}).config == instance({"config.yaml": ""}).config == config.Config()
    assert not instance({"config.yaml": "# nothing yet\n"}).problems


def test_a_key_with_everything_below_it_commented_out_counts_as_absent(instance: Instance) -> None:
    draft = instance({"config.yaml": "training:\n#  minutes: 3\nsources:\n", "accounts/a.yaml": "voice:\n"})
    assert not draft.problems
    assert draft.config.sources == ()


def test_every_problem_of_every_file_is_told_at_once(instance: Instance) -> None:
    draft = instance(
        {
            "config.yaml": "nettwork: {}\nnetwork: {cell: gruu, layers: 99}\ntimezone: Europe/Berln\n",
            "accounts/one.yaml": "voice: {ann: 0, ben: -1}\nwritting: {}\n",
            "accounts/two.yaml": "- a list\n",
            "accounts/three.yaml": "voice: {ann: 1\n",
            "accounts/four.yaml": "cleaning: {mentions: perhaps}\n",
        }
    )
    assert draft.problems == [
        "config.yaml: timezone: 'Europe/Berln' is no time zone; allowed: a name of the IANA list; "
        "did you mean 'Europe/Berlin' or 'Europe/Dublin' or 'Europe/Belfast'?",
        "config.yaml: network.cell: 'gruu' does not fit; allowed: gru, lstm",
        "config.yaml: network.layers: 99 does not fit; allowed: a whole number from 1 to 8",
        "config.yaml: nettwork: unknown key; did you mean 'network'?",
        "accounts/four.yaml: cleaning.mentions: 'perhaps' does not fit; allowed: remove, keep",
        "accounts/one.yaml: voice.ann: 0 does not fit; allowed: a number above 0",
        "accounts/one.yaml: voice.ben: -1 does not fit; allowed: a number above 0",
        "accounts/one.yaml: writting: unknown key; did you mean 'writing'?",
        "accounts/three.yaml: line 2, column 1: while parsing a flow mapping, expected ',' or '}', "
        "but got '<stream end>'",
        "accounts/two.yaml: holds a list instead of `key: value` lines",
    ]


def test_an_unknown_key_like_no_other_is_answered_with_all_there_are(instance: Instance) -> None:
    (problem,) = instance({"config.yaml": "model: {zzz: 1}"}).problems
    assert problem == "config.yaml: model.zzz: unknown key; known: name, from"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "network: {cells: '64'}",
            "network.cells: '64' does not fit; allowed: a whole number from 1 to 4096",
        ),
        ("network: {cells: 1.5}", "network.cells: 1.5 does not fit; allowed: a whole number from 1 to 4096"),
        ("network: {tied: 1}", "network.tied: 1 does not fit; allowed: true, false"),
        ("network: {tied: yes}", "network.tied: 'yes' does not fit; allowed: true, false"),
        ("network: {layers: true}", "network.layers: true does not fit; allowed: a whole number from 1 to 8"),
        ("network: small", "network: 'small' does not fit; allowed: the keys cell, layers, "),
        ("writing: {temperature: hot}", "writing.temperature: 'hot' does not fit; allowed: "),
        (
            "writing: {temperature: [1, 0]}",
            "writing.temperature[1]: 0 does not fit; allowed: a number above 0",
        ),
        ("writing: {temperature: []}", "writing.temperature: a list does not fit; allowed: "),
        ("writing: {temperature: .inf}", "writing.temperature: '.inf' does not fit; allowed: "),
        (
            "writing: {top_p: 0}",
            "writing.top_p: 0 does not fit; allowed: a number above 0, at most 1, or nothing",
        ),
        ("writing: {min_length: 300}", "writing: min_length 300 is more than max_length 280"),
        ("training: {dropout: 1}", "training.dropout: 1 does not fit; allowed: a number at least 0, below 1"),
        ("model: {name: ../x}", "model.name: '../x' does not fit; allowed: a text of letters, digits, '_', "),
        ("model: {name: ''}", "model.name: '' does not fit; allowed: "),
        ("timezone: ../../etc/passwd", "timezone: '../../etc/passwd' is no time zone; allowed: "),
        ("timezone: Europe", "timezone: 'Europe' is no time zone; allowed: "),
        ("plugins: mine", "plugins: 'mine' does not fit; allowed: a list, each a text"),
        ("plugins: [nowhere]", "plugins[0]: no folder 'nowhere'; create it, or take it out of the list"),
        ("sources: jsonl", "sources: 'jsonl' does not fit; allowed: a list"),
        (
            "sources: [{a: {}, b: {}}]",
            "sources[0]: is no entry of this list; allowed: NAME, or NAME: {its settings}",
        ),
        (
            "sources: [jsonl, 3]",
            "sources[1]: is no entry of this list; allowed: NAME, or NAME: {its settings}",
        ),
        ("sources: [{jsonl: a.txt}]", "sources[0]: is no entry of this list; allowed: "),
        (
            "database: {$env: 3}",
            "database: is no reference to a secret; allowed: {$env: NAME}, {$file: PATH}",
        ),
        (
            "database: {$envv: X}",
            "database: is no reference to a secret; allowed: {$env: NAME}, {$file: PATH}",
        ),
        ("database: 3", "database: does not fit; allowed: a path, a URL, {$env: NAME}, {$file: PATH}"),
        ("defaults: {voice: {a: 1}}", "defaults.voice: unknown key; known: model, timezone, sources, cleaning"),
        ("title: Hugo\ntheme: x", "none of its keys is tweetgen's; choose another folder by --instance DIR"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(instance: Instance, text: str, problem: str) -> None:
    (told,) = instance({"config.yaml": text}).problems
    assert told.startswith(f"config.yaml: {problem}")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a: 1\nb: {c: 1, c: 2}", "line 2, column 11: the key 'c' stands here a second time"),
        (
            b"a: &x 1\nb: *x",
            "line 1, column 4: anchors and aliases (& and *) are not read here; write it out",
        ),
        (b"a: [1,", "line 1, column 7: while parsing a flow node, expected the node content"),
        (b"a:\n\t- 1", "line 2, column 1: while scanning for the next token, found character '\\t'"),
        (b"a: 1\n---\nb: 2", "line 2, column 1: expected a single document"),
        (
            b"a: !!python/object/apply:os.system [x]",
            "line 1, column 4: the tag tag:yaml.org,2002:python/object",
        ),
        (b"a: !!timestamp 2026-01-01", "line 1, column 4: the tag tag:yaml.org,2002:timestamp is not read"),
        (b"a: !!int x", "a `!!` tag stands before a value it does not fit"),
        (b"? [1]\n: 2", "line 1, column 3: a key must be a plain text"),
        (b"a: 1\nb: \x00", "line 2: the character U+0000 is not allowed"),
        (b'a: "\\ud800"', "line 1, column 4: half of a character"),
        (b"a: 1e999", "line 1, column 4: 1e999 is too large a number"),
        (b"a: " + b"9" * 5000, "line 1, column 4: a number of that length is not read here"),
        (b"[" * 20000, "nested too deeply"),
        (b"x: y\nname: J\xf6rg", "line 2: is not UTF-8; save the file as UTF-8"),
        ("a: 1".encode("utf-16"), "line 1: is not UTF-8; save the file as UTF-8"),
        (b"just words", "holds a text instead of `key: value` lines"),
        (b"a: 1\n" * 300_000, "is longer than 1,000,000 bytes; is this a configuration file?"),
    ],
)
def test_a_file_that_is_no_yaml_mapping_is_told_with_its_place(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        read_document(path)
    assert str(caught.value).startswith(problem)


def test_a_folder_instead_of_a_file_is_a_problem_among_others(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").mkdir()
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts" / "a.yaml").write_text("voise: 1")
    problems = config.read(tmp_path).problems
    assert problems[0].startswith("config.yaml: cannot be read: ")
    assert problems[1].startswith("accounts/a.yaml: voise: unknown key")


def test_words_of_yaml_1_1_stay_words_and_numbers_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(
        "\ufeffno: yes\n123: off\na: 09:30\nb: 2026-01-31\nc: 1e-2\nd: 0o17\ne: 012\nf: true\ng: ~"
    )
    assert read_document(path) == {
        "no": "yes",
        "123": "off",
        "a": "09:30",
        "b": "2026-01-31",
        "c": 0.01,
        "d": "0o17",
        "e": 12,
        "f": True,
        "g": None,
    }


@given(st.binary(max_size=60) | st.text("ab:[]{}&*!|>-'\"#%@ \n\t,?0.", max_size=60).map(str.encode))
def test_whatever_stands_in_a_file_is_read_or_told_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "hostile.yaml"
    path.write_bytes(content)
    told = ""
    try:
        json.dumps(read_document(path))
    except Unreadable as error:
        told = str(error)
    assert "\n" not in told


def test_authors_may_have_names_that_yaml_would_take_for_something_else(instance: Instance) -> None:
    draft = instance({"accounts/a.yaml": "voice: {no: 1, 42: 2.5, null: 1, Ünï: 1}"})
    assert draft.accounts["a"].voice == {"no": 1, "42": 2.5, "null": 1, "Ünï": 1}


def test_an_account_begins_with_the_instance_and_its_defaults(instance: Instance) -> None:
    draft = instance(
        {
            "config.yaml": "writing: {temperature: 1, top_p: 0.9}\ncleaning: {links: keep}\n"
            "defaults:\n  writing: {top_p: 0.8, max_length: 500}\n  sources: [shared]\n",
            "accounts/own.yaml": "writing: {max_length: 100, temperature: [0.5, 1]}\n"
            "sources: [{own: {path: x}}]",
            "accounts/plain.yml": "about: nothing of its own",
            "accounts/_asleep.yaml": "not even: right",
        }
    )
    assert not draft.problems
    assert set(draft.accounts) == {"own", "plain"}
    assert draft.accounts["plain"].writing == Writing(temperature=(1,), top_p=0.8, max_length=500)
    assert draft.accounts["own"].writing == Writing(temperature=(0.5, 1), top_p=0.8, max_length=100)
    assert draft.accounts["own"].cleaning == Cleaning(links="keep")
    assert [entry.name for entry in draft.accounts["plain"].sources] == ["shared"]
    assert draft.accounts["own"].sources == (Entry("own", {"path": "x"}),)
    assert draft.config.writing == Writing(temperature=(1,), top_p=0.9)


def test_lengths_that_only_clash_once_merged_are_told(instance: Instance) -> None:
    draft = instance(
        {"config.yaml": "writing: {max_length: 50}", "accounts/a.yaml": "writing: {min_length: 60}"}
    )
    assert draft.problems == ["accounts/a.yaml: writing: min_length 60 is more than max_length 50"]


def test_two_files_of_one_account_are_refused(instance: Instance) -> None:
    (problem,) = instance({"accounts/a.yaml": "", "accounts/a.yml": ""}).problems
    assert problem == "accounts/a.yml: the account 'a' stands in accounts/a.yaml already"


def test_the_configuration_cannot_be_changed(instance: Instance) -> None:
    draft = instance({"accounts/a.yaml": "voice: {ann: 1}"})
    with pytest.raises(ValidationError):
        draft.config.timezone = "UTC"
    with pytest.raises(TypeError):
        draft.accounts["a"].voice["ann"] = 2  # type: ignore[index]
    with pytest.raises(AttributeError):
        draft.config.training.minutes = 3  # type: ignore[misc]


# ── a plugin's settings, and secrets


def test_problems_in_a_plugins_settings_are_named_by_their_place_in_the_file() -> None:
    entry = Entry("mail", {"prot": 1, "port": "x", "folders": [1], "password": {"$var": "X"}})
    assert config.check_settings("config.yaml", ("sources", 0, "mail"), entry, Mailbox) == [
        "config.yaml: sources[0].mail.password: is no reference to a secret; "
        "allowed: {$env: NAME}, {$file: PATH}",
        "config.yaml: sources[0].mail.host: is missing; allowed: a text",
        "config.yaml: sources[0].mail.port: what stands here does not fit; allowed: a whole number",
        "config.yaml: sources[0].mail.folders: what stands here does not fit; "
        "allowed: a text, or a list, each a text",
        "config.yaml: sources[0].mail.folders[0]: what stands here does not fit; allowed: a text",
        "config.yaml: sources[0].mail.prot: unknown key; did you mean 'port'?",
    ]


def test_a_secret_is_neither_needed_nor_looked_up_to_check_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tweetgen.config.secrets.resolve", None)
    entry = Entry("mail", {"host": "h", "port": {"$env": "PORT"}, "password": {"$file": "p"}})
    assert config.check_settings("config.yaml", (), entry, Mailbox) == []


def test_several_problems_in_one_line_are_told_apart() -> None:
    assert str(ConfigError(["a: is missing", "b: unknown key"])) == "a: is missing | b: unknown key"


def test_what_is_shown_holds_references_but_no_secrets(instance: Instance) -> None:
    draft = instance(
        {
            "config.yaml": "database: postgresql://me:hunter2@db/posts\nwriting: {temperature: 1}\n"
            "sources: [a, {mail: {password: {$env: TOKEN}}}]"
        }
    )
    shown = as_yaml(draft.config)
    assert "hunter2" not in shown + repr(draft.config)
    assert "postgresql://me:***@db/posts" in shown
    assert "$env: TOKEN" in shown


def test_what_is_shown_can_be_read_again(instance: Instance) -> None:
    text = "model: {from: scratch}\nwriting: {temperature: [1, 2]}\nsources: [a, {b: {path: x}}]\n"
    before = instance({"config.yaml": text, "accounts/a.yaml": "voice: {no: 2}"})
    shown = {"config.yaml": as_yaml(before.config), "accounts/a.yaml": as_yaml(before.accounts["a"])}
    after = instance(shown)
    assert not after.problems
    assert (after.config, after.accounts) == (before.config, before.accounts)


# ── the schemas


def test_the_schema_names_sources_with_their_settings_and_lets_secrets_in() -> None:
    schema = config_schema({"sources": {"mail": config.settings_schema(Mailbox), "any": config.settings_schema(None)}})
    names, anything, mail = schema["$defs"]["Source"]["anyOf"]
    assert names == {"enum": ["any", "mail"]}
    assert anything["properties"]["any"] == {"type": "object"}
    port = mail["properties"]["mail"]["properties"]["port"]
    assert port["default"] == 993
    assert port["anyOf"][0]["type"] == "integer"
    assert "$env" in port["anyOf"][1]["properties"]


@pytest.mark.parametrize("schema", [config_schema, account_schema])
def test_every_reference_in_a_schema_leads_somewhere(schema: Callable[..., dict[str, object]]) -> None:
    class Inner(BaseModel):
        again: "Inner | None" = None

    class Outer(BaseModel):
        inner: Inner

    whole = json.loads(json.dumps(schema({"sources": {"nested": Outer.model_json_schema()}})))

    def references(node: object) -> list[str]:
        below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        own = [str(node["$ref"])] if isinstance(node, dict) and "$ref" in node else []
        return own + [reference for item in below for reference in references(item)]

    assert references(whole)
    for reference in references(whole):
        assert reference.removeprefix("#/$defs/") in whole["$defs"]
