"""Long texts in passages: nothing lost, cut where a reader would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tweetgen.corpus.passages import LONGEST_POST, PASSAGE, passages


@given(st.text(alphabet="ab \n雨🥄", max_size=30), st.integers(0, 900))
def test_the_passages_joined_are_the_text(part: str, times: int) -> None:
    text = part * times
    found = passages(text)
    assert "".join(found) == text
    if len(text) <= LONGEST_POST:
        assert found == [text]
    else:
        assert all(PASSAGE // 2 <= len(each) <= PASSAGE for each in found[:-1])
        assert 0 < len(found[-1]) <= PASSAGE


@pytest.mark.parametrize("length", [0, 1, LONGEST_POST - 1, LONGEST_POST])
def test_a_post_is_left_whole(length: int) -> None:
    assert passages("x" * length) == ["x" * length]


def test_a_passage_ends_with_a_line_else_a_word_else_anywhere() -> None:
    lines = ("a line of verse, and then\n" * 300) + "the end"
    assert all(each.endswith("\n") for each in passages(lines)[:-1])
    words = "word " * 1200
    assert all(each.endswith(" ") for each in passages(words)[:-1])
    assert [len(each) for each in passages("x" * (LONGEST_POST + 1))] == [2000, 2000, 1001]


def test_a_line_break_counts_for_more_than_a_later_space() -> None:
    text = "x" * 1500 + "\n" + "y " * 3000
    assert passages(text)[0] == "x" * 1500 + "\n"
    far = "x" * 500 + "\n" + "y" * 6000
    assert len(passages(far)[0]) == PASSAGE, "a break too far back would make a passage too short"
