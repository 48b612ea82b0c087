"""GRU and LSTM over packed posts, with gradients written out by hand.

Both scans take the input projection of all time steps at once, reset their state where a post begins, and hand the
gradient of the recurrent kernel back as one large matrix product over all time steps. Left to automatic
differentiation through the loop, that product is taken once a step, and training is several times slower.
"""

from typing import Any

from keras import ops

Tensor = Any  # a tensor of whichever backend Keras runs on; Keras 3 has no public type for it


@ops.custom_gradient  # type: ignore[untyped-decorator]
def gru(projected: Tensor, state: Tensor, keep: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    """Hidden states (time, batch, cells) of a GRU with the reset gate after the product (Cho et al. 2014, cuDNN form).

    `projected` (time, batch, 3·cells): inputs times kernel plus input bias, gates in Keras's order z, r, h.
    `state` (batch, cells); `keep` (time, batch, 1): 0 where a post begins, 1 elsewhere;
    `kernel` (cells, 3·cells) and `bias` (3·cells,) are the recurrent ones. No gradient flows into `state`.
    """
    cells = kernel.shape[0]

    def forward(carry: Any, inputs: Any) -> Any:
        projected_now, keep_now = inputs
        before = carry[0] * keep_now
        recurrent = ops.matmul(before, kernel) + bias
        gates = ops.sigmoid(projected_now[:, : 2 * cells] + recurrent[:, : 2 * cells])
        update, reset = gates[:, :cells], gates[:, cells:]
        inner = recurrent[:, 2 * cells :]
        proposal = ops.tanh(projected_now[:, 2 * cells :] + reset * inner)
        after = update * before + (1 - update) * proposal
        carry = (after, before, gates, proposal, inner)
        return carry, carry

    nothing = ops.zeros_like(state)
    start = (state, nothing, ops.concatenate([nothing, nothing], -1), nothing, nothing)
    hidden, *saved = ops.scan(forward, start, (projected, keep))[1]

    def gradient(*upstream: Any, **named: Any) -> Any:
        (d_hidden,) = upstream or (named["upstream"],)
        d_projected, d_recurrent = _gru_backward(d_hidden, keep, kernel, saved)
        d_kernel = ops.matmul(_columns(saved[0]), _rows(d_recurrent))
        return (
            d_projected,
            ops.zeros_like(state),
            ops.zeros_like(keep),
            d_kernel,
            ops.sum(d_recurrent, (0, 1)),
        )

    return hidden, gradient


def _gru_backward(d_hidden: Tensor, keep: Tensor, kernel: Tensor, saved: Any) -> tuple[Tensor, Tensor]:
    """Gradients of the projected input and of the recurrent projection, each (time, batch, 3·cells)."""
    transposed = ops.transpose(kernel)
    cells = kernel.shape[0]

    def backward(carry: Any, inputs: Any) -> Any:
        d_now, keep_now, before, gates, proposal, inner = inputs
        update, reset = gates[:, :cells], gates[:, cells:]
        d_now = d_now + carry[0]
        d_proposal = d_now * (1 - update) * (1 - proposal * proposal)
        d_update = d_now * (before - proposal) * update * (1 - update)
        d_reset = d_proposal * inner * reset * (1 - reset)
        d_gates = ops.concatenate([d_update, d_reset], -1)
        d_recurrent = ops.concatenate([d_gates, d_proposal * reset], -1)
        d_before = keep_now * (d_now * update + ops.matmul(d_recurrent, transposed))
        carry = (d_before, ops.concatenate([d_gates, d_proposal], -1), d_recurrent)
        return carry, carry

    wide = ops.concatenate([ops.zeros_like(d_hidden[0])] * 3, -1)
    start = (ops.zeros_like(d_hidden[0]), wide, wide)
    _, d_projected, d_recurrent = ops.scan(backward, start, (d_hidden, keep, *saved), reverse=True)[1]
    return d_projected, d_recurrent


@ops.custom_gradient  # type: ignore[untyped-decorator]
def lstm(
    projected: Tensor, state: Tensor, memory: Tensor, keep: Tensor, kernel: Tensor
) -> tuple[Tensor, Tensor]:
    """Hidden states (time, batch, cells) and the last memory (batch, cells) of an LSTM (Hochreiter & Schmidhuber 1997).

    `projected` (time, batch, 4·cells): inputs times kernel plus bias, gates in Keras's order i, f, c, o.
    `state`, `memory` (batch, cells); `keep` and `kernel` (cells, 4·cells) as in `gru`. No gradient flows into
    `state` and `memory`, nor from the last memory.
    """
    cells = kernel.shape[0]

    def forward(carry: Any, inputs: Any) -> Any:
        projected_now, keep_now = inputs
        before, memory_before = carry[0] * keep_now, carry[1] * keep_now
        mixed = projected_now + ops.matmul(before, kernel)
        input_forget = ops.sigmoid(mixed[:, : 2 * cells])
        proposal = ops.tanh(mixed[:, 2 * cells : 3 * cells])
        output = ops.sigmoid(mixed[:, 3 * cells :])
        gates = ops.concatenate([input_forget, proposal, output], -1)
        memory_after = input_forget[:, cells:] * memory_before + input_forget[:, :cells] * proposal
        carry = (output * ops.tanh(memory_after), memory_after, before, memory_before, gates)
        return carry, carry

    nothing = ops.zeros_like(state)
    start = (state, memory, nothing, nothing, ops.concatenate([nothing] * 4, -1))
    hidden, memories, *saved = ops.scan(forward, start, (projected, keep))[1]

    def gradient(*upstream: Any, **named: Any) -> Any:
        d_hidden = (upstream or named["upstream"])[0]
        d_projected = _lstm_backward(d_hidden, keep, kernel, (memories, *saved))
        d_kernel = ops.matmul(_columns(saved[0]), _rows(d_projected))
        nothing = ops.zeros_like(state)
        return d_projected, nothing, nothing, ops.zeros_like(keep), d_kernel

    return (hidden, memories[-1]), gradient


def _lstm_backward(d_hidden: Tensor, keep: Tensor, kernel: Tensor, saved: Any) -> Tensor:
    """Gradient of the projected input (time, batch, 4·cells)."""
    transposed = ops.transpose(kernel)
    cells = kernel.shape[0]

    def backward(carry: Any, inputs: Any) -> Any:
        d_now, keep_now, memory, _, memory_before, gates = inputs
        enter, forget, proposal, output = (gates[:, i * cells : (i + 1) * cells] for i in range(4))
        squashed = ops.tanh(memory)
        d_now = d_now + carry[0]
        d_memory = carry[1] + d_now * output * (1 - squashed * squashed)
        d_mixed = ops.concatenate(
            [
                d_memory * proposal * enter * (1 - enter),
                d_memory * memory_before * forget * (1 - forget),
                d_memory * enter * (1 - proposal * proposal),
                d_now * squashed * output * (1 - output),
            ],
            -1,
        )
        carry = (keep_now * ops.matmul(d_mixed, transposed), keep_now * d_memory * forget, d_mixed)
        return carry, carry

    nothing = ops.zeros_like(d_hidden[0])
    start = (nothing, nothing, ops.concatenate([nothing] * 4, -1))
    return ops.scan(backward, start, (d_hidden, keep, *saved), reverse=True)[1][2]


def _rows(tensor: Tensor) -> Tensor:
    """(time, batch, n) → (time·batch, n)."""
    return ops.reshape(tensor, (-1, tensor.shape[-1]))


def _columns(tensor: Tensor) -> Tensor:
    """(time, batch, n) → (n, time·batch)."""
    return ops.transpose(_rows(tensor))
