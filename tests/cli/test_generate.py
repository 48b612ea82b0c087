"""`tweetgen generate`: texts on stdout or in a file, composed at a terminal, or a clear refusal."""

import csv
import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tweetgen.cli import interactive
from tweetgen.model.shapes import expected_shapes
from tweetgen.model.vocabulary import learn
from tweetgen.model.weights import Weights, save
from tweetgen.settings import Architecture, Tokens

Run = Callable[..., tuple[int, str, str]]
SMALL = Architecture(cells=6, embedding=8, label_size=3)
POSTS = ["the rain in spain", "stays mainly in the plain", "one, two"] * 5


@pytest.fixture
def model(folder: Path) -> Path:
    """A model of three authors that knows nothing, as the instance's own; each text ends soon."""
    vocabulary = learn(POSTS, Tokens(size=300))
    labels: dict[str, tuple[str, ...]] = {"author": ("Ada", "Bob", "x=1,y")}
    random = np.random.default_rng(0)
    shapes = expected_shapes(SMALL, vocabulary.size, labels)
    arrays = {name: random.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    arrays["logits.bias"][0] = 4
    for token, spelling in enumerate(vocabulary.token_bytes):
        if not all(32 <= byte < 127 for byte in spelling):
            arrays["logits.bias"][token] = -99  # so that each text is one line
    path = folder / "weights" / "shared.safetensors"
    path.parent.mkdir()
    save(Weights(arrays, SMALL, vocabulary, labels), path)
    return path


@pytest.fixture
def run(tweetgen: Run) -> Run:
    return partial(tweetgen, "generate")


def test_plain_texts_are_one_a_line(model: Path, run: Run) -> None:
    code, out, err = run("-n", "5", "--as", "Ada", "--seed", "3")
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == 5
    assert out == run("-n", "5", "--as", "Ada", "--seed", "3")[1]
    assert out != run("-n", "5", "--as", "Bob", "--seed", "3")[1]


def test_as_many_as_configured_without_n(model: Path, folder: Path, run: Run) -> None:
    assert len(run()[1].splitlines()) == 20
    (folder / "config.yaml").write_text("writing: {candidates: 3, max_length: 4}\n")
    texts = run()[1].splitlines()
    assert len(texts) == 3
    assert max(map(len, texts)) <= 4


def test_json_tells_how_each_text_is_written_again(model: Path, run: Run) -> None:
    _, out, _ = run("-n", "4", "--as", "Ada=2,Bob=1", "--temperature", "1.0,0.5", "--json")
    found = json.loads(out)
    assert len({each["seed"] for each in found}) == 4
    for each in found:
        assert each.keys() == {"text", "voice", "model", "seed", "temperature", "complete", "log_likelihood"}
        assert each["voice"] == {"Ada": pytest.approx(2 / 3), "Bob": pytest.approx(1 / 3)}
        seed = str(each["seed"])
        again = run("-n", "1", "--as", "Ada=2,Bob=1", "--temperature", "1.0,0.5", "--json", "--seed", seed)[1]
        assert json.loads(again) == [each]


def test_csv_holds_the_same(model: Path, run: Run) -> None:
    arguments = ("-n", "3", "--as", "x=1,y", "--seed", "5")
    rows = list(csv.DictReader(io.StringIO(run(*arguments, "--csv")[1])))
    found = json.loads(run(*arguments, "--json")[1])
    assert [row["text"] for row in rows] == [each["text"] for each in found]
    assert rows[0]["voice"] == "x=1,y=1"
    assert [row["seed"] for row in rows] == ["5", "6", "7"]


def test_texts_with_line_breaks_are_kept_apart() -> None:
    from tweetgen.cli.generate import _plain
    from tweetgen.domain import Candidate

    def candidates(*texts: str) -> list[Candidate]:
        return [Candidate(text, {}, "m", 0, (1.0,), True, 0.0) for text in texts]

    assert _plain(candidates("a", "b")) == "a\nb\n"
    assert _plain(candidates("a\nb", "c")) == "a\nb\n\nc\n"


def test_an_output_file_is_written_whole_or_not_at_all(
    model: Path, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("-n", "2", "--seed", "1", "-o", "out.txt") == (0, "", "")
    old = (folder / "out.txt").read_text()
    assert old == run("-n", "2", "--seed", "1")[1]

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    code, _, err = run("-n", "9", "-o", "out.txt")
    assert code == 2
    assert "No space left" in err
    assert (folder / "out.txt").read_text() == old
    assert sorted(each.name for each in folder.iterdir()) == ["out.txt", "weights"]


def test_an_account_has_its_own_voice_and_way(model: Path, folder: Path, run: Run) -> None:
    (folder / "config.yaml").write_text("{}\n")
    (folder / "accounts").mkdir()
    (folder / "accounts" / "duo.yaml").write_text(
        "voice: {Ada: 3, Bob: 1}\nwriting: {candidates: 2, temperature: [0.5]}\n"
    )
    found = json.loads(run("--account", "duo", "--json")[1])
    assert [each["voice"] for each in found] == [{"Ada": 0.75, "Bob": 0.25}] * 2
    assert found[0]["temperature"] == [0.5]
    assert json.loads(run("--account", "duo", "--as", "Bob", "--json")[1])[0]["voice"] == {"Bob": 1}
    assert "did you mean 'duo'" in run("--account", "dua")[2]


REFUSED = {
    "unknown author": (("--as", "ada"), "unknown author 'ada': did you mean 'Ada'?"),
    "unknown author in a blend": (("--as", "Ada=2,Bop=1"), "unknown author 'Bop': did you mean 'Bob'?"),
    "no share": (("--as", "Ada=lots"), "'lots' is no share; write it as A=2,B=1"),
    "unknown model": (("--model", "shred"), "unknown model 'shred': did you mean 'shared'?"),
    "no temperature": (("--temperature", "warm"), "'warm' is no number"),
    "too low a temperature": (("--temperature", "0"), "temperature: 0.0 does not fit"),
    "too much": (("--top-p", "2"), "top_p: 2.0 does not fit"),
    "prefix too long": (("--prefix", "abcdef", "--max-length", "3"), "prefix: 6 characters"),
    "no terminal": (("--interactive",), "no terminal to choose at"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_done_is_told_in_one_line(case: str, model: Path, run: Run) -> None:
    arguments, message = REFUSED[case]
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_without_a_model_it_says_what_to_type(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tweetgen.app.shipped_folder", lambda package: None)
    code, _, err = run("-n", "1")
    assert code == 2
    assert "no weights file" in err
    assert "tweetgen train" in err


def test_a_broken_weights_file_is_one_line(model: Path, run: Run) -> None:
    model.write_bytes(model.read_bytes()[:1000])
    code, _, err = run("-n", "1")
    assert code == 2
    assert "not a whole safetensors file" in err
    assert len(err.splitlines()) == 1


def test_neither_tensorflow_nor_a_database_is_imported(model: Path, folder: Path) -> None:
    script = (
        "import sys; from tweetgen.cli import main\n"
        "try: main(['generate', '-n', '1', '--json'])\n"
        "finally: print(sorted({'tensorflow', 'keras', 'sqlalchemy', 'rich'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def press(*names: str) -> None:
        waiting: Iterator[str] = iter(names)
        monkeypatch.setattr("click.getchar", lambda: next(waiting))

    return press


def compose(text: str = "", ending: str = "!") -> tuple[str | None, str]:
    """The text composed with the pressed keys, and what was shown; continuations are one, two, the end."""
    shown = io.StringIO()
    screen = Console(file=shown, width=80)

    def ways(so_far: str) -> list[tuple[str, float]]:
        return [(" one", 0.5), ("\ttwo\x1b", 0.25), ("", 0.125)]

    return interactive.compose(screen, text, ways, lambda so_far: so_far + ending), shown.getvalue()


def test_keys_pick_go_back_and_stop(keys: Callable[..., None]) -> None:
    keys("1", "2", "b", "1", "\r")
    text, shown = compose("say")
    assert text == "say one one"
    assert "50.0%" in shown
    assert "(the end)" in shown
    assert "\x1b" not in shown.replace("\x1b[", "")


def test_the_end_can_be_picked_and_a_text_left(keys: Callable[..., None]) -> None:
    keys("1", "3")
    assert compose("say")[0] == "say one"
    keys("1", "q")
    assert compose("say")[0] is None


def test_going_back_from_the_start_and_unknown_keys_change_nothing(keys: Callable[..., None]) -> None:
    keys("b", "9", "x", "\x1b[A", "s")
    assert compose("say")[0] == "say"


def test_own_words_become_words_and_own_signs_stay_close(
    keys: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = iter(["hello", ", you", ""])
    monkeypatch.setattr("click.prompt", lambda *_, **__: next(own))
    keys("w", "w", "w", "f", "\r")
    assert compose("say")[0] == "say hello, you!"


def test_the_end_of_input_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed() -> str:
        raise EOFError

    monkeypatch.setattr("click.getchar", closed)
    assert compose("say")[0] == "say"
