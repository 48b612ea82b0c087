"""`tweetgen generate`: candidates as an author, a blend of several, or nobody."""

import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tweetgen.cli.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tweetgen.domain import Candidate
    from tweetgen.model.model import Model
    from tweetgen.settings import Writing


class Temperatures(click.ParamType[tuple[float, ...]]):
    """One number, or several that take turns token by token."""

    name = "T[,T…]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return tuple(float(part) for part in value.split(",")) if isinstance(value, str) else value
        except ValueError:
            self.fail(f"{value!r} is no number, nor several with commas between", param, ctx)


@click.command(short_help="Write candidates as an author, a blend or nobody")
@click.option("-n", "count", type=click.IntRange(min=1), help="How many texts. Default: as configured (20).")
@click.option("--as", "voice", metavar="VOICE", help="An author, or a blend such as dril=2,NASA=1.")
@click.option("--account", metavar="NAME", help="The voice and the way of writing of accounts/NAME.yaml.")
@click.option("--model", metavar="MODEL", help="A model's name or path. Default: the instance's own.")
@click.option("--prefix", default="", metavar="TEXT", help="What each text begins with.")
@click.option("--temperature", type=Temperatures(), help="Lower is safer, higher is wilder; several take turns.")
@click.option("--top-k", type=int, metavar="K", help="Only the K likeliest tokens.")
@click.option("--top-p", type=float, metavar="P", help="Only the likeliest tokens that make up P together.")
@click.option("--min-p", type=float, metavar="P", help="Only tokens P times as likely as the likeliest.")
@click.option("--repetition-penalty", type=float, metavar="X", help="Above 1: less of what was used already.")
@click.option(
    "--label", "labels", multiple=True, metavar="NAME=VALUE", help="What the texts shall be, such as kind=reply."
)
@click.option("--guidance", type=float, metavar="S", help="Above 1: the voice exaggerated. 0: nobody's.")
@click.option("--min-length", type=int, metavar="N", help="Shortest text, in characters.")
@click.option("--max-length", type=int, metavar="N", help="Longest text, in characters.")
@click.option("--seed", type=click.IntRange(min=0), help="Of the first text; the next have the next numbers.")
@click.option("--json", "form", flag_value="json", help="Print a JSON list: each text with its seed and more.")
@click.option("--csv", "form", flag_value="csv", help="Print the same as CSV.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@click.option("--submit", "to_review", is_flag=True, help="Filter and rank; the best go to the account's review.")
@click.option("--interactive", "-i", is_flag=True, help="Choose word by word among the likeliest.")
@click.pass_obj
def command(
    instance: Instance,
    /,
    count: int | None,
    voice: str | None,
    account: str | None,
    model: str | None,
    prefix: str,
    seed: int | None,
    form: str | None,
    output: Path | None,
    to_review: bool,
    interactive: bool,
    labels: tuple[str, ...],
    **numbers: Any,
) -> None:
    """Write texts in the voice of an author, of a blend of authors, or of nobody in particular.

    A text can be written again: give its seed, and the rest as it was. Texts that hold line breaks make an
    empty line between all of them; in --json and --csv nothing is ambiguous.

    \b
    Examples:
      tweetgen generate -n 20 --as NASA
      tweetgen generate --as dril=2,NASA=1 --temperature 1.0,0.5,0.2
      tweetgen generate -n 1 --as NASA --prefix "Tonight" --seed 7 --json
      tweetgen generate -n 1000 --account parody --csv -o candidates.csv
      tweetgen generate --as NASA --label kind=original --label length=short
      tweetgen generate --account parody --submit
      tweetgen generate --interactive --as NASA
    """
    from tweetgen.model.manner import writing_with

    configured, writing = _configured(instance, account)
    writing = writing_with(writing, {name: value for name, value in numbers.items() if value is not None})
    writing = replace(writing, labels={**writing.labels, **_labels(labels)})
    if to_review:
        if account is None or voice is not None or prefix or form or output or interactive:
            raise click.UsageError("--submit takes --account, --model, -n, --seed and ways of writing, nothing else")
        from tweetgen.cli.submit import submit

        wanted = replace(writing, candidates=count or writing.candidates)
        submit(instance, account, _open(instance, model, account), wanted, _seed(seed))
        return
    opened = _open(instance, model, account)
    chosen = _voice(voice, opened) if voice is not None else configured
    first = _seed(seed)
    if interactive:
        texts = _interactively(instance, opened, chosen, prefix, count, writing, first)
        _put("".join(f"{text}\n" for text in texts), output)
        return
    candidates = _candidates(opened, chosen, prefix, count or writing.candidates, writing, first)
    _put(_FORMS[form or "plain"](candidates), output)


def _configured(instance: Instance, account: str | None) -> "tuple[Mapping[str, float], Writing]":
    if account is None:
        return {}, instance.app.config.writing
    found = instance.app.account(account)
    return found.voice, found.writing


def _open(instance: Instance, name: str | None, account: str | None) -> "Model":
    from tweetgen.model.library import find, listing
    from tweetgen.model.model import Model

    app = instance.app
    own = app.config.model.name if account is None else app.account(account).model
    if name is None and any(path.stem == own for path in listing(app.weights_folders)):
        name = own
    return Model.load(find(name, app.weights_folders))


def _voice(text: str, model: "Model") -> "Mapping[str, float]":
    """`A` or `A=2,B=1`; a name that holds such signs itself is taken whole."""
    from tweetgen.errors import InputError

    if text in model.authors:
        return {text: 1.0}
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = part.rpartition("=") if "=" in part else (part, "", "1")
        try:
            shares[name.strip()] = float(share)
        except ValueError:
            raise InputError(f"--as {text}", f"{share!r} is no share", "write it as A=2,B=1") from None
    return shares


def _labels(given: "Sequence[str]") -> dict[str, str]:
    from tweetgen.errors import InputError

    labels = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise InputError(f"--label {each}", "names no value", "write it as kind=reply")
        labels[name.strip()] = value.strip()
    return labels


def _seed(seed: int | None) -> int:
    import secrets

    return secrets.randbits(32) if seed is None else seed


def _candidates(
    model: "Model", voice: "Mapping[str, float]", prefix: str, count: int, writing: "Writing", seed: int
) -> "list[Candidate]":
    from tweetgen.pipeline.generate import Wish, generate

    return generate(model, [Wish(voice, count, seed, prefix, writing)])[0]


def _interactively(
    instance: Instance,
    model: "Model",
    voice: "Mapping[str, float]",
    prefix: str,
    count: int | None,
    writing: "Writing",
    seed: int,
) -> list[str]:
    from tweetgen.cli.interactive import compose
    from tweetgen.errors import InputError

    if not sys.stdin.isatty() or not sys.stderr.isatty():
        raise InputError("--interactive", "there is no terminal to choose at", "run it in one, or leave it out")

    def finish(text: str) -> str:
        return _candidates(model, voice, text, 1, writing, seed)[0].text

    def ways(text: str) -> "list[tuple[str, float]]":
        return [(each.text, each.probability) for each in model.continuations(text, voice, min(count or 9, 9))]

    text = compose(instance.err, prefix, ways, finish)
    return [] if text is None else [text]


def _plain(candidates: "Sequence[Candidate]") -> str:
    texts = [candidate.text for candidate in candidates]
    between = "\n\n" if any("\n" in text for text in texts) else "\n"
    return between.join(texts) + "\n"


def _json(candidates: "Sequence[Candidate]") -> str:
    import json

    return json.dumps([asdict(candidate) for candidate in candidates], ensure_ascii=False, indent=1) + "\n"


def _csv(candidates: "Sequence[Candidate]") -> str:
    import csv
    import io

    table = io.StringIO()
    rows = [asdict(candidate) for candidate in candidates]
    writer = csv.DictWriter(table, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        row["voice"] = ",".join(f"{name}={share:.6g}" for name, share in row["voice"].items())
        row["temperature"] = ",".join(f"{number:g}" for number in row["temperature"])
        writer.writerow(row)
    return table.getvalue()


_FORMS = {"plain": _plain, "json": _json, "csv": _csv}


def _put(text: str, output: Path | None) -> None:
    if output is not None:
        from tweetgen.atomic import write_whole

        write_whole(output, text)
    elif sys.stdout.isatty():
        from tweetgen.cli.interactive import harmless

        click.echo(harmless(text), nl=False)
    else:
        click.echo(text, nl=False)
