"""`tweetgen tune`: from posts and a network to lines in the account's file; the search itself stands in."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tweetgen.model.shapes import expected_shapes
from tweetgen.model.vocabulary import learn
from tweetgen.model.weights import Weights, save
from tweetgen.pipeline.distance import Difference
from tweetgen.pipeline.tune import Tried, Tuned, Tuner
from tweetgen.settings import Architecture, Tokens, Writing

Run = Callable[..., tuple[int, str, str]]
SHAPE = Architecture(cells=2, embedding=2, layers=1, label_size=4, attention="average", tied=False)
ACCOUNT = """\
# mine
voice: {Ada: 2, Bob: 1}  # two
writing:
  temperature: 0.4   # timid
  max_length: 20
# end
"""


@pytest.fixture
def instance(folder: Path, tweetgen: Run) -> Path:
    """Two authors with posts, a network without sense, and an account that blends them."""
    vocabulary, authors = learn([], Tokens(level="char")), ("Ada", "Bob")
    draw = np.random.default_rng(0)
    shapes = expected_shapes(SHAPE, vocabulary.size, {"author": authors})
    arrays = {name: draw.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
    (folder / "weights").mkdir()
    save(Weights(arrays, SHAPE, vocabulary, {"author": authors}), folder / "weights" / "shared.safetensors")
    words = ["fog", "gull", "oil", "wick", "tide", "mast", "horn", "rock", "sail", "beam", "coast"]
    texts = [f"{a} {b} {c}" for a in words for b in words for c in words[:2]]
    posts = [{"author": author, "text": text} for author in authors for text in texts]
    (folder / "posts.jsonl").write_text("".join(json.dumps(post) + "\n" for post in posts))
    assert tweetgen("import", "posts.jsonl")[0] == 0
    (folder / "accounts").mkdir()
    (folder / "accounts" / "blend.yaml").write_text(ACCOUNT)
    return folder


@pytest.fixture
def won(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every search finds something truly better."""
    answer(monkeypatch, Difference(-0.2, -0.3, -0.1))


def answer(monkeypatch: pytest.MonkeyPatch, gain: Difference) -> None:
    def tune(tuner: Tuner, present: Writing) -> Tuned:
        better = Writing(temperature=(0.9,), top_p=0.95, max_length=present.max_length)
        tried = [Tried(present, 0.5, {"voice": (0.5, 0.8)}), Tried(better, 0.3, {"voice": (0.7, 0.8)})]
        return Tuned(present, tried, tried[::-1], gain, stopped=True)

    monkeypatch.setattr(Tuner, "tune", tune)


@pytest.mark.usefixtures("won")
def test_what_is_truly_better_is_written_and_all_else_in_the_file_stays(instance: Path, tweetgen: Run) -> None:
    code, out, err = tweetgen("tune", "--account", "blend")
    assert code == 0
    assert (instance / "accounts" / "blend.yaml").read_text() == ACCOUNT.replace("0.4 ", "0.9 ").replace(
        "length: 20\n", "length: 20\n  top_p: 0.95\n"
    )
    rows = [line.split() for line in out.splitlines()]
    assert [row[0] for row in rows if row and row[0] in ("now", "best")] == ["best", "now", "best", "now"]
    assert "0.200 nearer to real posts than the present way (95 %: 0.100 to 0.300)" in out
    assert "stopped before its end" in err
    assert tweetgen("config", "check")[0] == 0


@pytest.mark.usefixtures("won")
@pytest.mark.parametrize("asked", [("--account", "blend", "--dry-run"), ("--model", "shared")])
def test_lines_are_printed_where_nothing_shall_be_written(instance: Path, tweetgen: Run, asked: tuple[str]) -> None:
    code, out, _ = tweetgen("tune", *asked)
    assert code == 0
    assert out.endswith("writing:\n  temperature: 0.9\n  top_p: 0.95\n")
    assert (instance / "accounts" / "blend.yaml").read_text() == ACCOUNT


def test_what_may_be_chance_is_not_written(
    instance: Path, tweetgen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, Difference(-0.2, -0.5, 0.1))
    code, out, _ = tweetgen("tune", "--account", "blend")
    assert code == 0
    assert "may be chance" in out
    assert (instance / "accounts" / "blend.yaml").read_text() == ACCOUNT


@pytest.mark.usefixtures("won")
def test_a_section_on_one_line_is_left_alone_and_the_lines_are_printed(instance: Path, tweetgen: Run) -> None:
    path = instance / "accounts" / "blend.yaml"
    path.write_text("voice: {Ada: 1}\nwriting: {temperature: 0.4, max_length: 20}\n")
    code, out, err = tweetgen("tune", "--account", "blend")
    assert code == 0
    assert out.endswith("writing:\n  temperature: 0.9\n  max_length: 20\n  top_p: 0.95\n")
    assert "blend.yaml" in err
    assert "temperature: 0.4" in path.read_text()


def test_a_search_without_time_still_measures_the_present_way(instance: Path, tweetgen: Run) -> None:
    code, out, _ = tweetgen("tune", "--account", "blend", "--minutes", "0", "--samples", "20")
    assert code == 0
    assert "The present way of writing is the best of these" in out
    assert "right author" not in out  # both authors are in the voice: there is nobody to tell it from
    assert "told apart" in out
    code, out, _ = tweetgen("tune", "--model", "shared", "--minutes", "0", "--samples", "20")
    assert (code, "right author" in out) == (0, True)


def test_too_few_posts_unknown_names_and_no_name_are_one_clear_line(instance: Path, tweetgen: Run) -> None:
    assert tweetgen("corpus", "purge", "--author", "Ada", "--yes")[0] == 0
    (instance / "accounts" / "ada.yaml").write_text("voice: {Ada: 1}\n")
    (instance / "accounts" / "zoe.yaml").write_text("voice: {Zoe: 1}\n")
    for asked, told in (
        (["--account", "ada"], "0 held-out posts"),
        (["--account", "zoe"], "unknown author 'Zoe'"),
        (["--account", "blond"], "'blend'"),
        ([], "name an account or a model"),
        (["--account", "ada", "--model", "shared"], "name an account or a model"),
    ):
        code, _, err = tweetgen("tune", *asked)
        assert code == 2
        assert told in err
