"""Why a candidate was sent to review, in one sentence for whoever decides."""

from collections.abc import Mapping

from tweetgen.domain import Pending

# a score from which on something is worth praising, and below which it is a weakness
_GOOD, _WEAK = 0.6, 0.4
_PRAISE = {
    "author": "sounds much like {voice}",
    "fluency": "reads the way real posts do",
    "novelty": "owes little to any real post",
    "variety": "is unlike what else was written lately",
}
_BLAME = {
    "author": "sounds little like {voice}",
    "fluency": "reads oddly or blandly",
    "novelty": "owes much to a real post",
    "variety": "is much like something else written lately",
}


def why(pending: Pending, learnt: bool = False) -> str:
    """`learnt`: whether the account's ranking was learnt from decisions, not made of weights."""
    voice = _voice(pending.candidate.voice)
    known = {name: score for name, score in pending.scores.items() if name in _PRAISE}
    good = [_PRAISE[name].format(voice=voice) for name, score in _sorted(known) if score >= _GOOD]
    weak = [_BLAME[name].format(voice=voice) for name, score in reversed(_sorted(known)) if score < _WEAK]
    if pending.at_random:
        return "Drawn at random, whatever its score, so that the ranking has something to learn from."
    if not known:
        return f"Sent to review with a score of {pending.score:.2f}."
    if good:
        told = f"It {_all(good[:2])}" + (f", though it {weak[0]}" if weak else "")
    else:
        told = f"The best of its batch, though it {_all(weak[:2])}" if weak else "Good enough in everything"
    score = f"scored {pending.score:.2f}"
    judge = f"what was learnt from earlier decisions {score}" if learnt else f"the account's weights {score}"
    return f"{told}; {judge}."


def remarks(pending: Pending) -> list[str]:
    """What else is worth knowing of one, one line each."""
    found = []
    if pending.text != pending.candidate.text:
        found.append("changed since the network wrote it")
    if not pending.candidate.complete:
        found.append("cut off at the longest length allowed")
    if pending.skips:
        found.append("left for later once" if pending.skips == 1 else f"left for later {pending.skips} times")
    return found


def _sorted(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda item: -item[1])


def _voice(voice: Mapping[str, float]) -> str:
    return _all([author for author, _ in _sorted(voice)][:3]) if voice else "nobody in particular"


def _all(parts: list[str]) -> str:
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"
