"""The index answers as brute force would, whatever was added, merged and taken out, and whenever it was killed."""

import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tweetgen.corpus.overlap.build import Indexable
from tweetgen.corpus.overlap.grams import GRAM, bare, folded_words
from tweetgen.corpus.overlap.look import OverlapIndex
from tweetgen.corpus.overlap.manifest import NAME, SUFFIX
from tweetgen.corpus.overlap.writer import Writer
from tweetgen.errors import Busy, InputError

# few words, so that runs are shared often, and of every length
TEXTS = st.lists(st.sampled_from(["gull", "Gull,", "tide", "rope", "☂", "@ada", "lamp"]), max_size=12).map(" ".join)
POSTS = st.lists(TEXTS, max_size=12)


def longest_run(text: str, posts: Sequence[str]) -> int:
    """By brute force; 0 for what is shorter than a gram."""
    words, best = folded_words(bare(text)), 0
    for post in posts:
        other = folded_words(bare(post))
        for start in range(len(words)):
            for at in range(len(other)):
                length = 0
                while words[start + length : start + length + 1] == other[at + length : at + length + 1] != []:
                    length += 1
                best = max(best, length)
    return best if best >= GRAM else 0


def add(folder: Path, posts: Sequence[str], first: int = 1) -> None:
    with Writer(folder) as writer:
        writer.add([Indexable(first + place, "ada", post) for place, post in enumerate(posts)])


@settings(max_examples=40)  # each writes files
@given(batches=st.lists(POSTS, max_size=5), texts=st.lists(TEXTS, min_size=1, max_size=4), gone=st.integers(0, 9))
def test_the_longest_run_is_that_of_brute_force(batches: list[list[str]], texts: list[str], gone: int) -> None:
    with TemporaryDirectory() as folder:
        posts: dict[int, str] = {}
        for batch in batches:
            first = max(posts, default=0) + 1
            posts |= dict(enumerate(batch, first))
            add(Path(folder), batch, first)
        with Writer(Path(folder)) as writer:
            for place in reversed(range(len(writer.segments))):
                numbers = writer.segments[place].numbers
                writer.leave_out(place, numbers % np.uint64(gone + 2) == 0)
        left = [text for number, text in posts.items() if number % (gone + 2)]
        index = OverlapIndex(Path(folder))
        assert len(index) == len(left)
        for text in texts:
            length, run = index.shared_words(text)
            assert length == longest_run(text, left)
            assert len(folded_words(bare(run))) == length
            assert run in bare(text)


