"""Which weights file is meant by a name, a path, or nothing."""

import os
from pathlib import Path

import pytest

from tweetgen.errors import InputError, UnknownName
from tweetgen.model.library import find, listing


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    mine, shipped = tmp_path / "mine", tmp_path / "shipped"
    for folder, names in ((mine, ("poems", "base")), (shipped, ("base", "news"))):
        folder.mkdir()
        for name in names:
            (folder / f"{name}.safetensors").touch()
    (mine / ".poems.safetensors").touch()
    (mine / "notes.txt").touch()
    return mine, shipped


def test_the_first_folder_that_has_a_name_wins(folders: tuple[Path, Path]) -> None:
    mine, shipped = folders
    assert find("base", folders) == mine / "base.safetensors"
    assert find("news.safetensors", folders) == shipped / "news.safetensors"
    assert [path.stem for path in listing(folders)] == ["base", "poems", "news"]


def test_a_path_is_taken_as_it_is(folders: tuple[Path, Path]) -> None:
    assert find(str(folders[1] / "base.safetensors"), folders) == folders[1] / "base.safetensors"
    assert find(folders[1] / "news.safetensors", ()) == folders[1] / "news.safetensors"


def test_an_unknown_name_is_answered_with_near_ones(folders: tuple[Path, Path]) -> None:
    with pytest.raises(UnknownName, match="unknown model 'peoms': did you mean 'poems'"):
        find("peoms", folders)


def test_without_a_name_shared_comes_before_base_before_the_newest(folders: tuple[Path, Path]) -> None:
    mine, shipped = folders
    assert find(None, folders) == mine / "base.safetensors"
    (shipped / "shared.safetensors").touch()
    assert find(None, folders) == shipped / "shared.safetensors"
    for path in (mine / "base.safetensors", shipped / "base.safetensors", shipped / "shared.safetensors"):
        path.unlink()
    os.utime(mine / "poems.safetensors", (1, 1))
    assert find(None, folders) == shipped / "news.safetensors"


def test_where_there_is_no_model_the_message_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no weights file in .*nowhere.*tweetgen train"):
        find(None, [tmp_path / "nowhere"])
