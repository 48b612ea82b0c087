"""Candidates for the accounts that lack some."""

from tweetgen.domain import Post
from tweetgen.service.context import Context
from tweetgen.service.steps.generate import Generate


def test_candidates_are_compared_with_posts_that_came_in_by_hand(context: Context) -> None:
    context.store.add_page(None, [Post("Ada", "fog over the harbour again", "1", "test")])
    Generate(context).generate()
    assert context.store.candidates.pending("ada")
    assert context.app.corpus.shared_words("fog over the harbour")[0] == 4
