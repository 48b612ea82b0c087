"""What to do next: each rule looks at the numbers and orders one step, or nothing."""

from collections.abc import Callable, Sequence
from shlex import quote

from tweetgen.pipeline.advice.checks import voices
from tweetgen.pipeline.advice.facts import AtTemperature, Facts, Step
from tweetgen.pipeline.profiles import Point

#: posts learnt from an author below which more of them help most; of 200 collected about 180 are
FEW_POSTS = 150
#: words in a row that are more than chance
LONG_RUN = 10
#: share of texts cut at the longest length
CUT = 0.05
#: bits per character by which held-out posts got worse, or differ from training posts: known by heart
RISEN, APART = 0.01, 0.3
#: bits per character gained in the last fifth of a training that could have gone on
STILL_FALLING = 0.02
#: times a post was read below which a training ended too soon
FEW_PASSES = 5
#: by how much a judge must find another temperature better
BETTER = 0.05
STRONG_GUIDANCE = 1.5


def _train(facts: Facts, options: str) -> str:
    return f"tweetgen train --model {quote(facts.model)} {options}"


def _finish(facts: Facts) -> Step | None:
    if facts.finished is not False:
        return None
    return Step(
        "Let its training end",
        "it runs, or was broken off: this is the best network so far",
        _train(facts, "--resume"),
    )


def _give_it_authors(facts: Facts) -> Step | None:
    if facts.authors:
        return None
    return Step(
        "Train it on the posts of your authors",
        "it has no voice of its own: base weights are there to start from",
        f"tweetgen train --from {quote(facts.model)}",
    )


def _more_posts(facts: Facts) -> Step | None:
    few = sorted((count, author) for author, count in facts.posts.items() if count < FEW_POSTS)
    if not few:
        return None
    named = ", ".join(f"{author} ({count})" for count, author in few[:3])
    more = f" and {len(few) - 3} more" if len(few) > 3 else ""
    return Step(
        f"Bring in more posts of {named}{more}",
        f"nothing helps a voice with fewer than {FEW_POSTS} posts as much",
        "tweetgen import FILE, or tweetgen collect; then tweetgen train",
    )


def _by_heart(facts: Facts) -> bool:
    if len(facts.curve) < 2:
        return False
    last, best = facts.curve[-1], min(point.held_out for point in facts.curve)
    return last.held_out - best >= RISEN or last.held_out - last.trained > APART


def _forget(facts: Facts) -> Step | None:
    if not facts.authors or not _by_heart(facts):
        return None
    start = "" if facts.parent == facts.model else f"--from {quote(facts.parent or 'scratch')} "
    dropout, decay = min(facts.dropout + 0.1, 0.5), min(2 * facts.weight_decay or 0.06, 0.5)
    last = facts.curve[-1]
    return Step(
        "Train with more dropout and weight decay",
        f"it learns posts by heart: {last.trained:.3f} bits per character in training, {last.held_out:.3f} held out",
        _train(facts, f"{start}--set training.dropout={dropout:g} --set training.weight_decay={decay:g}"),
    )


def _longer(facts: Facts) -> Step | None:
    if not facts.authors or _by_heart(facts) or facts.stopped_early or facts.seconds is None:
        return None
    timed = facts.minutes is not None and facts.seconds >= 0.9 * 60 * facts.minutes
    falling, heard = _fall_at_the_end(facts.curve), voices(facts)
    if timed and facts.passes is not None and facts.passes < FEW_PASSES:
        why = f"it read each post only {facts.passes:.1f} times"
    elif falling >= STILL_FALLING:
        why = f"held-out posts still gained {falling:.3f} bits per character in its last fifth"
    elif facts.authors > 1 and heard is not None and heard.grade != "good":
        why = "its voices are weak still, and it has not begun to learn posts by heart"
    else:
        return None
    return Step("Train longer", why, _train(facts, _twice(facts, timed)))


def _twice(facts: Facts, timed: bool) -> str:
    """Twice of what ended the training: its minutes, its passes, or both."""
    passed = not timed or (facts.epochs and facts.passes and facts.passes >= 0.9 * facts.epochs)
    minutes = [f"--minutes {2 * facts.minutes:g}"] if timed and facts.minutes else []
    return " ".join([*minutes, *([f"--epochs {2 * (facts.epochs or 10):g}"] if passed else [])])


