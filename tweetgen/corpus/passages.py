"""Long texts cut into passages, so that a book can be learnt from, and held out, like a collection of posts."""

#: code points beyond which a text is no post but a long text, and how long its passages are about
LONGEST_POST = 5_000
PASSAGE = 2_000


def passages(text: str) -> list[str]:
    """The text itself if it is a post's length, else its passages; joined, they are the text again.

    A passage ends behind the last line break within its length, else the last space, else in mid-word.
    """
    if len(text) <= LONGEST_POST:
        return [text]
    parts, start = [], 0
    while len(text) - start > PASSAGE:
        end = _cut(text, start + PASSAGE // 2, start + PASSAGE)
        parts.append(text[start:end])
        start = end
    return [*parts, text[start:]]


def _cut(text: str, least: int, most: int) -> int:
    """The best place to end a passage between two places: behind a line break, else a space, else the last."""
    for mark in ("\n", " "):
        if place := text.rfind(mark, least, most) + 1:
            return place
    return most
