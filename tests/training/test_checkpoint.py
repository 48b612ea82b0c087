"""A checkpoint is whole or not there."""

import errno
from pathlib import Path

import numpy as np
import pytest

from tweetgen.errors import InputError
from tweetgen.training import checkpoint
from tweetgen.training.checkpoint import Checkpoint

CHECKPOINT = Checkpoint(
    arrays={"rnn.0.kernel": np.arange(6, dtype=np.float32).reshape(2, 3)},
    best={"rnn.0.kernel": np.ones((2, 3), np.float32)},
    state=[np.arange(2, dtype=np.uint32), *(np.full(3, i, np.float32) for i in range(12))],
    optimizer=[np.int64(7) * np.ones((), np.int64), np.float32(0.5) * np.ones((), np.float32)],
    notes={"course": {"best": float("inf"), "recent": [0.1, 1e-17]}, "streams": {"epoch": 3}},
)


def test_what_was_saved_is_loaded_bit_for_bit(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "checkpoint.npz"
    checkpoint.save(CHECKPOINT, path)
    found = checkpoint.load(path)
    assert found.notes == CHECKPOINT.notes
    assert found.arrays.keys() == found.best.keys() == {"rnn.0.kernel"}
    pairs = [
        *zip(found.arrays.values(), CHECKPOINT.arrays.values(), strict=True),
        *zip(found.best.values(), CHECKPOINT.best.values(), strict=True),
        *zip(found.state, CHECKPOINT.state, strict=True),
        *zip(found.optimizer, CHECKPOINT.optimizer, strict=True),
    ]
    for one, other in pairs:
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


def test_nothing_but_the_checkpoint_is_left_in_the_folder(tmp_path: Path) -> None:
    for _ in range(2):
        checkpoint.save(CHECKPOINT, tmp_path / "checkpoint.npz")
    assert [each.name for each in tmp_path.iterdir()] == ["checkpoint.npz"]


def test_the_old_one_stays_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "checkpoint.npz"
    checkpoint.save(CHECKPOINT, path)
    before = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space left"):
        checkpoint.save(CHECKPOINT, path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["checkpoint.npz"]


def test_none_and_a_damaged_one_are_told_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    with pytest.raises(InputError, match="there is no training to resume; train without --resume"):
        checkpoint.load(path)
    checkpoint.save(CHECKPOINT, path)
    whole = path.read_bytes()
    for damaged in (b"", b"nonsense", whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"checkpoint\.npz: is damaged .*; train without --resume"):
            checkpoint.load(path)