def _fall_at_the_end(curve: Sequence[Point]) -> float:
    if len(curve) < 3:
        return 0.0
    before = [point for point in curve if point.seconds <= 0.8 * curve[-1].seconds]
    return before[-1].held_out - curve[-1].held_out if before else 0.0


def _start_better(facts: Facts) -> Step | None:
    if facts.bits is None or facts.baseline is None or facts.bits < facts.baseline or facts.parent is not None:
        return None
    return Step(
        "Start from the shipped base",
        "from scratch it has not yet overtaken a model without a network",
        _train(facts, "--from base"),
    )


def _exaggerate(facts: Facts) -> Step | None:
    found = voices(facts)
    if facts.authors < 2 or found is None or found.grade == "good" or facts.guidance >= STRONG_GUIDANCE:
        return None
    return Step(
        "Let it exaggerate its voices",
        found.answer[:1].lower() + found.answer[1:].rstrip("."),
        f"writing: {{guidance: {STRONG_GUIDANCE}}} in the account’s file or in config.yaml",
    )


def _temperature(facts: Facts) -> Step | None:
    now, clean = facts.now, [each for each in facts.written if each.copied is None or each.copied <= facts.copying]
    higher = [each for each in clean if each.temperature > now.temperature]
    lower = [each for each in clean if each.temperature < now.temperature]
    if now.copied is not None and now.copied > facts.copying and higher:
        return _turn(facts, higher[0], f"{now.copied:.1%} of its longer texts repeat a post")
    if now.told_apart is not None:
        return _to_the_judges_choice(facts, now.told_apart, clean)
    if now.variety is not None and now.variety < 0.85 and higher:
        return _turn(facts, higher[0], "its texts are more alike than real posts are")
    if now.variety is not None and now.variety > 1.15 and lower:
        return _turn(facts, lower[-1], "its words are wilder than those of real posts")
    return None


def _to_the_judges_choice(facts: Facts, now: float, clean: Sequence[AtTemperature]) -> Step | None:
    judged = [(each.told_apart, each) for each in clean if each.told_apart is not None and _keeps_voice(each, facts)]
    apart, best = min(judged, key=lambda pair: pair[0], default=(now, facts.now))
    if now - apart < BETTER:
        return None
    return _turn(facts, best, f"a judge then knows its texts from real posts {apart:.0%} of the time, not {now:.0%}")


def _keeps_voice(there: AtTemperature, facts: Facts) -> bool:
    now = facts.now
    return there.kept is None or now.kept is None or there.kept >= now.kept - BETTER


def _turn(facts: Facts, to: AtTemperature, why: str) -> Step:
    direction = "Raise" if to.temperature > facts.now.temperature else "Lower"
    what = f"{direction} the temperature from {facts.now.temperature:g} to {to.temperature:g}"
    how = f"writing: {{temperature: {to.temperature:g}}} in the account’s file or in config.yaml"
    return Step(what, why, f"{how}; more of the kind: tweetgen tune --model {quote(facts.model)}")


def _filter_copies(facts: Facts) -> Step | None:
    now = facts.now
    if not now.copied and now.longest_run < LONG_RUN:
        return None
    return Step(
        "Let the overlap filter be strict",
        f"it copies up to {now.longest_run} words in a row from a post",
        "filters: [overlap: {words: 6}] in the account’s file",
    )


def _filter_cut(facts: Facts) -> Step | None:
    cut = facts.now.cut
    if cut is None or cut <= CUT:
        return None
    return Step(
        "Filter out what is cut off, or allow longer texts",
        f"{cut:.0%} of its texts reach the longest length before they end",
        "filters: [complete] in the account’s file, or a higher writing.max_length",
    )


def _measure_on_more(facts: Facts) -> Step | None:
    if not facts.rough:
        return None
    return Step(
        "Measure on more posts",
        f"{facts.held_out} held-out posts can mislead; one in ten of those collected is held out",
        f"tweetgen report {quote(facts.model)} FILE, with posts it never learnt from",
    )


#: the most important first; each None where it does not apply
RULES: Sequence[Callable[[Facts], Step | None]] = (
    _finish, _give_it_authors, _more_posts, _forget, _longer, _start_better, _exaggerate, _temperature,
    _filter_copies, _filter_cut, _measure_on_more,
)  # fmt: skip
