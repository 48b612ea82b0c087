"""The corpus in numbers: as it is when somebody asks, and not counted once for each who waits."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tweetgen.domain import Post
from tweetgen.pipeline import overview as module
from tweetgen.pipeline.overview import Counting
from tweetgen.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'state.db'}") as opened:
        yield opened


def test_it_is_counted_again_once_posts_have_come(store: Store) -> None:
    counting = Counting()
    assert counting.overview(store).posts == 0
    store.add_page(None, [Post("ada", "fog", "1", "jsonl")])
    assert counting.overview(store).posts == 1
    assert counting.overview(store) is counting.overview(store)


def test_those_who_wait_while_posts_come_in_share_one_count(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    counting, counts, looks = Counting(), 0, iter(range(100))
    begun, go, all_asked = threading.Event(), threading.Event(), threading.Event()
    summaries = store.summaries

    class Clock:
        @staticmethod
        def monotonic() -> int:
            look = next(looks)
            if look == 8:  # the first looks at it twice, each of the others once before they wait
                all_asked.set()
            return look

    def slow(*about: Any) -> Any:
        nonlocal counts
        counts += 1
        number = str(counts)
        begun.set()
        assert go.wait(30)
        found = summaries(*about)
        store.add_page(None, [Post("ada", f"fog {number}", number, "jsonl")])
        return found

    monkeypatch.setattr(store, "summaries", slow)
    monkeypatch.setattr(module, "time", Clock)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(counting.overview, store)
        assert begun.wait(30)
        others = [pool.submit(counting.overview, store) for _ in range(7)]
        assert all_asked.wait(30)
        go.set()
        for each in [first, *others]:
            assert each.result(30).posts <= 2
    assert counts == 2
