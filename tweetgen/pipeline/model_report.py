"""Everything a newcomer is told about a model: measured on held-out posts, and of texts at several temperatures."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from statistics import mean
from typing import TypeAlias

from tweetgen.domain import Json
from tweetgen.measures.baselines import Baselines, Counted
from tweetgen.measures.variety import Spread, spread
from tweetgen.model.model import Model
from tweetgen.pipeline.advice import Advice, AtTemperature, Facts, advise
from tweetgen.pipeline.evaluate import Evaluation, Likelihoods, Measured, Progress, measure
from tweetgen.pipeline.gather import Gathered
from tweetgen.pipeline.profiles import Profile
from tweetgen.pipeline.samples import Judged, Judging, Sample, write_samples
from tweetgen.pipeline.texts import Text
from tweetgen.settings import Writing

#: at which samples are written, beside the one in use
TEMPERATURES = (0.5, 0.7, 0.8, 1.0, 1.2)
#: held-out posts times authors; more are read with their own label and none alone
_MOST_READINGS = 200_000
#: told what is being done
Told: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What the model wrote at one temperature."""

    temperature: float
    samples: Sequence[Sample]
    #: None where there is no corpus to compare with
    judged: Judged | None


@dataclass(frozen=True)
class ModelReport:
    """Numbers, samples and advice."""

    profile: Profile
    evaluation: Evaluation
    #: of each author with posts measured on; empty where nothing was collected to learn them from
    baselines: Mapping[str, Baselines]
    #: by temperature, rising
    written: Sequence[Written]
    #: the temperature in use
    temperature: float
    #: of texts at that temperature, beside real posts
    lengths: Spread | None
    #: whether scikit-learn is there
    judges: bool
    advice: Advice

    @property
    def now(self) -> Written | None:
        """At the temperature in use."""
        return _at(self.written, self.temperature)

    def to_json(self) -> dict[str, Json]:
        by_author: dict[str, Json] = {author: asdict(found) for author, found in self.baselines.items()}
        curve: list[Json] = [asdict(point) for point in self.profile.curve]
        return {
            **self.evaluation.to_json(),
            "advice": self.advice.to_json(),
            "curve": curve,
            "baselines_by_author": by_author,
            "temperature": self.temperature,
            "temperatures": [_json_of(each) for each in self.written],
            "lengths": None if self.lengths is None else asdict(self.lengths),
            "judges": self.judges,
        }


def _json_of(written: Written) -> Json:
    judged = None if written.judged is None else written.judged.to_json()
    samples: list[Json] = [{"author": each.author, "text": each.text} for each in written.samples]
    return {"temperature": written.temperature, "writing": judged, "samples": samples}


def report_on(
    model: Model,
    profile: Profile,
    at_hand: Gathered,
    writing: Writing,
    *,
    samples: int,
    seed: int = 0,
    quick: bool = False,
    told: Told = lambda _: None,
    progress: Progress | None = None,
) -> ModelReport:
    """Measure a model and all it writes. `quick` leaves out wrong labels, baselines and judges.

    `samples`: texts at each temperature. Raises `InputError` where there is no post to measure on.
    """
    hurried = quick or len(at_hand.real) * len(model.authors) > _MOST_READINGS
    told("reading posts")
    likelihoods = measure(model, at_hand.real, hurried, progress)
    told("asking simpler models")
    simple = {} if quick else _baselines(at_hand)
    temperature = round(mean(writing.temperature), 2)
    judging = Judging(at_hand.learnt, at_hand.real, quick)
    written = []
    for each, manner in _manners(writing, temperature).items():
        told(f"writing at temperature {each:g}")
        texts = write_samples(model, samples, seed, manner)
        written.append(Written(each, texts, judging.judge(texts) if texts and at_hand.learnt else None))
    now = _at(written, temperature)
    total, judged = _in_all(simple, likelihoods.authors), None if now is None else now.judged
    facts = _facts(profile, likelihoods, simple, at_hand, writing, written, temperature)
    return ModelReport(
        profile=profile,
        evaluation=Evaluation(model.name, likelihoods, total, judged),
        baselines=simple,
        written=written,
        temperature=temperature,
        lengths=_lengths(now, at_hand.real),
        judges=find_spec("sklearn") is not None,
        advice=advise(facts),
    )


def _manners(writing: Writing, temperature: float) -> dict[float, Writing]:
    """How to write at each temperature; at the one in use as configured, be it several that take turns."""
    others = {each: replace(writing, temperature=(each,)) for each in TEMPERATURES}
    return dict(sorted({**others, temperature: writing}.items()))


