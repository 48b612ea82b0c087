"""The search for the way of writing most like real posts, with writers whose best way is known."""

from collections.abc import Sequence
from random import Random

import pytest

from tweetgen.errors import InputError
from tweetgen.pipeline.distance import difference, measures, score
from tweetgen.pipeline.samples import Sample
from tweetgen.pipeline.texts import Text
from tweetgen.pipeline.tune import Tried, Tuner
from tweetgen.pipeline.ways import SWEPT, around, changes, coarse, described, key
from tweetgen.pipeline.yardstick import Beside, Each, Yardstick, as_one, in_proportion
from tweetgen.settings import Writing

WORDS = {
    "Ada": ["fog", "gull", "keeper", "lamp", "stair", "storm", "tide", "wick", "oil", "beam", "rock", "sail", "night"],
    "Bob": ["spoon", "fork", "silver", "tray", "museum", "visitor", "ladle", "tin", "pewter", "shelf", "case", "cup"],
}
RARE = [f"zz{number}" for number in range(40)]


def post(author: str, chance: Random) -> str:
    words = WORDS[author]
    return " ".join(chance.choice(words) for _ in range(chance.randint(4, 9)))


def posts(count: int, seed: int) -> list[Text]:
    chance = Random(seed)
    return [Text(author, post(author, chance)) for _ in range(count) for author in WORDS]


LEARNT, REAL = posts(150, 1), posts(40, 2)


def write(count: int, seed: int, writing: Writing) -> Sequence[Sample]:
    """As real posts at temperature 0.9; colder says the same again, hotter garbles, guidance adds nothing."""
    written = []
    for number in range(count):
        chance = Random(seed + number)
        author = ("Ada", "Bob")[number % 2]
        words = post(author, chance).split()
        off = writing.temperature[0] - 0.9
        for place in range(len(words)):
            if chance.random() < min(abs(off) * 2, 1.0):
                words[place] = WORDS[author][0] if off < 0 else chance.choice(RARE)
        written.append(Sample(author, " ".join(words), complete=off < 0.5))
    return written


@pytest.fixture(scope="module")
def yardstick() -> Yardstick:
    return Yardstick(LEARNT, REAL, 80)


def scored(yardstick: Yardstick, temperature: float) -> float:
    return score(measures(yardstick.beside(write(60, 7, Writing(temperature=(temperature,))))))


def test_as_real_is_best_and_neither_cold_nor_hot_is_any_good(yardstick: Yardstick) -> None:
    cold, right, hot = (scored(yardstick, temperature) for temperature in (0.1, 0.9, 1.6))
    assert right < 0.25 < min(cold, hot)
    assert max(cold, hot) <= 1


def test_real_posts_copied_are_found_though_every_judge_is_pleased(yardstick: Yardstick) -> None:
    copies = [Sample(text.author, text.text) for text in LEARNT[:60]]
    found = measures(yardstick.beside(copies))
    assert found["copied"][0] > 0.9
    assert found["new"][0] == 0
    assert score(found) > scored(yardstick, 0.9) + 0.1


def test_a_difference_that_is_none_is_not_told_as_one(yardstick: Yardstick) -> None:
    one, same = (yardstick.beside(write(60, seed, Writing(temperature=(0.9,)))) for seed in (7, 1_000))
    cold = yardstick.beside(write(60, 7, Writing(temperature=(0.2,))))
    assert not difference(one, same, 200).better
    found = difference(one, cold, 200)
    assert found.better
    assert found.low < found.high < 0
    assert not difference(cold, one, 200).better
    assert difference(one, one, 50).mean == 0


class Ruler(Yardstick):
    """Looks at lengths alone, which takes no time: real posts have 30 characters."""

    def __init__(self) -> None:
        self._real = Each.of(["x" * 30] * 20, {})

    def beside(self, samples: Sequence[Sample]) -> Beside:
        return Beside(Each.of([sample.text for sample in samples], {}), self._real)


def long(count: int, seed: int, writing: Writing) -> Sequence[Sample]:
    """Nearest to 30 characters at temperature 1.12, min_p and guidance 1.75."""
    off = 100 * abs(writing.temperature[0] - 1.12) + (writing.min_p is None) + 4 * abs(writing.guidance - 1.75)
    return [Sample("Ada", "x" * (30 + round(off) + (seed + number) % 2)) for number in range(count)]


