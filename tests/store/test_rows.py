"""Repair of texts that databases refuse."""

from hypothesis import given
from hypothesis import strategies as st

from tweetgen.store.rows import repair

# any code point, surrogates included
ANYTHING = st.text(st.characters(exclude_categories=()))


@given(ANYTHING)
def test_repaired_text_is_valid_and_has_no_nul(text: str) -> None:
    repaired = repair(text)
    repaired.encode("utf-8")
    assert "\0" not in repaired
    assert repair(repaired) == repaired


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_sound_text_stays_as_it_is(text: str) -> None:
    assert repair(text) == text


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_surrogates_that_belong_together_become_their_character(text: str) -> None:
    pairs = "".join(map(chr, memoryview(text.encode("utf-16-le")).cast("H")))
    assert repair(pairs) == text
