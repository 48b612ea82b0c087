"""Which road the recurrent layers take: XLA through our own scans, or cuDNN.

Keras 3 cannot compile a cuDNN layer with XLA, so it is one or the other. On a CPU XLA is several times faster.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import keras


@dataclass(frozen=True)
class Road:
    """How the network is to be run."""

    cudnn: bool
    jit: bool


def choose(backend: str, gpus: Sequence[object], cells: int) -> Road:
    """cuDNN where TensorFlow sees a GPU (cuDNN takes any number of `cells` ≥ 1), else XLA."""
    cudnn = backend == "tensorflow" and bool(gpus) and cells >= 1
    return Road(cudnn=cudnn, jit=not cudnn)


def present() -> tuple[str, Sequence[object]]:
    """Keras's backend and the GPUs it sees."""
    backend = keras.backend.backend()
    if backend != "tensorflow":
        return backend, ()
    import tensorflow

    return backend, tensorflow.config.list_physical_devices("GPU")
