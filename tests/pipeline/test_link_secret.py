"""The secret links are signed with: made once, for its owner alone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tweetgen.errors import InputError
from tweetgen.pipeline.link_secret import secret


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: secret(None, state), range(8)))
    assert len(found) == 1
    assert [file.name for file in state.iterdir()] == ["web.secret"]
    assert (state / "web.secret").stat().st_mode & 0o777 == 0o600


def test_a_configured_one_is_taken_and_nothing_written(tmp_path: Path) -> None:
    assert secret("x" * 32, tmp_path) == "x" * 32
    assert not list(tmp_path.iterdir())


def test_one_that_could_be_guessed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"web\.secret: has 5 characters"):
        secret("short", tmp_path)
    (tmp_path / "web.secret").write_text("")
    with pytest.raises(InputError, match="has 0 characters"):
        secret(None, tmp_path)
