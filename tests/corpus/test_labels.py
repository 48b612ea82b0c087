"""Labels: what a text is, as a value of each label."""

from datetime import UTC, datetime

import pytest

from tweetgen.corpus.labels import MADE, values
from tweetgen.domain import Kind, Post

NIGHT = datetime(2019, 5, 4, 23, 30, tzinfo=UTC)
POST = Post("ada", "Fog #AtSea and #more", "1", "x", NIGHT, Kind.REPLY, labels={"mood": "grey"})


def test_each_label_has_its_value() -> None:
    assert dict(values(POST, "Fog", tuple(MADE))) == {
        "kind": "reply",
        "year": "2019",
        "hour": "23",
        "source": "x",
        "topic": "atsea",
        "length": "short",
    }


def test_a_column_that_the_source_brought_is_a_label_too() -> None:
    assert values(POST, "Fog", ("mood", "weather")) == (("mood", "grey"), ("weather", ""))


def test_what_is_not_known_has_no_value() -> None:
    bare = Post("ada", "no. 7, a#b", "2", "x")
    assert dict(values(bare, "no. 7", ("year", "hour", "topic"))) == {"year": "", "hour": "", "topic": ""}


@pytest.mark.parametrize(
    ("characters", "name"), [(1, "short"), (70, "short"), (71, "medium"), (140, "medium"), (141, "long")]
)
def test_lengths_are_of_the_cleaned_text(characters: int, name: str) -> None:
    assert values(POST, "x" * characters, ("length",)) == (("length", name),)