def _at(written: Sequence[Written], temperature: float) -> Written | None:
    return next((each for each in written if each.temperature == temperature), None)


def _baselines(at_hand: Gathered) -> dict[str, Baselines]:
    if not at_hand.learnt:
        return {}
    counted = Counted([text.text for text in at_hand.learnt])
    by_author: dict[str, list[str]] = {}
    for text in at_hand.real:
        by_author.setdefault(text.author, []).append(text.text)
    return {author: counted.read(by_author[author]) for author in sorted(by_author)}


def _in_all(found: Mapping[str, Baselines], authors: Mapping[str, Measured]) -> Baselines | None:
    """The posts of these authors together."""
    if not found:
        return None
    return Baselines(
        unigram=_average(authors, lambda author: found[author].unigram),
        witten_bell=_average(authors, lambda author: found[author].witten_bell),
        ppm=_average(authors, lambda author: found[author].ppm),
        characters=next(iter(found.values())).characters,
    )


def _average(authors: Mapping[str, Measured], of: Callable[[str], float | None]) -> float:
    """Each author counts by characters, as in the likelihoods' total."""
    weighted = sum(each.characters * (of(author) or 0.0) for author, each in authors.items())
    return weighted / sum(each.characters for each in authors.values())


def _lengths(now: Written | None, real: Sequence[Text]) -> Spread | None:
    if now is None or not now.samples or not real:
        return None
    return spread([sample.text for sample in now.samples], [text.text for text in real])


def _compared(
    authors: Mapping[str, Measured], simple: Mapping[str, Baselines]
) -> tuple[float, float | None, Baselines | None]:
    """With the right label, with none and by baselines, all on the same posts: those of authors with a label. Where
    nobody has one: with none, nothing, and by baselines, on all."""
    known = {author: each for author, each in authors.items() if each.bits_per_character.right is not None}
    none = _average(known or authors, lambda author: authors[author].bits_per_character.none)
    if not known:
        return none, None, _in_all(simple, authors)
    right = _average(known, lambda author: known[author].bits_per_character.right)
    return right, none, _in_all(simple, known)


def _facts(
    profile: Profile,
    likelihoods: Likelihoods,
    simple: Mapping[str, Baselines],
    at_hand: Gathered,
    writing: Writing,
    written: Sequence[Written],
    temperature: float,
) -> Facts:
    settings = profile.record.settings
    bits, none, total = _compared(likelihoods.authors, simple)
    counts = profile.record.posts or Counter(text.author for text in at_hand.learnt)
    now = _at(written, temperature)
    real = None if now is None or now.judged is None else now.judged.real_novelty
    characters = sum(len(text.text) for text in at_hand.learnt)

    def number(name: str) -> float | None:
        value = settings.get(name)
        return float(value) if isinstance(value, int | float) else None

    return Facts(
        model=profile.name,
        held_out=likelihoods.total.posts,
        bits=bits,
        none=none,
        baseline=None if total is None else min(total.unigram, total.witten_bell, total.ppm),
        authors=len(profile.card.authors),
        posts={author: count for author, count in counts.items() if author in profile.card.authors},
        curve=profile.curve,
        finished=profile.finished,
        stopped_early=profile.stopped_early,
        seconds=profile.seconds,
        minutes=number("training.minutes"),
        epochs=number("training.epochs"),
        passes=profile.characters / characters if profile.characters and characters else None,
        parent=profile.card.parent,
        dropout=number("training.dropout") or 0.0,
        weight_decay=number("training.weight_decay") or 0.0,
        guidance=writing.guidance,
        real_copied=None if real is None else real.verbatim_long,
        written=[_at_temperature(each) for each in written],
        temperature=temperature,
    )


def _at_temperature(written: Written) -> AtTemperature:
    judged = written.judged
    if judged is None:
        return AtTemperature(temperature=written.temperature)
    ours, real = judged.variety.distinct_2, None if judged.real_variety is None else judged.real_variety.distinct_2
    return AtTemperature(
        temperature=written.temperature,
        copied=judged.novelty.verbatim_long,
        told_apart=judged.told_apart,
        kept=None if judged.attributed is None else judged.attributed.kept,
        variety=ours / real if ours is not None and real else None,
        cut=None if judged.lengths is None else judged.lengths.cut,
        longest_run=judged.novelty.longest_run,
    )
