"""Files that change."""

import os
from pathlib import Path

from tweetgen.service.watch import Watch


def test_new_changed_and_deleted_files_are_told_once(tmp_path: Path) -> None:
    same, edited, gone, fresh = (tmp_path / name for name in ("same", "edited", "gone", "fresh"))
    for path in (same, edited, gone):
        path.write_text("x")
    paths = [same, edited, gone, fresh]
    watch = Watch(paths)
    assert watch.changed(paths) == set()
    edited.write_text("longer")
    gone.unlink()
    fresh.write_text("x")
    assert watch.changed(paths) == {edited, gone, fresh}
    assert watch.changed(paths) == set()


def test_another_text_of_the_same_length_is_a_change(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a")
    watch = Watch([path])
    path.write_text("b")
    os.utime(path, ns=(1, 1))
    assert watch.changed([path]) == {path}


def test_a_file_that_nobody_asks_for_any_more_is_a_change(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a")
    assert Watch([path]).changed([]) == {path}
