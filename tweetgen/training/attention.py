"""Attention-weighted average over the post so far, for all positions at once.

textgenrnn's (after DeepMoji, Felbo et al. 2017), made causal: the weights exp(s) do not depend on the asking position,
so a position's answer is a running sum divided by a running sum, which the sampler carries along at O(1) a step.
"""

from typing import Any

from keras import ops

#: scores are squashed into ±SCORE_LIMIT, so that the running sums stay within float32 over any length
SCORE_LIMIT = 8.0
Tensor = Any


def average(
    features: Tensor, score: Tensor, keep: Tensor, sums: Tensor, total: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """The averages (time, batch, D), and the running `sums` (batch, D) and `total` (batch, 1) to carry on with.

    `features` (time, batch, D), `score` (D, 1), `keep` (time, batch, 1) with 0 where a post begins. `sums` and `total`
    belong to the post that the first position may still be in.
    """
    time = features.shape[0]
    weight = ops.exp(SCORE_LIMIT * ops.tanh(ops.matmul(features, score) / SCORE_LIMIT))[..., 0]
    post = ops.transpose(ops.cumsum(1 - keep[..., 0], axis=0))  # (batch, time): which post of its row
    same = ops.cast(ops.equal(post[:, :, None], post[:, None, :]), features.dtype)
    causal = ops.tril(ops.ones((time, time), dtype=features.dtype))
    reach = same * causal * ops.transpose(weight)[:, None, :]  # (batch, asking time, asked time)
    carried = ops.transpose(ops.cast(ops.equal(post, 0), features.dtype))[..., None]  # (time, batch, 1)
    numerator = ops.transpose(ops.matmul(reach, ops.transpose(features, (1, 0, 2))), (1, 0, 2))
    numerator = numerator + carried * sums
    denominator = ops.transpose(ops.sum(reach, -1))[..., None] + carried * total
    return numerator / denominator, numerator[-1], denominator[-1]