def test_the_search_goes_from_coarse_to_fine_and_ends() -> None:
    seeds: set[tuple[int, int]] = set()

    def noted(count: int, seed: int, writing: Writing) -> Sequence[Sample]:
        seeds.add((count, seed))
        return long(count, seed, writing)

    heard: list[int] = []
    present = Writing(temperature=(0.3,), max_length=200)
    found = Tuner(noted, Ruler(), 30, heard=lambda tried: heard.append(len(tried))).tune(present)
    assert found.chosen.temperature[0] == pytest.approx(1.12, abs=0.04)
    assert found.chosen.guidance == pytest.approx(1.75, abs=0.3)
    assert found.chosen.min_p is not None
    assert (found.chosen.max_length, found.stopped) == (200, False)
    assert found.tried[0].writing == present
    assert heard == list(range(1, len(found.tried) + 1))
    assert len({key(tried.writing) for tried in found.tried}) == len(found.tried) < 70
    assert {count for count, _ in seeds} == {30, 60}
    assert len(seeds) == 2  # all ways from the same ones, the proof from others


def test_where_the_present_way_is_as_good_nothing_is_changed(yardstick: Yardstick) -> None:
    present = Writing(temperature=(0.9,))
    found = Tuner(write, yardstick, 30, going=lambda: False).tune(present)
    assert (found.stopped, found.gain, found.chosen) == (True, None, present)
    assert [tried.writing for tried in found.tried] == [present]


def test_an_interrupted_search_keeps_the_best_so_far(yardstick: Yardstick) -> None:
    def interrupted(tried: Sequence[Tried]) -> None:
        if len(tried) == 6:
            raise KeyboardInterrupt

    found = Tuner(write, yardstick, 30, heard=interrupted).tune(Writing(temperature=(0.2,)))
    assert found.stopped
    assert len(found.tried) == 6
    assert found.chosen.temperature == (0.9,)


def test_a_second_interruption_goes_through(yardstick: Yardstick) -> None:
    def never(count: int, seed: int, writing: Writing) -> Sequence[Sample]:
        if count == 60:
            raise KeyboardInterrupt
        return write(count, seed, writing)

    with pytest.raises(KeyboardInterrupt):
        Tuner(never, yardstick, 30, going=lambda: False).tune(Writing())


def test_too_few_held_out_posts_are_told() -> None:
    with pytest.raises(InputError, match="19 held-out posts"):
        Yardstick(LEARNT, REAL[:19], 80)


def test_a_voice_without_others_is_measured_without_the_judge_of_authors() -> None:
    alone = [text._replace(author="") for text in REAL]
    samples = [Sample("", sample.text) for sample in write(40, 7, Writing())]
    found = measures(Yardstick(as_one(LEARNT, {}, ""), alone, 80).beside(samples))
    assert "voice" not in found
    assert score(found) < 1


def test_texts_without_a_word_break_nothing(yardstick: Yardstick) -> None:
    found = measures(yardstick.beside([Sample("Ada", "!", complete=False) for _ in range(20)]))
    assert "new" not in found
    assert score(found) > 0.5


def test_a_blend_is_held_against_its_authors_by_their_shares() -> None:
    found = in_proportion(REAL, {"Ada": 0.75, "Bob": 0.25})
    assert [text.author for text in found].count("Ada") == 40
    assert [text.author for text in found].count("Bob") == 13
    assert in_proportion(REAL, {}) == REAL
    assert in_proportion(REAL, {"Zoe": 1.0}) == []
    assert {text.author for text in as_one(REAL, {"Ada": 1}, "x")} == {"x", "Bob"}


def test_ways_change_what_is_swept_and_nothing_else() -> None:
    present = Writing(temperature=(0.5, 1.0), top_p=0.9, guidance=1.2, min_length=30, candidates=12)
    for way in [*coarse(present), *around(present)]:
        assert (way.min_length, way.candidates, way.top_k) == (30, 12, None)
    assert all(sum(each is not None for each in (way.top_p, way.min_p, way.typical_p)) < 2 for way in coarse(present))
    assert len(set(map(key, coarse(present)))) == 20
    chosen = Writing(temperature=(0.9,), min_p=0.05, guidance=1.2)
    assert changes(present, chosen) == {"temperature": 0.9, "top_p": None, "min_p": 0.05}
    assert set(changes(present, chosen)) <= set(SWEPT)
    assert described(present) == "temperature 0.5/1, top_p 0.9, guidance 1.2"
