"""From X's posts to ours."""

from tweetgen.domain import Post

from .port import XPost


def to_post(post: XPost, author: str, source: str) -> Post:
    """The text as its reader sees it: short t.co addresses give way to those they stand for."""
    text = post.text
    for short, whole in post.urls.items():
        text = text.replace(short, whole)
    labels = {"lang": post.lang} if post.lang else {}
    where = f"https://x.com/{author}/status/{post.id}"
    return Post(author, text, post.id, source, post.created_at, post.kind, post.reply_to_text, labels, where)
