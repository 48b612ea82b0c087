"""The guide for reviewers names every queue and every setting of its own."""

import re
from pathlib import Path

import pytest

from tweetgen.cli.review_session import HELP
from tweetgen.plugins import Plugins


@pytest.fixture(scope="module")
def guide(root: Path) -> str:
    return (root / "docs" / "reviewing.md").read_text(encoding="utf-8")


def test_every_queue_has_a_chapter_with_every_setting(guide: str) -> None:
    for offer in Plugins.load().review_queues:
        chapter = re.split(r"^#+ ", guide.partition(f"\n### {offer.name}\n")[2], flags=re.M)[0]
        assert chapter, offer.name
        if offer.name != "webhook":  # its settings are told where the other webhooks' are
            assert set(re.findall(r"^\| `(\w+)` \|", chapter, flags=re.M)) == set(offer.settings.model_fields)


def test_every_key_is_told(guide: str) -> None:
    keys = set(re.findall(r"^(\S+) +", HELP, flags=re.M)) - {"space"}
    assert keys <= set(re.findall(r"`(.)`", guide))
