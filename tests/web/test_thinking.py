"""How it thinks, over real HTTP: the numbers are the model's, the page draws them, and bad input is told so."""

import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.small_model import write_weights
from tweetgen.app import App
from tweetgen.model.model import Model
from tweetgen.web.rendering import STATIC
from tweetgen.web.strip import DASHES, Strip, cells, signed, visible
from tweetgen.web.thoughts import ExplanationOut, think

API = "/api/v1/models/tried/thoughts"
PAGE = "/playground/thinking"
TEXT = "fog again <b>&amp;</b> 🙂\nthe end"


@pytest.fixture
def model(app: App) -> Model:
    return Model.load(write_weights(app.base / "weights" / "tried.safetensors"))


def asked(pages: Any, **body: Any) -> Any:
    return pages.browser.post(API, json=body, headers=token(pages))


def token(pages: Any) -> dict[str, str]:
    found = re.search(r'name="tweetgen-token" content="([^"]+)"', pages.browser.get(PAGE).text)
    assert found
    return {"x-tweetgen-token": found[1]}


def test_the_api_answers_the_model_own_numbers(model: Model, pages: Any) -> None:
    answer = asked(pages, text=TEXT, voice={"Bob": 2, "Ada": 1}, alternatives=3)
    assert answer.status_code == 200
    told = answer.json()
    assert told["log_likelihood"] == pytest.approx(model.log_likelihood(TEXT, {"Bob": 2, "Ada": 1}), rel=1e-5)
    assert sum(thought["log_likelihood"] for thought in told["thoughts"]) == pytest.approx(told["log_likelihood"])
    assert "".join(thought["text"] for thought in told["thoughts"]) == told["text"] == TEXT
    assert {len(thought["alternatives"]) for thought in told["thoughts"]} == {3}
    assert [hand["author"] for hand in told["authors"]] == ["Ada", "Bob", "Cleo"]
    for hand in told["authors"]:
        assert hand["log_likelihood"] == pytest.approx(model.log_likelihood(TEXT, hand["author"]), rel=1e-5)
        assert sum(hand["gains"]) == pytest.approx(hand["gain"])
    assert sum(hand["probability"] for hand in told["authors"]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"text": "x" * 1001}, 422),
        ({"text": 7}, 422),
        ({"text": "fog", "alternatives": 21}, 422),
        ({"text": "fog", "alternatives": -1}, 422),
        ({"text": "fog", "voice": {"Ada": -1}}, 422),
        ({"text": "fog", "voice": {"Ada": 0}}, 422),
        ({"text": "fog", "voice": {"Dora": 1}}, 404),
        ({"text": "fog", "authors": ["Dora"]}, 404),
        ({"text": "fog", "authors": ["Ada"] * 17}, 422),
        ({"text": "fog", "mood": "calm"}, 422),
        ({"text": "fog\x00 \u0301", "voice": {}}, 200),
        ({"text": ""}, 200),
    ],
)
def test_what_does_not_fit_is_a_problem(model: Model, pages: Any, body: dict[str, Any], status: int) -> None:
    answer = asked(pages, **body)
    assert answer.status_code == status
    if status != 200:
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_lone_surrogate_is_refused(model: Model, pages: Any) -> None:
    headers = {**token(pages), "content-type": "application/json"}
    assert pages.browser.post(API, content=b'{"text": "\\ud83d"}', headers=headers).status_code == 422


@pytest.mark.parametrize("name", ["nobody", "..%2Ftried", "tried.safetensors"])
def test_only_the_instance_own_models_are_known(model: Model, app: App, pages: Any, name: str) -> None:
    answer = pages.browser.post(f"/api/v1/models/{name}/thoughts", json={"text": "fog"}, headers=token(pages))
    assert answer.status_code == 404
    shutil.copy(app.base / "weights" / "tried.safetensors", app.base / "other.safetensors")
    page = pages.browser.get(PAGE, params={"model": str(app.base / "other.safetensors")})
    assert page.status_code == 404


def test_the_page_draws_every_token_and_tells_its_numbers(model: Model, pages: Any) -> None:
    answer = pages.browser.get(PAGE, params={"model": "tried", "text": TEXT, "author": "Ada"})
    assert answer.status_code == 200
    page = answer.text
    thoughts = model.explain(TEXT, "Ada").thoughts
    assert len(re.findall(r'<svg class="token[^"]*" role="img" data-place=', page)) == len(thoughts)
    assert page.count("<title>") == len(thoughts) + 2  # of the page, of the start
    assert f"{model.explain(TEXT, 'Ada').bits_per_character:.2f} bits per character" in page
    assert "<b>&amp;" not in page
    assert "style=" not in page
    assert page.count("<tr>") == len(thoughts) + 2
    assert re.search(r"<option selected>\s*Ada", page)
    assert "fog again &lt;b&gt;&amp;amp;&lt;/b&gt; 🙂\nthe end</textarea>" in page
    found = re.search(r'id="thoughts-data">(.*?)</script>', page)
    assert found
    assert json.loads(found[1])["text"] == TEXT


