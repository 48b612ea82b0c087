"""Which arrays a network consists of, and their shapes."""

from collections.abc import Mapping, Sequence

from tweetgen.settings import Architecture

Shapes = dict[str, tuple[int, ...]]
_GATES = {"gru": 3, "lstm": 4}


def expected_shapes(architecture: Architecture, size: int, labels: Mapping[str, Sequence[str]]) -> Shapes:
    """Name and shape of every array, for `size` token ids and these label values (row 0 is "none")."""
    label_width = architecture.label_size * len(labels)
    shapes: Shapes = {"embedding": (size, architecture.embedding)}
    shapes |= {f"label.{name}": (len(values) + 1, architecture.label_size) for name, values in labels.items()}
    for layer in range(architecture.layers):
        shapes |= _layer_shapes(architecture, layer, label_width)
    return shapes | _attention_shapes(architecture) | _readout_shapes(architecture, size, label_width)


def features(architecture: Architecture) -> int:
    """D: the width of [embedding, every layer's output], which the attention and the readout read."""
    return architecture.embedding + architecture.layers * architecture.cells


def _layer_shapes(architecture: Architecture, layer: int, label_width: int) -> Shapes:
    cells = architecture.cells
    gates = _GATES[architecture.cell] * cells
    width = architecture.embedding + label_width if layer == 0 else cells
    return {
        f"rnn.{layer}.kernel": (width, gates),
        f"rnn.{layer}.recurrent_kernel": (cells, gates),
        f"rnn.{layer}.bias": (2, gates) if architecture.cell == "gru" else (gates,),
    }


def _attention_shapes(architecture: Architecture) -> Shapes:
    return {"attention.score": (features(architecture), 1)} if architecture.attention == "average" else {}


def _readout_shapes(architecture: Architecture, size: int, label_width: int) -> Shapes:
    width = features(architecture) * (2 if architecture.attention == "average" else 1) + label_width
    out = architecture.embedding if architecture.tied else size
    shapes: Shapes = {"readout.kernel": (width, out), "readout.bias": (out,)}
    return shapes | ({"logits.bias": (size,)} if architecture.tied else {})
