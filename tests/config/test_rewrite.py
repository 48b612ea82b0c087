"""Settings changed in a person's file: comments, order and all other lines stay as they were."""

from pathlib import Path

import pytest

from tweetgen.config.documents import Unreadable, parse
from tweetgen.config.rewrite import NotRewritten, rewrite_section, with_section

CHANGES = {"temperature": 0.93, "top_p": None, "guidance": 1.5}
FILE = """\
# mine
voice: {ada: 1}   # who

writing:
  # how daring
  temperature: 0.8     # low: safe
  top_p: 0.95          # or null
  max_length: 200      # short
  # candidates: 12

# who decides
review: inbox
"""


def test_values_change_and_a_new_key_comes_after_the_last_of_its_section() -> None:
    assert with_section(FILE, "writing", CHANGES) == FILE.replace("0.8 ", "0.93 ").replace("0.95 ", "null ").replace(
        "# short\n", "# short\n  guidance: 1.5\n"
    )


def test_a_list_on_one_line_is_a_value_like_any_other() -> None:
    found = with_section("writing:\n  temperature: [0.5, 1]  # turns\n", "writing", {"temperature": 0.7})
    assert found == "writing:\n  temperature: 0.7  # turns\n"
    assert with_section(found, "writing", {"temperature": [0.5, 1.0]}).startswith("writing:\n  temperature: [0.5, 1.0]")


def test_a_missing_section_is_added_at_the_end() -> None:
    found = with_section("voice: {ada: 1}  # who", "writing", {"min_p": 0.05})
    assert found == "voice: {ada: 1}  # who\nwriting:\n  min_p: 0.05\n"
    assert with_section("# nothing yet\n", "writing", {"min_p": 0.05}) == "# nothing yet\nwriting:\n  min_p: 0.05\n"
    assert with_section("  voice: {}\n", "writing", {"min_p": 0.05}) == "  voice: {}\n  writing:\n    min_p: 0.05\n"


def test_an_empty_section_keeps_what_is_commented_out_in_it() -> None:
    found = with_section("writing:  # later\n  # top_p: 0.9\nstock: 3\n", "writing", {"min_p": 0.05})
    assert found == "writing:  # later\n  min_p: 0.05\n  # top_p: 0.9\nstock: 3\n"
    assert with_section("writing:", "writing", {"min_p": 0.05}) == "writing:\n  min_p: 0.05\n"


def test_an_empty_value_is_filled() -> None:
    assert with_section("writing:\n  top_p:\n  top_k: 3\n", "writing", {"top_p": 0.9}) == (
        "writing:\n  top_p: 0.9\n  top_k: 3\n"
    )


def test_line_ends_and_the_mark_at_the_beginning_stay() -> None:
    found = with_section("\ufeffwriting:\r\n  top_p: 0.9\r\n", "writing", {"top_p": None, "min_p": 0.1})
    assert found == "\ufeffwriting:\r\n  top_p: null\r\n  min_p: 0.1\r\n"


def test_text_beyond_ascii_moves_no_place() -> None:
    text = "about: 'Ünï 🦃'\nwriting: # 🦃\n  top_p: 0.9 # 🦃\n"
    assert with_section(text, "writing", {"top_p": 0.5}) == text.replace("0.9", "0.5")


@pytest.mark.parametrize(
    "text",
    [
        "writing: {temperature: 0.8, max_length: 200}\n",
        "{writing: {temperature: 0.8, max_length: 200}}\n",
        "writing:\n  temperature:\n    - 0.8\n  max_length: 200\n",
        "writing:\n  temperature: 0.8\n  max_length: 200\n...\n# over\n",
    ],
)
def test_what_cannot_be_edited_is_refused_with_the_lines_to_paste(text: str) -> None:
    changes = {"temperature": 0.93, "top_p": 0.9}
    try:
        found = with_section(text, "writing", changes)
    except NotRewritten as refused:
        told = str(refused)
        pasted = told[told.index("writing:\n") :]
        assert parse(pasted)["writing"] == {"temperature": 0.93, "max_length": 200, "top_p": 0.9}
    else:
        assert text.endswith("over\n")
        assert parse(found)["writing"] == {"temperature": 0.93, "max_length": 200, "top_p": 0.9}


def test_a_section_that_would_come_after_the_end_of_the_document_is_refused() -> None:
    with pytest.raises(NotRewritten, match=r"top_p: 0\.9"):
        with_section("voice: {}\n...\n", "writing", {"top_p": 0.9})


def test_a_file_that_is_no_yaml_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("voice: [")
    with pytest.raises(Unreadable):
        rewrite_section(path, "writing", {"top_p": 0.9})
    assert path.read_text() == "voice: ["


def test_the_file_itself_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(FILE.encode())
    rewrite_section(path, "writing", CHANGES)
    assert path.read_text() == with_section(FILE, "writing", CHANGES)
