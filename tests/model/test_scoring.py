"""Likelihoods are sums over every token and the end, in any batch."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tweetgen.model import scoring
from tweetgen.model.network import Network
from tweetgen.model.scoring import log_likelihoods
from tweetgen.model.weights import Weights


def test_a_likelihood_is_the_product_over_tokens_end_included(
    invent: Callable[..., Weights], letters: Any, monkeypatch: Any
) -> None:
    weights = invent(letters, scale=0.5)
    network = Network(weights.arrays, weights.architecture, weights.labels)
    random = np.random.default_rng(0)
    posts = [random.integers(1, 27, length).tolist() for length in (0, 1, 50, 7, 7, 200, 3)]
    labels = network.label_vectors([{"author": {"Ada": 1}} if n % 2 else {} for n in range(len(posts))])
    expected = []
    for post, label in zip(posts, labels, strict=True):
        logits = network.logits(np.array([[0, *post]]), label[None])[0].astype(np.float64)
        normal = np.log(np.exp(logits).sum(axis=1))
        expected.append(sum(logits[t, token] - normal[t] for t, token in enumerate([*post, 0])))
    np.testing.assert_allclose(log_likelihoods(network, posts, labels), expected, rtol=1e-5)
    monkeypatch.setattr(scoring, "_TOKENS_AT_ONCE", 16)
    monkeypatch.setattr(scoring, "_LOGITS_AT_ONCE", 5)
    np.testing.assert_allclose(log_likelihoods(network, posts, labels, threads=3), expected, rtol=1e-5)
    assert log_likelihoods(network, [], labels[:0]).shape == (0,)
