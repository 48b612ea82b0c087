"""A long history collected from a small X in another process, 100 a page, into SQLite: our own time and memory.

python -m benchmarks.collect_x [--posts 100000]

Pages are read, counted against limits and budget, and stored with how far the author is read; then once more, with
nothing new. The small X's time is not ours.
"""

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.x_client import peak, small_x
from tweetgen.app import App
from tweetgen.domain import Json
from tweetgen.pipeline.collect import Collected, Progress, collect


def configure(folder: Path, url: str, token: str, posts: int) -> App:
    """An instance that learns from one author of the small X."""
    (folder / "token").write_text(token)
    (folder / "config.yaml").write_text(
        f"sources: [x: {{authors: [keeper], base_url: '{url}', bearer_token: {{$file: token}}, max_posts: {posts},"
        " budget: {per_day: null, per_month: null}}]\n"
    )
    return App.open(folder)


def timed(app: App, early: list[float]) -> tuple[Collected, float, float]:
    """One collect: what came, seconds in all, and seconds of our own; memory after 20 pages goes to `early`."""
    pages = 0

    def note(_: Progress) -> None:
        nonlocal pages
        pages += 1
        if pages == 20:
            early.append(peak())

    wall, own = time.perf_counter(), time.process_time()
    collected = collect(app.store, app.sources(), notify=note)
    return collected, time.perf_counter() - wall, time.process_time() - own


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=100_000)
    given = parser.parse_args()
    early: list[float] = []
    with small_x(given.posts) as (url, token, _), tempfile.TemporaryDirectory() as folder:
        app = configure(Path(folder), url, token.token, given.posts)
        collected, wall, own = timed(app, early)
        if collected.new != given.posts or collected.problems:
            raise SystemExit(f"{collected.new:,} of {given.posts:,} posts came: {collected.problems}")
        again, _, nothing = timed(app, early)
        cursors: dict[str, Json] = app.store.cursors("x")
        app.close()
    each = own / collected.new * 1e3
    print(f"{collected.new:,} posts in {wall:.1f} s, of which {own:.1f} s our own: {each:.3f} ms a post")
    print(f"peak {early[0]:.1f} MiB after 20 pages, {peak():.1f} MiB at the end; {len(cursors)} cursor")
    print(f"nothing new: {again.new} posts, {nothing * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
