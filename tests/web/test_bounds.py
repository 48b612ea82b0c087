"""A page of many things, and what follows it."""

import pytest

from tweetgen.web.bounds import page_of


@pytest.mark.parametrize(
    ("found", "limit", "page", "following"),
    [
        ([], 2, [], None),
        ([5, 6], 2, [5, 6], None),
        ([5, 6, 7], 2, [5, 6], "6"),
        ([5, 6, 7, 8], 1, [5], "5"),
    ],
)
def test_a_page_says_where_the_next_one_begins(
    found: list[int], limit: int, page: list[int], following: str | None
) -> None:
    assert page_of(found, limit, str) == (page, following)
