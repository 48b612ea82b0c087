"""An instance that learns from the small X."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.fakes.x import FakePost, Running
from tweetgen.app import App
from tweetgen.config.secrets import ENV
from tweetgen.domain import Post
from tweetgen.pipeline.collect import Collected, collect


@dataclass
class Desk:
    """Its files, and what it was opened as, one time after the other."""

    folder: Path
    x: Running
    environment: dict[str, str]
    opened: list[App]

    def configure(self, *authors: str, top: dict[str, Any] | None = None, **settings: Any) -> App:
        """Write config.yaml and open the instance."""
        login = {} if "consumer_key" in settings else {"bearer_token": {ENV: "TOKEN"}}
        entry = {"authors": list(authors), "base_url": self.x.url, "read_seconds": 5.0, **login, **settings}
        (self.folder / "config.yaml").write_text(yaml.safe_dump({"sources": [{"x": entry}], **(top or {})}))
        self.opened.append(App.open(self.folder, self.environment))
        return self.opened[-1]

    def collect(self, *authors: str, **settings: Any) -> Collected:
        """One `tweetgen collect`; what X was asked is counted anew."""
        app = self.configure(*authors, **settings)
        self.x.world.requests.clear()
        return collect(app.store, app.sources())

    def posts(self) -> list[Post]:
        return [stored.post for stored in self.opened[-1].store.posts()]

    def ids(self, author: str | None = None) -> list[str]:
        return sorted((post.id for post in self.posts() if author in (None, post.author)), key=int)


def names(posts: Sequence[FakePost]) -> list[str]:
    return [str(post.id) for post in posts]
