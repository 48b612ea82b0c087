"""A report on a model as one HTML file that needs nothing beside it: no network, no script."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tweetgen.pipeline.model_report import ModelReport, Written
from tweetgen.pipeline.profiles import Held
from tweetgen.pipeline.samples import Judged
from tweetgen.web.charts import Chart, Line, line_chart
from tweetgen.web.model_charts import MOST_AUTHORS, learning, placed
from tweetgen.web.rendering import STATIC, TEMPLATES

#: authors whose samples are shown, and who have a row in the confusion matrix
_MOST = 16
#: samples of each of them
_SHOWN = 4
#: sheets of the pages that a report shares
_SHEETS = ("base.css", "charts.css", "models.css")


@dataclass(frozen=True, slots=True)
class Confusion:
    """As whom a judge took what was written as each author: shares."""

    columns: Sequence[str]
    #: (author, shares in the order of the columns, share of all others)
    rows: Sequence[tuple[str, Sequence[float], float]]

    @property
    def others(self) -> bool:
        """Whether anybody without a column was named."""
        return any(rest > 0 for _, _, rest in self.rows)


def render(report: ModelReport, at: datetime) -> str:
    """The whole file. Every text of others is escaped."""
    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    likelihoods = report.evaluation.likelihoods
    held = {author: Held(each.posts, each.bits_per_character) for author, each in likelihoods.authors.items()}
    return pages.get_template("report/report.html").render(
        report=report,
        of=report.profile,
        found=report.evaluation,
        at=at,
        # ours, from this package: nothing in it is anybody's text
        style=Markup("\n".join((STATIC / name).read_text("utf-8") for name in _SHEETS)),
        learnt=learning(report.profile),
        rows=placed(report.profile, held),
        most=MOST_AUTHORS,
        judged=report.evaluation.judged,
        confusion=_confusion(report.evaluation.judged),
        charts=[chart for chart in (_voice(report), _news(report)) if chart is not None],
        lengths=_lengths(report),
        samples=_samples(report),
        steps_of_temperature=[(each.temperature, each.samples[0]) for each in report.written if each.samples],
    )


def _confusion(judged: Judged | None) -> Confusion | None:
    if judged is None or judged.attributed is None:
        return None
    found = judged.attributed.confusion
    names = sorted(found)[:_MOST]
    rows = []
    for author in names:
        shares = [found[author].get(other, 0.0) for other in names]
        rows.append((author, shares, sum(share for other, share in found[author].items() if other not in names)))
    return Confusion(names, rows)


def _samples(report: ModelReport) -> Mapping[str | None, Sequence[str]]:
    """The first few of each author, as they came."""
    now, shown = report.now, dict[str | None, list[str]]()
    for sample in now.samples if now is not None else ():
        if sample.author in shown or len(shown) < _MOST:
            texts = shown.setdefault(sample.author, [])
            texts += [sample.text] * (len(texts) < _SHOWN)
    return shown


# ── charts over temperature, and over length

_Found = Callable[[Judged], float | None]


def _over_temperature(report: ModelReport, label: str, found: _Found) -> Line:
    def at(each: Written) -> float | None:
        return None if each.judged is None else found(each.judged)

    points = [(each.temperature, at(each)) for each in report.written]
    return Line(label, [(x, 100 * y) for x, y in points if y is not None])


def _voice(report: ModelReport) -> Chart | None:
    """What the judges say."""
    lines = [
        _over_temperature(report, "its author is named", _named),
        _over_temperature(report, "the same of real posts", _named_real),
        _over_temperature(report, "known from a real post", lambda each: each.told_apart),
    ]
    told = "How often a judge names the right author, and how often it knows a text from a real post (50% is chance)."
    return _percent("What the judges say", told, lines, "temperature", "percent of texts")


def _named(judged: Judged) -> float | None:
    return None if judged.attributed is None else judged.attributed.ours


def _named_real(judged: Judged) -> float | None:
    return None if judged.attributed is None else judged.attributed.real


def _real_pairs(judged: Judged) -> float | None:
    return None if judged.real_variety is None else judged.real_variety.distinct_2


def _news(report: ModelReport) -> Chart | None:
    """Novelty and variety."""
    lines = [
        _over_temperature(report, "new runs of four words", lambda each: each.novelty.novel_4grams),
        _over_temperature(report, "different pairs of words", lambda each: each.variety.distinct_2),
        _over_temperature(report, "the same of real posts", _real_pairs),
        _over_temperature(report, "texts that repeat a post", lambda each: each.novelty.verbatim),
    ]
    told = "How new and how various its texts are; too cold and they repeat, too hot and they fall apart."
    return _percent("Novelty and variety", told, lines, "temperature", "percent")


def _lengths(report: ModelReport) -> Chart | None:
    found = report.lengths
    if found is None:
        return None
    sides: Iterable[tuple[str, Sequence[float]]] = (("its texts", found.ours), ("real posts", found.real))
    lines = [
        Line(label, [(x, 100 * y) for x, y in zip(found.middles, shares, strict=True)]) for label, shares in sides
    ]
    told = "Share of its texts and of real posts by length; the nearer the lines, the better."
    return _percent("Lengths", told, lines, "characters", "percent of texts", x_least=0.0)


def _percent(
    title: str, told: str, lines: Sequence[Line], x_label: str, y_label: str, x_least: float | None = None
) -> Chart | None:
    spoken = [f"{line.label}: {_span(line)}" for line in lines if line.points]
    told = f"{told} {'; '.join(spoken)}."
    return line_chart(title, told, lines, x_label, y_label, y_text="{:.1f}".format, x_least=x_least)


def _span(line: Line) -> str:
    values = [y for _, y in line.points]
    return f"{min(values):.0f} to {max(values):.0f}%"
