"""Imports Keras and its backend without the remarks that TensorFlow's C++ prints on the way."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from tweetgen.errors import MissingDependency


def load_backend() -> None:
    """Import Keras; raises `MissingDependency` where it or its backend is not installed."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        with _silent_stderr():
            import_module("keras")
    except ModuleNotFoundError as error:
        raise MissingDependency(error.name or "keras", "training", "train") from None


@contextmanager
def _silent_stderr() -> Iterator[None]:
    """Send file descriptor 2 nowhere: the remarks do not pass through Python. Exceptions are not affected."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
