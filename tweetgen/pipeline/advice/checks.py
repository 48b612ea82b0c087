"""Five questions about a model, each answered by its numbers and graded."""

from collections.abc import Callable, Sequence

from tweetgen.pipeline.advice.facts import Check, Facts, Grade


def _graded(number: float, good: float, fair: float) -> Grade:
    """Fewer is better."""
    return "good" if number <= good else "fair" if number <= fair else "poor"


def _learnt(facts: Facts) -> Check | None:
    if facts.bits is None or facts.baseline is None:
        return None
    gain = facts.baseline - facts.bits
    needs = f"the best simple model needs {facts.baseline:.3f}"
    told = f"{facts.bits:.3f} bits per character on posts it never saw; {needs}."
    return Check("Has it learnt to write?", _graded(-gain, -0.2, 0.0), told)


def voices(facts: Facts) -> Check | None:
    """By a judge where one was asked, else by what a label saves."""
    question = "Does it have its authors’ voices?"
    if facts.authors > 1 and (kept := facts.now.kept) is not None:
        told = f"A judge names the right author of its texts {kept:.0%} as often as of real posts."
        return Check(question, _graded(-kept, -0.9, -0.7), told)
    if facts.authors < 1 or facts.bits is None or facts.none is None:
        return None
    gain = facts.none - facts.bits
    told = f"Knowing the author saves it {gain:.3f} bits per character."
    return Check(question, _graded(-gain, -0.04, -0.015), told)


def _own_words(facts: Facts) -> Check | None:
    copied = facts.now.copied
    if copied is None:
        return None
    told = f"{copied:.1%} of its longer texts repeat a post word for word."
    return Check("Does it say something new?", _graded(copied, facts.copying, 0.1), told)


def _various(facts: Facts) -> Check | None:
    variety = facts.now.variety
    if variety is None:
        return None
    told = f"It has {variety:.0%} of the different pairs of words that as many real posts have."
    return Check("Is it as various as its authors?", _graded(abs(variety - 1), 0.15, 0.3), told)


def _plausible(facts: Facts) -> Check | None:
    apart = facts.now.told_apart
    if apart is None:
        return None
    told = f"A judge knows its texts from real posts {apart:.0%} of the time; 50% would be guessing."
    return Check("Could a person have written it?", _graded(apart, 0.8, 0.9), told)


#: each None where its numbers are missing
CHECKS: Sequence[Callable[[Facts], Check | None]] = (_learnt, voices, _own_words, _various, _plausible)
