"""`tweetgen import`: the posts of one file, once."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tweetgen.cli.instance import Instance
from tweetgen.errors import InputError

if TYPE_CHECKING:
    from tweetgen.domain import Json
    from tweetgen.plugins import ConfiguredSource

_BY_SUFFIX = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "textfile",
    ".zip": "x_archive",
    ".js": "x_archive",
}
# columns of the tweets.csv of old archives
_OLD_ARCHIVE = (b"tweet_id", b"retweeted_status_id")


def _paths(ctx: click.Context, param: click.Parameter, names: tuple[str, ...]) -> tuple[Path, ...]:
    """An empty name, as of an unset variable of the shell, would be the current folder."""
    if "" in names:
        raise click.BadParameter("a name is empty", ctx, param)
    return tuple(map(Path, names))


@click.command(short_help="Bring in the posts of one file")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", callback=_paths)
@click.option("--author", metavar="A", help="Who wrote the posts that name nobody.")
@click.option(
    "--format", "form", metavar="NAME", help="jsonl, csv, textfile or x_archive; else told by the file."
)
@click.option("--encoding", metavar="NAME", help="Of a text file that is not UTF-8, e.g. cp1252.")
@click.option(
    "--delimiter", metavar="D", help=r"csv: between columns; textfile: between posts (\n and \t are known)."
)
@click.option("--whole", is_flag=True, help="textfile: each file is one long text.")
@click.option("--max-line", type=click.IntRange(min=1), metavar="N", help="Bytes of the longest line read (1000000).")
@click.option("--text-column", metavar="KEY", help="Column (csv) or key (jsonl) of the text.")
@click.option("--author-column", metavar="KEY", help="Column (csv) or key (jsonl) of the author.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.pass_obj
def command(
    instance: Instance, /, files: tuple[Path, ...], form: str | None, as_json: bool, **given: Any
) -> None:
    """Bring in the posts of each FILE.

    It may be JSON Lines, CSV, plain text (one post a line), or an X archive (zip or folder).
    A file may be imported again when it has grown: posts known already are passed over.

    \b
    Examples:
      tweetgen import posts.jsonl.gz
      tweetgen import poems.txt --author ada --delimiter '\\n\\n'
      tweetgen import export.csv --text-column full_text --author-column handle
      tweetgen import twitter-2024-05-01.zip
    """
    from tweetgen.cli.intake import finish, take_in

    sources = [_source(instance, path, form or guess(path), given) for path in files]
    collected, duplicates = take_in(instance, instance.app.store, sources, remember=False)
    if not collected.authors and not collected.failed:
        names = ", ".join(map(str, files[:3])) + (", …" if len(files) > 3 else "")
        collected.failed.append(names)
        if not collected.problem_count:
            collected.report([f"{names}: no post in it; name a file of JSON Lines, CSV or text, or an X archive"])
    collected.problems = [as_options(problem) for problem in collected.problems]
    finish(instance, collected, duplicates, as_json, "tweetgen train" if collected.new else "tweetgen corpus")


def guess(path: Path) -> str:
    """The source plugin that reads such a file, by its name, else by its beginning."""
    if path.is_dir():
        return _guess_folder(path)
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(".csv") and all(column in _beginning(path) for column in _OLD_ARCHIVE):
        return "x_archive"  # of 2012 to 2018
    return _BY_SUFFIX.get(Path(name).suffix) or _guess_content(path)


def _guess_folder(folder: Path) -> str:
    if (folder / "data").is_dir() or (folder / "tweet.js").exists():
        return "x_archive"
    for path in sorted(folder.iterdir()):
        if (found := _BY_SUFFIX.get(Path(path.name.lower().removesuffix(".gz")).suffix)) is not None:
            return found
    raise InputError(str(folder), f"no file in it ends in {', '.join(_BY_SUFFIX)}", "name the files, and a --format")


def _guess_content(path: Path) -> str:
    start = _beginning(path).lstrip()
    if start.startswith(b"PK\x03\x04"):
        return "x_archive"
    return "jsonl" if start.startswith(b"{") else "textfile"


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError:
        return b""  # the source will say what is wrong with the file


def as_options(problem: str) -> str:
    """The remedy of a source, which speaks of settings, in terms of this command's options."""
    problem = re.sub(r"`(?:columns|keys): \{(text|author): [^`]*\}`", r"`--\1-column KEY`", problem)
    return re.sub(
        r"`(author|encoding|delimiter|max_line):(?: ([^`]+))?`",
        lambda found: f"`--{found[1].replace('_', '-')} {found[2] or found[1].upper()}`",
        problem.replace("mend `path:`", "name another"),
    )


def _source(instance: Instance, path: Path, form: str, given: dict[str, Any]) -> "ConfiguredSource":
    """The plugin as `config.yaml` would make it; its settings are absolute paths and what the options say."""
    settings: dict[str, Json] = {"path": str(path.absolute())}
    for option in ("author", "encoding", "max_line"):
        if given[option] is not None:
            settings[option] = given[option]
    if given["delimiter"] is not None:
        settings["delimiter"] = given["delimiter"].replace("\\n", "\n").replace("\\t", "\t")
    elif form == "csv" and ".tsv" in path.suffixes:
        settings["delimiter"] = "\t"
    if given["whole"]:
        settings["whole"] = True
    keys: dict[str, Json] = {
        name: given[f"{name}_column"] for name in ("text", "author") if given[f"{name}_column"] is not None
    }
    if keys:
        settings["columns" if form == "csv" else "keys"] = keys
    return instance.app.source(form, settings)
