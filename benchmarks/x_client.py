"""What the client of X itself costs: a long timeline read page by page from a small X in another process.

python -m benchmarks.x_client [--posts 100000] [--own]   (--own signs every request, as OAuth 1.0a wants)
"""

import argparse
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from tweetgen_plugins._x.client import open_client
from tweetgen_plugins._x.port import BearerToken, UserKeys, XClient, XCredentials


@contextmanager
def small_x(posts: int) -> Iterator[tuple[str, BearerToken, UserKeys]]:
    """Its address, and two logins."""
    command = [sys.executable, "-u", "-m", "tests.fakes.x", "--port", "0", "--posts", str(posts)]
    with subprocess.Popen([*command, "--history", str(posts)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = re.findall(r"http\S+", process.stdout.readline())[0]
        token = process.stdout.readline().split()[-1]
        keys = process.stdout.readline().split(": ")[1].split()
        try:
            yield url, BearerToken(token), UserKeys(*keys)
        finally:
            process.terminate()


def read_all(client: XClient, user: str) -> Iterator[int]:
    """How many posts each page had."""
    token, first = None, True
    while first or token:
        page = client.posts(user, token=token)
        token, first = page.next_token, False
        yield len(page.posts)


def peak() -> float:
    """Of this process, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--own", action="store_true")
    given = parser.parse_args()
    with small_x(given.posts) as (url, token, keys):
        credentials: XCredentials = keys if given.own else token
        client = open_client(credentials, base_url=url, now=lambda: datetime.now(UTC))
        wall, own, posts, early = time.perf_counter(), time.process_time(), 0, 0.0
        for number, count in enumerate(read_all(client, "1000")):
            posts += count
            early = early or (peak() if number == 20 else 0.0)
        wall, own = time.perf_counter() - wall, time.process_time() - own
    print(f"{posts:,} posts in {wall:.1f} s, of which {own:.1f} s our own: {own / posts * 1e3:.3f} ms a post")
    print(f"peak {early:.1f} MiB after 21 pages, {peak():.1f} MiB at the end")


if __name__ == "__main__":
    main()