def test_the_page_without_a_text_explains_an_example(model: Model, pages: Any) -> None:
    page = pages.browser.get(PAGE, params={"model": "tried"}).text
    assert "The sea is calm tonight" in page
    empty = pages.browser.get(PAGE, params={"model": "tried", "text": ""}).text
    assert empty.count("data-place=") == 1  # the end alone


def test_the_page_reads_as_a_blend_and_forgets_authors_another_model_had(model: Model, pages: Any) -> None:
    page = pages.browser.get(PAGE, params={"model": "tried", "author": ["Ada", "Bob"], "share": ["3", "1"]}).text
    assert "Ada 75%" in page
    assert "Bob 25%" in page
    page = pages.browser.get(PAGE, params={"model": "tried", "author": "Dora"}).text
    assert "tried does not know Dora" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "x" * 1001},
        {"text": "x" * 2001},
        {"author": ["Ada"], "share": ["1", "2"]},
        {"author": ["Ada"], "share": ["much"]},
        {"author": ["Ada"], "share": ["inf"]},
        {"author": ["Ada"] * 201},
    ],
)
def test_the_page_says_what_does_not_fit(model: Model, pages: Any, wrong: dict[str, Any]) -> None:
    answer = pages.browser.get(PAGE, params={"model": "tried", **wrong})
    assert answer.status_code == 422
    assert "That does not fit" in answer.text


def test_line_ends_of_a_form_count_once(model: Model, pages: Any) -> None:
    text = "a\r\n" * 500
    assert pages.browser.get(PAGE, params={"model": "tried", "text": text}, timeout=60).status_code == 200


def test_lines_join_from_token_to_token_and_names_do_not_overlap(model: Model) -> None:
    strip = Strip(think(model, "fog again and again", {}, [], 2))
    columns = [column for word in strip.words for column in word]
    for line in range(3):
        for one, other in pairwise(columns):
            for before, after in ((one.total, other.total), (one.each, other.each)):
                left = before[line].path.rsplit("L", 1)[1].split()[1]
                right = after[line].path[1:].split("L")[0].split()[1]
                assert left == right
    for labels in (strip.total_labels, strip.each_labels):
        heights = sorted(label.y for label in labels)
        assert all(lower - upper > 14 for upper, lower in pairwise(heights))
        assert heights[-1] <= strip.full_height


def test_words_stay_together_and_right_to_left_is_noticed(model: Model) -> None:
    def strip(text: str) -> Strip:
        return Strip(think(model, text, {}, [], 1))

    words = ["".join(column.thought.text for column in word) for word in strip("fog at sea\n🙂").words]
    assert words == ["fog", " at", " sea", "\n", "🙂", ""]
    assert [strip(text).rtl for text in ("fog שלום", "שלום fog", "123 שלום", "", "123")] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_what_cannot_be_seen_is_shown_as_signs() -> None:
    assert [visible(text) for text in ("", " ", "\n", "\r\n", "\t", "a\nb", "\x00", "fog")] == [
        "END", "␣", "↵", "↵", "⇥", "a↵b", "␀", "fog",
    ]  # fmt: skip
    assert [cells(text) for text in ("fog", "🙂", "👩‍👩‍👧", "e\u0301", "漢字", "🇫🇷")] == [3, 2, 2, 1, 4, 2]
    assert [signed(bits) for bits in (1.26, -0.5, 0.04, -0.04)] == ["+1.3", "−0.5", "0", "0"]


def test_a_model_without_authors_has_no_lines(pages: Any, app: App) -> None:
    write_weights(app.base / "weights" / "plain.safetensors", authors=(), attention="none")
    page = pages.browser.get(PAGE, params={"model": "plain"}).text
    assert "there is nobody to compare" in page
    assert "This network has no attention" in page
    assert 'class="lines' not in page


def test_json_and_page_tell_the_same(model: Model, pages: Any) -> None:
    told = ExplanationOut.model_validate(asked(pages, text="fog").json())
    for thought in told.thoughts[:-1]:
        assert f"{thought.bits:.1f} bits" in pages.browser.get(PAGE, params={"model": "tried", "text": "fog"}).text
    assert Path(told.model).name == "tried"


def test_dashes_are_those_of_the_style() -> None:
    style = (STATIC / "thinking.css").read_text()
    for line, dashes in enumerate(DASHES):
        assert f".l{line} {{ --line-of: var(--l{line}); --dashes: {' '.join(map(str, dashes)) or 'none'}; }}" in style
