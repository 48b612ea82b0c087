"""Which road the recurrent layers take on which machine."""

import pytest

from tweetgen.training.device import Road, choose, present

XLA, CUDNN = Road(cudnn=False, jit=True), Road(cudnn=True, jit=False)


@pytest.mark.parametrize(
    ("backend", "gpus", "road"),
    [
        ("tensorflow", [], XLA),
        ("tensorflow", ["/physical_device:GPU:0"], CUDNN),
        ("tensorflow", ["/physical_device:GPU:0", "/physical_device:GPU:1"], CUDNN),
        ("jax", [], XLA),
        ("jax", ["a GPU that TensorFlow does not see"], XLA),
    ],
)
def test_cudnn_where_tensorflow_has_a_gpu_else_xla(backend: str, gpus: list[str], road: Road) -> None:
    assert choose(backend, gpus, 128) == road


def test_never_both_since_keras_cannot_compile_a_cudnn_layer() -> None:
    for backend in ("tensorflow", "jax", "torch"):
        for gpus in ([], ["GPU"]):
            road = choose(backend, gpus, 1)
            assert road.cudnn is not road.jit


def test_what_is_present_can_be_chosen_from() -> None:
    backend, gpus = present()
    assert backend == "tensorflow"
    assert choose(backend, gpus, 128) in (XLA, CUDNN)
