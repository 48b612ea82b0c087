"""What is held out stays held out, whatever is added."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from tweetgen.corpus.split import held_out, without_held_out

Posts = list[tuple[str, str, int]]


@st.composite
def corpora(draw: st.DrawFn) -> Posts:
    """Posts of a few authors, interleaved; a cluster bears the place of its first post, as in the store."""
    posts: Posts = []
    for author in draw(st.lists(st.sampled_from("abc"), max_size=60)):
        number = len(posts)
        copied = draw(st.one_of(st.none(), st.integers(0, number - 1))) if number else None
        cluster = number if copied is None else posts[copied][2]
        posts.append((author, f"post {draw(st.integers(0, 999))}", cluster))
    return posts


def several(author: str, count: int, first: int = 0) -> Posts:
    return [(author, f"tale {first + i} of {author}", first + i) for i in range(count)]


@given(corpora(), corpora())
def test_adding_posts_moves_none_across(before: Posts, added: Posts) -> None:
    shifted = [(author, text, cluster + len(before)) for author, text, cluster in added]
    assert held_out(before + shifted)[: len(before)] == held_out(before)


@given(corpora())
def test_a_cluster_is_on_one_side_whoever_wrote_it(posts: Posts) -> None:
    sides = defaultdict(set)
    for (_, _, cluster), side in zip(posts, held_out(posts), strict=True):
        sides[cluster].add(side)
    assert all(len(side) == 1 for side in sides.values())


@given(corpora())
def test_who_has_begun_ten_clusters_has_one_held_out(posts: Posts) -> None:
    begun: defaultdict[str, set[int]] = defaultdict(set)
    seen: set[int] = set()
    for author, _, cluster in posts:
        if cluster not in seen:
            begun[author].add(cluster)
        seen.add(cluster)
    without = without_held_out(posts)
    assert all(len(begun[author]) < 10 for author in without)


@given(corpora())
def test_who_has_none_is_named(posts: Posts) -> None:
    authors = {author for author, _, _ in posts}
    found = {author for (author, _, _), side in zip(posts, held_out(posts), strict=True) if side}
    assert set(without_held_out(posts)) == authors - found
    assert len(without_held_out(posts)) == len(authors - found)


@given(st.permutations([*several("a", 12), *several("b", 12, 100), *several("c", 12, 200)]))
def test_ten_posts_in_any_order_leave_nobody_without(posts: Posts) -> None:
    assert without_held_out(posts) == []


@given(st.lists(st.booleans(), min_size=40, max_size=40))
def test_how_authors_interleave_makes_no_difference(turns: list[bool]) -> None:
    queues = {True: several("a", 40), False: several("b", 40, 100)}
    alone = {turn: held_out(queue) for turn, queue in queues.items()}
    mixed: Posts = []
    taken = {True: 0, False: 0}
    expected = []
    for turn in turns:
        mixed.append(queues[turn][taken[turn]])
        expected.append(alone[turn][taken[turn]])
        taken[turn] += 1
    assert held_out(mixed) == expected


def test_about_one_in_ten_is_held_out() -> None:
    share = sum(held_out(several("a", 20_000))) / 20_000
    assert 0.09 < share < 0.11


def test_the_same_words_of_another_author_fall_anew() -> None:
    texts = [f"tale {i}" for i in range(500)]
    one = held_out([("a", text, i) for i, text in enumerate(texts)])
    other = held_out([("b", text, i) for i, text in enumerate(texts)])
    assert one != other


def test_the_split_is_that_of_every_version() -> None:
    # A change here moves posts across in everybody's corpus: numbers measured before would mean nothing.
    assert [i for i, side in enumerate(held_out(several("ada", 60))) if side] == [5, 9, 19, 31, 48]


def test_three_posts_may_leave_an_author_without() -> None:
    posts = next(posts for name in "abcdefgh" if not any(held_out(posts := several(name, 3))))
    assert without_held_out(posts) == [posts[0][0]]


def test_no_posts() -> None:
    assert held_out([]) == []
    assert without_held_out([]) == []


def test_lone_surrogates_do_no_harm() -> None:
    assert len(held_out([("a\ud800", "text \udfff", 0)])) == 1
