"""`tweetgen corpus`: what is there, and away with it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tweetgen.corpus.overlap.writer import Writer
from tweetgen.domain import Json, Kind, Post
from tweetgen.model.shapes import expected_shapes
from tweetgen.model.vocabulary import learn
from tweetgen.model.weights import Weights, save
from tweetgen.pipeline.index import keep_up, open_index
from tweetgen.pipeline.lesson import prepare
from tweetgen.pipeline.texts import Sided, Text
from tweetgen.pipeline.workspace import Workspace
from tweetgen.settings import Architecture, Recipe, Tokens
from tweetgen.store import Store

Run = Callable[..., tuple[int, str, str]]

POSTS = [
    Post("ada", "first thought", "1", "jsonl", datetime(2020, 1, 2, tzinfo=UTC)),
    Post("ada", "an answer", "2", "csv", datetime(2021, 3, 4, tzinfo=UTC), Kind.REPLY, trainable=False),
    Post("Bo 🦉", "[red]hoo[/red]", "3", "jsonl"),
]


@pytest.fixture
def filled(folder: Path) -> Path:
    with Store.open(f"sqlite:///{folder}/state/tweetgen.db") as store:
        store.add_page(None, POSTS)
    return folder


def authors(folder: Path) -> list[str]:
    with Store.open(f"sqlite:///{folder}/state/tweetgen.db") as store:
        return store.authors()


def test_the_corpus_is_shown_author_by_author(tweetgen: Run, filled: Path) -> None:
    code, out, err = tweetgen("corpus")
    rows = [" ".join(line.split()) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert rows[1] == "ada 2 22 2020-01-02 2021-03-04 0 1 original 1, reply 1"
    assert rows[2] == "Bo 🦉 1 14 0 0 original 1"
    assert rows[3] == "2 authors 3 36 2020-01-02 2021-03-04 0 1"


def test_the_corpus_as_json(tweetgen: Run, filled: Path) -> None:
    bo, ada = json.loads(tweetgen("corpus", "--json")[1])
    assert (bo["author"], bo["first"], bo["kinds"]) == ("Bo 🦉", None, {"original": 1})
    assert ada == {
        "author": "ada",
        "posts": 2,
        "trainable": 1,
        "characters": 22,
        "first": "2020-01-02T00:00:00+00:00",
        "last": "2021-03-04T00:00:00+00:00",
        "duplicates": 0,
        "kinds": {"original": 1, "reply": 1},
    }


def test_an_empty_corpus_says_what_to_do(tweetgen: Run) -> None:
    assert "tweetgen import FILE" in tweetgen("corpus")[1]
    assert json.loads(tweetgen("corpus", "--json")[1]) == []


def test_search_finds_posts_by_their_words(tweetgen: Run, filled: Path) -> None:
    code, out, err = tweetgen("corpus", "search", "FIRST  Thou")
    assert (code, out, err) == (0, "ada  2020-01-02  first thought\n", "")
    assert tweetgen("corpus", "search", "hoo")[1] == "Bo 🦉  –  [red]hoo[/red]\n"
    code, out, err = tweetgen("corpus", "search", "hoo", "--author", "ada")
    assert (code, out, err) == (0, "", "No post by ada holds 'hoo'.\n")


def test_search_shows_so_many_and_says_if_there_are_more(tweetgen: Run, filled: Path) -> None:
    _, out, err = tweetgen("corpus", "search", "o", "-n", "1")
    assert (out.count("\n"), err) == (1, "There are more; for instance: -n 5\n")
    _, out, err = tweetgen("corpus", "search", "o", "-n", "2")
    assert (out.count("\n"), err) == (2, "")


def test_no_name_or_post_commands_the_terminal(tweetgen: Run, folder: Path) -> None:
    with Store.open(f"sqlite:///{folder}/state/tweetgen.db") as store:
        store.add_page(None, [Post("eve\x1b[2J", "fog\x1b]0;title\x07\nand gulls", "1", "jsonl")])
    assert tweetgen("corpus", "search", "fog")[1] == "eve\ufffd[2J  –  fog\ufffd]0;title\ufffd and gulls\n"
    assert "eve\ufffd[2J" in tweetgen("corpus")[1]
    assert not any("\x1b" in part for part in tweetgen("corpus")[1:])


def test_search_of_an_unknown_author_suggests_the_nearest(tweetgen: Run, filled: Path) -> None:
    code, _, err = tweetgen("corpus", "search", "x", "--author", "adda")
    assert (code, err) == (2, "tweetgen: unknown author 'adda': did you mean 'ada'?\n")


def test_purge_deletes_for_good(tweetgen: Run, filled: Path) -> None:
    code, out, _ = tweetgen("corpus", "purge", "--author", "ada", "--yes")
    assert (code, out) == (0, "2 posts deleted for good\n")
    assert authors(filled) == ["Bo 🦉"]
    left = b"".join(path.read_bytes() for path in (filled / "state").iterdir())
    assert b"first thought" not in left
    assert b"hoo" in left


def test_purge_of_a_source(tweetgen: Run, filled: Path) -> None:
    tweetgen("corpus", "purge", "--source", "jsonl", "--yes")
    assert authors(filled) == ["ada"]


def test_purge_asks_and_without_a_terminal_refuses(tweetgen: Run, filled: Path) -> None:
    code, _, err = tweetgen("corpus", "purge", "--author", "ada")
    assert (code, err) == (2, "tweetgen: 2 posts by ada: would be deleted for good; repeat with --yes\n")
    assert authors(filled) == ["Bo 🦉", "ada"]


@pytest.mark.parametrize(("answer", "left"), [("n\n", ["Bo 🦉", "ada"]), ("y\n", ["Bo 🦉"])])
def test_purge_asks_on_a_terminal(
    tweetgen: Run, filled: Path, monkeypatch: pytest.MonkeyPatch, answer: str, left: list[str]
) -> None:
    asked: list[str] = []

    def reply(prompt: str) -> str:
        asked.append(prompt)
        return answer.strip()

    monkeypatch.setattr("tweetgen.cli.corpus.is_terminal", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", reply)
    code, _, _ = tweetgen("corpus", "purge", "--author", "ada")
    assert authors(filled) == left
    assert (code == 0) == (answer == "y\n")
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name what to purge"),
        (["--author", "adda"], "unknown author 'adda': did you mean 'ada'?"),
        (["--source", "jsonnl"], "unknown source 'jsonnl': did you mean 'jsonl'?"),
        (["--author", "Bo 🦉", "--source", "csv"], "author Bo 🦉: no post from source csv"),
    ],
)
def test_purge_of_nothing_is_refused(tweetgen: Run, filled: Path, arguments: list[str], words: str) -> None:
    code, _, err = tweetgen("corpus", "purge", "--yes", *arguments)
    assert code == 2
    assert words in err
    assert authors(filled) == ["Bo 🦉", "ada"]


def make_weights(folder: Path, name: str, labels: tuple[str, ...], learnt_from: dict[str, Json]) -> None:
    shape, vocabulary = Architecture(cells=2, embedding=2, label_size=2, layers=1), learn([], Tokens(level="char"))
    shapes = expected_shapes(shape, vocabulary.size, {"author": labels})
    arrays = {part: np.zeros(size, np.float32) for part, size in shapes.items()}
    (folder / "weights").mkdir(exist_ok=True)
    made = Weights(arrays, shape, vocabulary, {"author": labels}, origin={"authors": learnt_from})
    save(made, folder / "weights" / f"{name}.safetensors")


def test_purge_names_the_weights_that_learnt_from_it(tweetgen: Run, filled: Path) -> None:
    make_weights(filled, "counted", (), {"ada": 5, "eve": 2})
    make_weights(filled, "labelled", ("ada",), {})
    make_weights(filled, "stranger", ("eve",), {"eve": 9})
    _, containing, _ = tweetgen("models", "--containing", "ada", "--json")
    _, out, _ = tweetgen("corpus", "purge", "--author", "ada", "--yes")
    assert out.splitlines()[1:] == [
        "These weights files learnt from their authors; delete them, or train them again:",
        f"  {filled / 'weights' / 'counted.safetensors'} (ada)",
        f"  {filled / 'weights' / 'labelled.safetensors'} (ada)",
    ]
    assert [one["name"] for one in json.loads(containing)] == ["counted", "labelled"]


def stop_training(folder: Path, model: str, *texts: Text) -> Path:
    """Leave behind what a training of these texts leaves that was stopped."""
    workspace = folder / "state" / "training" / model
    with Workspace(workspace, model) as held:
        sided = [Sided(text, held_out) for text in texts for held_out in (False, True)]
        lesson = prepare(sided, Recipe(tokens=Tokens(level="char")), None, held)
        lesson.origin["authors"] = {text.author: 1 for text in texts}
        held.remember(lesson)
        held.checkpoint.touch()
    return workspace


def grep(folder: Path, words: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()]


@pytest.fixture
def stopped(filled: Path) -> Path:
    stop_training(filled, "shared", Text("ada", "first thought"), Text("Bo 🦉", "hoo"))
    stop_training(filled, "other", Text("Bo 🦉", "hoo"))
    assert grep(filled / "state", b"first thought")
    return filled


def test_purge_leaves_the_text_nowhere_not_even_in_a_stopped_training(tweetgen: Run, stopped: Path) -> None:
    code, out, _ = tweetgen("corpus", "purge", "--author", "ada", "--yes")
    trainings = stopped / "state" / "training"
    assert (code, grep(stopped / "state", b"first thought")) == (0, [])
    assert "The stopped training of shared held their texts and is forgotten" in out
    assert [path.name for path in (trainings / "shared").iterdir()] == ["lock"]
    assert "lesson.json" in grep(trainings / "other", b"hoo")


def test_purge_says_where_a_training_at_work_still_holds_the_texts(tweetgen: Run, stopped: Path) -> None:
    workspace = stopped / "state" / "training" / "shared"
    with Workspace(workspace, "shared"):
        code, out, err = tweetgen("corpus", "purge", "--author", "ada", "--yes")
    assert (code, out, authors(stopped)) == (2, "2 posts deleted for good\n", ["Bo 🦉"])
    assert f"{workspace} still holds their texts" in err


def test_of_a_training_that_nobody_can_read_no_text_stays(tweetgen: Run, stopped: Path) -> None:
    trainings = stopped / "state" / "training"
    (trainings / "shared" / "lesson.json").unlink()  # killed before it was written
    (trainings / "other" / "lesson.json").write_text("{}")
    tweetgen("corpus", "purge", "--author", "ada", "--yes")
    assert [path.name for path in trainings.rglob("*") if path.is_file()] == ["lock", "lock"]


def test_a_weights_file_that_cannot_be_read_stops_no_purge(tweetgen: Run, filled: Path) -> None:
    (filled / "weights").mkdir()
    (filled / "weights" / "cut.safetensors").write_bytes(b"\x10")
    code, _, err = tweetgen("corpus", "purge", "--author", "ada", "--yes")
    assert (code, authors(filled)) == (0, ["Bo 🦉"])
    assert "cut.safetensors" in err


def test_a_database_that_is_none_is_told_in_one_line(tweetgen: Run, folder: Path) -> None:
    (folder / "state").mkdir()
    (folder / "state" / "tweetgen.db").write_text("no database\n" * 500)
    code, out, err = tweetgen("corpus")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "this is not a database" in err


def test_purge_takes_the_texts_out_of_the_overlap_index(tweetgen: Run, filled: Path) -> None:
    index = filled / "state" / "overlap"
    with Store.open(f"sqlite:///{filled}/state/tweetgen.db") as store:
        keep_up(store, index)
    assert grep(index, b"first thought")
    tweetgen("corpus", "purge", "--author", "ada", "--yes")
    assert (grep(index, b"first thought"), len(open_index(index))) == ([], 1)


def test_purge_says_where_the_overlap_index_still_holds_the_texts(tweetgen: Run, filled: Path) -> None:
    with Writer(filled / "state" / "overlap"):
        code, out, err = tweetgen("corpus", "purge", "--author", "ada", "--yes")
    assert (code, out) == (0, "2 posts deleted for good\n")
    assert "which leave it with the next collect" in err