@settings(max_examples=30)
@given(posts=st.lists(TEXTS, min_size=1, max_size=8))
@example(posts=["tide gull gull gull", "gull tide gull gull gull"])  # the second holds the first whole
def test_a_post_itself_is_its_nearest(posts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        add(Path(folder), posts)
        index = OverlapIndex(Path(folder))
        for post in posts:
            nearest = index.nearest(post)
            assert nearest is not None
            assert nearest.likeness == 1.0


def test_case_links_names_and_punctuation_make_no_difference(tmp_path: Path) -> None:
    add(tmp_path, ["The lamp went out, @bob https://a.example/b and the keeper’s gull laughed"])
    text = "so THE LAMP went out and the keeper's GULL -- laughed"
    assert OverlapIndex(tmp_path).shared_words(text) == (9, "THE LAMP went out and the keeper's GULL -- laughed")


def test_a_run_does_not_reach_from_one_post_into_the_next(tmp_path: Path) -> None:
    add(tmp_path, ["one two three four", "five six seven eight"])
    assert OverlapIndex(tmp_path).shared_words("one two three four five six seven eight")[0] == 4


def test_the_nearest_post_is_named_with_its_author(tmp_path: Path) -> None:
    long = "nobody at the bakery remembers who ordered seven hundred almond croissants"
    with Writer(tmp_path) as writer:
        writer.add([Indexable(1, "bob", long), Indexable(2, "ada", "who ordered seven hundred gulls")])
    nearest = OverlapIndex(tmp_path).nearest(long.replace("nobody", "somebody").replace("almond", "poppy"))
    assert nearest is not None
    assert (nearest.author, nearest.text, nearest.shared_words) == ("bob", long, 8)
    assert 0.6 < nearest.likeness < 1
    assert OverlapIndex(tmp_path).nearest("nothing of the kind was ever seen here") is None


def test_where_no_run_is_shared_the_post_with_the_rarest_common_words_is_nearest(tmp_path: Path) -> None:
    add(tmp_path, [*["the morning weather is lovely"] * 200, "a lovely croissant for the keeper"])
    nearest = OverlapIndex(tmp_path).nearest("lovely weather, and my croissant")
    assert nearest is not None
    assert (nearest.text, nearest.shared_words) == ("a lovely croissant for the keeper", 1)
    assert 0 < nearest.likeness < 0.5
    assert OverlapIndex(tmp_path).shared_words("lovely weather, and my croissant") == (0, "")


def test_one_word_of_a_long_text_makes_no_post_near(tmp_path: Path) -> None:
    add(tmp_path, ["a lovely croissant for the keeper and all of the family that came from the other side of the bay"])
    text = "nobody had ever thought about bringing a croissant when we sailed beyond those icebergs last winter"
    assert OverlapIndex(tmp_path).nearest(text) is None


def test_a_book_is_indexed_whole_and_shown_by_its_beginning(tmp_path: Path) -> None:
    words = [f"word{number}" for number in range(30_000)]
    add(tmp_path, [" ".join(words)])
    index = OverlapIndex(tmp_path)
    assert index.shared_words(" ".join(words[-9:]))[0] == 9
    nearest = index.nearest(" ".join(words[-9:]))
    assert nearest is not None
    assert len(nearest.text) == 4000


def test_an_open_index_follows_what_is_added(tmp_path: Path) -> None:
    index = OverlapIndex(tmp_path)
    assert index.shared_words("the gull stole the rope")[0] == 0
    add(tmp_path, ["a gull", "the gull stole the rope"])
    assert index.shared_words("the gull stole the rope")[0] == 5
    for number in range(3, 40):  # merged again and again, while it is open
        add(tmp_path, [f"gull {number} of the forty gulls"], number)
    assert index.shared_words("gull 7 of the forty gulls")[0] == 6


def test_there_are_few_segments_however_posts_come(tmp_path: Path) -> None:
    for number in range(1, 60):
        add(tmp_path, [f"gull {number}"], number)
    with Writer(tmp_path) as writer:
        sizes = [len(segment) for segment in writer.segments]
    assert sum(sizes) == 59
    assert all(before >= 4 * after for before, after in pairwise(sizes))
    assert len(list(tmp_path.glob(f"*{SUFFIX}"))) == len(sizes)


def test_what_was_left_out_is_in_no_file(tmp_path: Path) -> None:
    add(tmp_path, ["the keeper sleeps", "the secret of the lamp", "the rope is long"])
    with Writer(tmp_path) as writer:
        writer.leave_out(0, np.array([False, True, False]))
    assert not any(b"secret" in path.read_bytes() for path in tmp_path.iterdir())
    with Writer(tmp_path) as writer:
        writer.leave_out(0, np.array([True, True]))
        assert (writer.segments, writer.newest) == ((), 0)


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with Writer(tmp_path), pytest.raises(Busy, match="another process"), Writer(tmp_path):
        pass


def test_a_damaged_file_is_one_clear_error_and_the_next_writer_begins_anew(tmp_path: Path) -> None:
    add(tmp_path, ["the gull stole the rope"] * 50)
    (segment,) = tmp_path.glob(f"*{SUFFIX}")
    whole = segment.read_bytes()
    for data in (whole[:300], b"", b"\xff" * 1000, whole.replace(b"tweetgen", b"twittgen")):
        segment.write_bytes(data)
        with pytest.raises(InputError, match="delete the folder"):
            OverlapIndex(tmp_path)
    with Writer(tmp_path) as writer:
        assert writer.newest == 0


GONE = '{"version": 1, "segments": ["gone.segment"], "next": 1}'


@pytest.mark.parametrize("told", ["", "[]", '{"version": 99}', GONE])
def test_a_manifest_of_another_kind_is_one_clear_error(tmp_path: Path, told: str) -> None:
    (tmp_path / NAME).write_text(told)
    with pytest.raises(InputError, match="delete the folder"):
        OverlapIndex(tmp_path)
    with Writer(tmp_path) as writer:
        assert writer.segments == ()


KILLED = """
import os, signal, sys
from itertools import count
from pathlib import Path
from tweetgen.corpus.overlap.build import Indexable
from tweetgen.corpus.overlap.writer import Writer

def deadly(function):
    def call(*arguments, **options):
        global left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return call

# nothing is held back by the system when a process is killed, so the disk need not be waited for
os.fsync = deadly(lambda handle: None)
Path.replace, Path.unlink = deadly(Path.replace), deadly(Path.unlink)
for fatal in count(1):
    child = os.fork()
    if not child:
        left = fatal
        with Writer(Path(sys.argv[1], str(fatal))) as writer:
            for first in (1, 6, 11):
                writer.add([Indexable(n, "ada", f"gull {n} stole the rope") for n in range(first, first + 5)])
        os._exit(0)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        break
"""


def test_a_kill_at_any_moment_leaves_whole_batches(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=True)
    folders = sorted(tmp_path.iterdir(), key=lambda folder: int(folder.name))
    assert len(folders) > 10
    counts = []
    for folder in folders:
        counts.append(len(OverlapIndex(folder)))
        with Writer(folder) as writer:
            assert writer.newest == counts[-1]
            writer.add([Indexable(99, "ada", "a lamp in the fog tonight")])
            names = {segment.path.name for segment in writer.segments}
        assert {path.name for path in folder.iterdir()} == {*names, NAME, "lock"}
        assert OverlapIndex(folder).shared_words("a lamp in the fog")[0] == 5
    assert counts == sorted(counts)
    assert set(counts) == {0, 5, 10, 15}
