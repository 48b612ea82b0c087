"""Numbers of a model → whether it is good, and what to do next, by rules that docs/guide-researcher.md tells."""

from collections.abc import Sequence
from shlex import quote

from tweetgen.pipeline.advice.checks import CHECKS
from tweetgen.pipeline.advice.facts import Advice, AtTemperature, Check, Facts, Grade, Step, Verdict
from tweetgen.pipeline.advice.rules import RULES

__all__ = ["Advice", "AtTemperature", "Check", "Facts", "Grade", "Step", "Verdict", "advise"]


def advise(facts: Facts) -> Advice:
    """The worst of the checks is the verdict; every rule that applies gives a step."""
    checks = [found for check in CHECKS if (found := check(facts)) is not None]
    steps = [step for rule in RULES if (step := rule(facts)) is not None]
    if not steps:
        how = f"tweetgen generate --model {quote(facts.model)}"
        steps = [Step("Write with it", "nothing here asks for more work", how)]
    verdict: Verdict = max((check.grade for check in checks), key=_WORST.index) if checks else "unknown"
    return Advice(verdict, _headline(verdict, checks, facts), checks, steps)


_WORST: Sequence[Grade] = ("good", "fair", "poor")


def _headline(verdict: Verdict, checks: Sequence[Check], facts: Facts) -> str:
    told = {
        "good": "Yes, this model is good.",
        "fair": "Usable, and it can be better.",
        "poor": "Not yet.",
        "unknown": "Nobody can tell yet: too little was measured.",
    }[verdict]
    worst = [check.answer for check in checks if check.grade == verdict and verdict != "good"][:1]
    rough = [f"With only {facts.held_out} held-out posts, these numbers are rough."] if facts.rough else []
    return " ".join([told, *worst, *rough])
