"""`tweetgen config` and `tweetgen plugins`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tweetgen import cli

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `tweetgen --instance …`."""

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(cli.command, ["--instance", str(tmp_path), *arguments])

    return call


def test_check_says_that_all_is_well(run: Run, tmp_path: Path) -> None:
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts" / "bee.yaml").touch()
    result = run("config", "check")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{tmp_path}: all is well (accounts: bee; ")


def test_check_tells_problems_of_plugins_settings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("sources: [{jsonl: {pth: x}}]")
    assert "config.yaml: sources[0].jsonl.pth: unknown key; did you mean 'path'?" in str(
        run("config", "check").exception
    )


def test_check_remarks_on_a_missing_secret(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("sources: [{jsonl: {path: {$env: NO_SUCH_VARIABLE}}}]")
    result = run("config", "check")
    assert result.exit_code == 0
    assert "config.yaml: sources[0]: the environment variable NO_SUCH_VARIABLE is not set" in result.stderr


def test_show_fills_the_defaults_in(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("training: {minutes: 3}")
    assert "  minutes: 3.0\n" in run("config", "show").stdout
    assert "unknown account 'bee'" in str(run("config", "show", "bee").exception)


@pytest.mark.parametrize("kind", ["config", "account"])
def test_schema_is_json_and_names_the_installed_sources(run: Run, kind: str) -> None:
    schema = json.loads(run("config", "schema", kind).stdout)
    assert "jsonl" in schema["$defs"]["Source"]["anyOf"][0]["enum"]


def test_schema_can_be_had_while_the_configuration_is_wrong_and_written_beside_it(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "config.yaml").write_text("nonsense: 1")
    assert run("config", "schema", "--write").exit_code == 0
    for kind in ("config", "account"):
        assert json.loads((tmp_path / f"{kind}.schema.json").read_text())["type"] == "object"


def test_plugins_lists_role_name_place_and_settings(run: Run) -> None:
    lines = run("plugins").stdout.splitlines()
    assert lines[0].split()[:3] == ["role", "name", "from"]
    assert {"csv", "jsonl", "textfile", "x_archive"} <= {line.split()[1] for line in lines[1:]}
    assert any("tweetgen_plugins.source_jsonl (tweetgen " in line and "path*" in line for line in lines)


def test_plugins_lists_dropped_files_even_while_the_configuration_is_wrong(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    code = "from tweetgen.hookspecs import hookimpl\n@hookimpl\ndef register_sources(register):\n"
    code += "    register('own', dict)\n"
    (tmp_path / "mine" / "own.py").write_text(code)
    (tmp_path / "config.yaml").write_text("plugins: [mine]\nnonsense: 1")
    assert str(tmp_path / "mine" / "own.py") in run("plugins").stdout


def test_one_plugin_is_described_setting_by_setting(run: Run) -> None:
    out = run("plugins", "jsonl").stdout
    assert out.startswith("source jsonl\n")
    assert "must be given" in out
    assert "unknown plugin 'jsonk': did you mean 'jsonl'?" in str(run("plugins", "jsonk").exception)
