"""The cleaning of measurements does exactly what its definition says, and no more."""

import gzip
import json
from pathlib import Path

import pytest

from tweetgen.corpus.plain import plain


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("@lighthouse: fog again  https://fog.example/a?b so it goes", "fog again so it goes"),
        ("a &amp;amp; b &lt;3", "a &amp; b <3"),
        ("one \n\n  two\t three \n", "one\ntwo three"),
        ("cafe\u0301", "caf\u00e9"),
        ("mail a@b.example", "mail a@b.example"),
        ("RT @gull: mine", ""),
        ("rt @gull: mine", "rt mine"),
        ("https://only.example", ""),
        ("half \ud83d", "half \ufffd"),
        ("both \ud83d\ude00", "both \U0001f600"),
        ("zero\u200bwidth #tag", "zero\u200bwidth #tag"),
    ],
)
def test_cleans_as_defined(raw: str, seen: str) -> None:
    assert plain(raw) == seen


def test_counts_the_benchmark_as_its_definition_does(shared: Path) -> None:
    with gzip.open(shared / "data" / "users.heldout.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [text for line in lines if (text := plain(json.loads(line)["text"]))]
    assert (len(texts), sum(len(text) + 1 for text in texts)) == (5028, 474_434)
