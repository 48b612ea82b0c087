"""Starts a small X for people: `python -m tests.fakes.x --port 8080`."""

import argparse
import time
from datetime import UTC, datetime, timedelta

from .server import running
from .world import FakeUser, World

_WORDS = ("gull", "tern", "heron", "fog", "log", "tide", "lamp", "again")


def main() -> None:
    """Serve until interrupted."""
    arguments = argparse.ArgumentParser(prog="python -m tests.fakes.x", description=__doc__)
    arguments.add_argument("--port", type=int, default=8080)
    arguments.add_argument("--posts", type=int, default=500, help="how many posts each user has (default 500)")
    arguments.add_argument("--history", type=int, default=3200, help="how many of them X shows (default 3200)")
    arguments.add_argument("--names", choices=["new", "old", "both"], default="new", help="field names understood")
    chosen = arguments.parse_args()
    world = World(names=chosen.names, history=chosen.history, record=False)
    users = [world.add_user(name) for name in ("keeper", "owl", "bot")]
    for user in users[:2]:
        fill(world, user, chosen.posts)
    keys = world.logins.user_keys(users[2].id)
    client, _ = world.logins.client()
    with running(world, chosen.port) as x:
        print(f"base_url: {x.url}   users: {', '.join(user.username for user in users)}")
        print(f"app's bearer token: {world.logins.app_token()}")
        print(
            f"keys of @bot: {keys.consumer_key} {keys.consumer_secret} {keys.access_token} {keys.access_token_secret}"
        )
        print(f"OAuth 2.0 client: {client}   authorize at {x.url}/i/oauth2/authorize")
        print(f"ledger: GET {x.url}/_fake/ledger   a fault: POST {x.url}/_fake/faults")
        print(f"""  e.g. curl -d '{{"how": "limited", "endpoint": "create", "seconds": 60}}' {x.url}/_fake/faults""")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            print("bye")


def fill(world: World, user: FakeUser, posts: int) -> None:
    """Posts of the last years, one an hour."""
    begin = datetime.now(UTC) - timedelta(hours=posts)
    for number in range(posts):
        words = " ".join(_WORDS[(number * step) % len(_WORDS)] for step in (1, 3, 5))
        world.write(user, f"{words}, log {number}", at=begin + timedelta(hours=number))


if __name__ == "__main__":
    main()
