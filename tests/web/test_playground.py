"""The playground over HTTP: texts written and told as they grow, gone on with, sent to review."""

import json
import re
import shutil
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.fakes.small_model import write_weights
from tweetgen.app import App
from tweetgen.model.model import Model
from tweetgen.web.live import Live
from tweetgen.web.studio import MOST, Studio

VOICE = {"Ada": 3, "Bob": 1}
MANNER = {"temperature": 0.9, "top_p": 0.95, "guidance": 1.5, "max_length": 60}
TEXTS = "/api/v1/models/tiny/texts"
WAYS = "/api/v1/models/tiny/continuations"
SUBMISSIONS = "/api/v1/accounts/keeper/submissions"


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of three authors, one of hundreds, one of nobody."""
    folder = tmp_path_factory.mktemp("networks")
    write_weights(folder / "tiny.safetensors", ["Ada", "Bob", "Cleo <b>"])
    write_weights(folder / "many.safetensors", [f"author {n}" for n in range(300)])
    write_weights(folder / "bare.safetensors", [])
    return folder


@pytest.fixture
def app(tmp_path: Path, networks: Path) -> Iterator[App]:
    """An instance with these models, and an account with a filter."""
    shutil.copytree(networks, tmp_path / "weights")
    (tmp_path / "config.yaml").touch()
    (tmp_path / "accounts").mkdir()
    account = "model: tiny\nvoice: {Ada: 1, Bob: 1}\nfilters: [{length: {max: 100}}]\n"
    (tmp_path / "accounts" / "keeper.yaml").write_text(account)
    opened = App.open(tmp_path, {})
    yield opened
    opened.close()


@pytest.fixture
def model(app: App) -> Model:
    return Model.load(app.base / "weights" / "tiny.safetensors")


@pytest.fixture
def api(pages: Any) -> httpx.Client:
    """A browser whose changes are those of our own pages."""
    page = pages.browser.get("/playground").text
    pages.browser.headers["x-tweetgen-token"] = page.split('name="tweetgen-token" content="')[1].split('"')[0]
    client: httpx.Client = pages.browser
    return client


def detail(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["detail"])


def test_texts_are_those_that_the_model_writes_with_these_seeds(api: httpx.Client, model: Model) -> None:
    asked = {"voice": VOICE, "count": 3, "seed": 7, "prefix": "the ", "writing": MANNER}
    items = api.post(TEXTS, json=asked).raise_for_status().json()["items"]
    expected = model.candidates(3, VOICE, "the ", seed=7, **MANNER)
    assert [one["text"] for one in items] == [one.text for one in expected]
    assert [one["seed"] for one in items] == [7, 8, 9]
    assert [one["log_likelihood"] for one in items] == [one.log_likelihood for one in expected]


def test_pieces_that_are_told_make_the_same_texts(api: httpx.Client) -> None:
    asked = {"voice": VOICE, "count": 64, "seed": 7, "writing": MANNER}
    whole = api.post(TEXTS, json=asked).json()["items"]
    pieces: dict[int, str] = defaultdict(str)
    ends = {}
    with api.stream("POST", f"{TEXTS}/stream", json=asked) as answer:
        assert answer.headers["content-type"] == "application/x-ndjson"
        for line in map(json.loads, answer.iter_lines()):
            assert line["index"] not in ends
            pieces[line["index"]] += line.pop("piece")
            if line.pop("done", False):
                ends[line["index"]] = line
    assert [ends[index] for index in range(64)] == whole
    assert [pieces[index] for index in range(64)] == [one["text"] for one in whole]


def test_without_a_seed_each_writing_is_another(api: httpx.Client) -> None:
    first, second = (api.post(TEXTS, json={"count": 4}).json()["items"] for _ in range(2))
    assert first[0]["seed"] != second[0]["seed"]


@pytest.mark.parametrize(
    ("asked", "status", "why"),
    [
        ({"voice": {"Adda": 1}}, 404, "'Ada'"),
        ({"voice": {"Ada": 0, "Bob": 0}}, 422, "all shares are 0"),
        ({"voice": {"Ada": -1}}, 422, "greater than or equal to 0"),
        ('{"voice": {"Ada": NaN}}', 422, "finite"),
        ('{"voice": {"Ada": Infinity}}', 422, "finite"),
        ({"voice": {"Ada": 1e308}}, 422, "1000000"),
        ({"voice": {str(n): 1 for n in range(300)}}, 422, "200 items"),
        ({"writing": {"temperature": 0}}, 422, "greater than 0"),
        ({"writing": {"temperature": 1e9}}, 422, "1000"),
        ({"writing": {"temperature": []}}, 422, "at least 1"),
        ({"writing": {"warmth": 1}}, 422, "warmth"),
        ({"writing": {"max_length": 5}, "prefix": "longer than that"}, 422, "max_length"),
        ({"writing": {"max_length": 5, "min_length": 6}}, 422, "max_length"),
        ({"prefix": "a\0b"}, 422, "pattern"),
        ('{"prefix": "\\ud800"}', 422, "prefix"),
        ({"prefix": "a" * 3000}, 422, "2000"),
        ({"count": 0}, 422, "count"),
        ({"count": 65}, 422, "count"),
        ({"seed": -1}, 422, "seed"),
        ({"seed": 2**64}, 422, "seed"),
        ({"seed": "seven"}, 422, "seed"),
        ("[]", 422, "body"),
        ("{", 422, "JSON"),
    ],
)
@pytest.mark.parametrize("path", [TEXTS, f"{TEXTS}/stream"])
def test_what_cannot_be_written_is_said(api: httpx.Client, path: str, asked: Any, status: int, why: str) -> None:
    body = asked if isinstance(asked, str) else json.dumps(asked)
    answer = api.post(path, content=body, headers={"content-type": "application/json"})
    assert why in detail(answer, status)


@pytest.mark.parametrize("name", ["tinny", "tiny.safetensors", "..", "%2e%2e%2ftiny", "a\0", "x" * 150])
def test_a_model_that_is_none_is_refused_with_the_nearest_name(api: httpx.Client, name: str, app: App) -> None:
    (app.base / "elsewhere.safetensors").touch()
    path = f"/api/v1/models/{name.replace(chr(0), '%00')}/texts"
    assert api.post(path, json={}).status_code == 404
    assert "'tiny'" in detail(api.post("/api/v1/models/tinny/texts", json={}), 404)


def test_no_path_of_a_file_is_a_model(app: App, model: Model) -> None:
    del model
    studio = Studio(lambda: app, lambda: None, None)  # type: ignore[arg-type,return-value]
    with pytest.raises(Exception, match="unknown model"):
        studio.model(str(app.base / "weights" / "tiny.safetensors"))


def test_as_many_as_may_write_at_a_time_do_and_the_next_is_asked_to_wait(api: httpx.Client, pages: Any) -> None:
    del pages
    entered, leave = threading.Semaphore(0), threading.Event()

    class Slow:
        authors = ()

        def generate(self, **_: object) -> None: ...

        def write(self, *_: object, **__: object) -> list[Any]:
            entered.release()
            leave.wait(20)
            return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Studio, "model", lambda *_: Slow())
        with httpx.Client(base_url=api.base_url, headers=api.headers, timeout=30) as other:
            waiting = [threading.Thread(target=other.post, args=(TEXTS,), kwargs={"json": {}}) for _ in range(MOST)]
            for one in waiting:
                one.start()
            for _ in waiting:
                assert entered.acquire(timeout=20)
            for path in (TEXTS, f"{TEXTS}/stream", WAYS):
                answer = api.post(path, json={})
                assert "try again" in detail(answer, 503)
                assert int(answer.headers["retry-after"]) > 0
            assert api.get("/playground?write=1&model=tiny").status_code == 503
            leave.set()
            for one in waiting:
                one.join()
        assert api.post(TEXTS, json={}).status_code == 200


def test_who_goes_away_breaks_the_writing_off(api: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    told, stopped = 0, threading.Event()

    class Endless:
        authors = ()

        def write(self, orders: object, heard: Any) -> None:
            nonlocal told
            try:
                while told < 10_000_000:
                    told += 1
                    heard(0, "x" * 1000, None)
                    if told % 100 == 0:
                        threading.Event().wait(0.001)
            finally:
                stopped.set()

    monkeypatch.setattr(Studio, "model", lambda *_: Endless())
    with api.stream("POST", f"{TEXTS}/stream", json={}) as answer:
        next(answer.iter_bytes())
    assert stopped.wait(20)
    assert told < 10_000_000


def test_events_come_in_order_and_errors_after_them() -> None:
    import asyncio

    async def read() -> tuple[list[int], str]:
        def work(tell: Any) -> None:
            for number in range(10_000):
                tell(number)
            raise ValueError("torn")

        found: list[int] = []
        try:
            async for batch in Live[int](work).batches():
                found += batch
        except ValueError as error:
            return found, str(error)
        return found, ""

    assert asyncio.run(read()) == (list(range(10_000)), "torn")


def test_continuations_are_those_of_the_model(api: httpx.Client, model: Model) -> None:
    items = api.post(WAYS, json={"text": "the ra", "voice": VOICE, "count": 5}).json()["items"]
    expected = model.continuations("the ra", VOICE, 5)
    assert [(one["text"], one["probability"]) for one in items] == [(one.text, one.probability) for one in expected]
    assert all(one["ends"] is not bool(one["text"]) for one in items)
    assert api.post(WAYS, json={}).status_code == 200
    assert "2000" in detail(api.post(WAYS, json={"text": "a" * 2001}), 422)
    assert "pattern" in detail(api.post(WAYS, json={"text": "\0"}), 422)
    assert "'Ada'" in detail(api.post(WAYS, json={"voice": {"Adda": 1}}), 404)


def test_authors_are_found_by_parts_of_their_names_page_by_page(api: httpx.Client) -> None:
    path, found, after = "/api/v1/models/many/authors", [], None
    while after != "the end":
        page = api.get(path, params={"q": "AUTHOR 1", "limit": 30, **({"after": after} if after else {})}).json()
        found += page["items"]
        after = page["next"] or "the end"
    assert found == sorted(f"author {n}" for n in range(300) if str(n).startswith("1"))
    assert api.get(path, params={"q": "nobody"}).json() == {"items": [], "next": None}
    assert api.get("/api/v1/models/bare/authors").json()["items"] == []
    assert "'many'" in detail(api.get("/api/v1/models/manny/authors"), 404)


def test_a_text_that_a_seed_writes_goes_to_review(api: httpx.Client, app: App) -> None:
    wish = {"voice": VOICE, "prefix": "the ", "writing": MANNER}
    one = api.post(TEXTS, json={**wish, "seed": 11}).json()["items"][0]
    sent = api.post(SUBMISSIONS, json={**wish, "model": "tiny", "seed": 11, "text": one["text"]})
    assert sent.status_code == 201
    (pending,) = app.store.candidates.pending("keeper")
    assert (pending.number, pending.text, pending.candidate.seed) == (sent.json()["number"], one["text"], 11)
    assert pending.candidate.voice == {"Ada": 0.75, "Bob": 0.25}
    assert [verdict.filter for verdict in pending.verdicts] == ["length"]
    (deed,) = [deed for deed in app.store.deeds.last() if deed.deed == "submit"]
    assert (deed.subject, deed.details["candidate"]) == ("keeper", pending.number)


def test_a_text_that_was_written_together_goes_to_review(api: httpx.Client, app: App) -> None:
    text = "the fog 👩🏽‍🚀"
    api.post(SUBMISSIONS, json={"model": "tiny", "voice": {"Ada": 2}, "text": text}).raise_for_status()
    (pending,) = app.store.candidates.pending("keeper")
    assert (pending.text, pending.candidate.voice, pending.candidate.temperature) == (text, {"Ada": 1.0}, ())


@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        ({"seed": 11, "text": "something else"}, 409, "writes something else"),
        ({"text": "long " * 30}, 422, "length"),
        ({"text": " "}, 422, "there is none"),
        ({"model": "tinny"}, 404, "'tiny'"),
        ({"model": "../tiny"}, 404, "'tiny'"),
        ({"voice": {"Adda": 1}}, 404, "'Ada'"),
        ({"text": "a\0b"}, 422, "pattern"),
    ],
)
def test_a_text_that_cannot_go_to_review_is_refused(
    api: httpx.Client, app: App, changes: Any, status: int, why: str
) -> None:
    answer = api.post(SUBMISSIONS, json={"model": "tiny", "voice": {"Ada": 2}, "text": "fog", **changes})
    assert why in detail(answer, status)
    assert app.store.candidates.pending("keeper") == []
    assert "'keeper'" in detail(
        api.post("/api/v1/accounts/keper/submissions", json={"model": "tiny", "text": "a"}), 404
    )


def test_the_page_writes_without_scripts_and_its_address_writes_the_same_again(api: httpx.Client, model: Model) -> None:
    query = "model=tiny&author=Ada&share=75&author=Bob&share=25&temperature=0.9&count=3&prefix=the+&seed=&write=1"
    page = api.get(f"/playground?{query}")
    texts = re.findall(r'<p class="text" dir="auto">([^<]*)</p>', page.text)
    address = re.search(r'id="share" class="[^"]*" href="([^"]*)"', page.text)
    assert address is not None
    link = address[1].replace("&amp;", "&")
    again = api.get(link)
    assert re.findall(r'<p class="text" dir="auto">([^<]*)</p>', again.text) == texts
    seed = int(parse_qs(urlsplit(link).query)["from"][0])
    assert len(texts) == 3
    assert model.generate(1, {"Ada": 75, "Bob": 25}, "the ", seed, temperature=0.9)[0].startswith("the ")
    assert 'name="seed" inputmode="numeric" pattern="[0-9]*" maxlength="19" value=""' in again.text


def test_the_page_sends_a_text_to_review_without_scripts(api: httpx.Client, app: App, model: Model) -> None:
    asked = "model=tiny&author=Ada&share=75&count=3&max_length=60&write=1&from=20"
    sent = api.post("/playground/submissions", data={"account": "keeper", "asked": asked, "seed": "21"})
    assert sent.status_code == 303
    (pending,) = app.store.candidates.pending("keeper")
    assert pending.candidate.text == model.generate(1, "Ada", seed=21, max_length=60)[0]
    assert f"candidate {pending.number}" in api.get(sent.headers["location"]).text


def test_a_page_shows_the_first_accounts_voice_and_all_of_few_authors(api: httpx.Client) -> None:
    page = api.get("/playground").text
    assert re.findall(r'name="author" value="([^"]+)"', page) == ["Ada", "Bob", "Cleo &lt;b&gt;"]
    assert "<b>" not in page


def test_a_model_of_hundreds_gets_a_search_and_a_small_page(api: httpx.Client) -> None:
    page = api.get("/playground?model=many")
    assert re.findall(r'name="author" value="([^"]+)"', page.text) == ["author 0"]
    assert 'id="add"' in page.text
    assert len(page.content) < 20_000
    more = api.get("/playground?model=many&author=author+0&share=10&add=author+7").text
    assert re.findall(r'name="author" value="([^"]+)"', more) == ["author 0", "author 7"]
    fewer = api.get("/playground?model=many&author=author+0&share=10&author=author+7&share=5&without=author+0").text
    assert re.findall(r'name="author" value="([^"]+)"', fewer) == ["author 7"]


def test_a_model_of_nobody_says_how_to_train_one(api: httpx.Client) -> None:
    page = api.get("/playground?model=bare&write=1&count=2")
    assert page.status_code == 200
    assert "tweetgen train" in page.text
    assert page.text.count('class="text"') == 2


@pytest.mark.parametrize(
    ("query", "status", "why"),
    [
        ("model=tinny", 404, "did you mean"),
        ("model=%00", 404, "unknown model"),
        ("model=tiny&author=Adda&share=1", 404, "did you mean"),
        ("model=tiny&author=Ada&share=-1", 422, "voice"),
        ("model=tiny&author=Ada&share=nan", 422, "voice"),
        ("model=tiny&author=Ada&share=lots", 422, "voice"),
        ("model=tiny&temperature=0", 422, "temperature"),
        ("model=tiny&temperature=1e9", 422, "temperature"),
        ("model=tiny&count=65", 422, "count"),
        ("model=tiny&seed=seven", 422, "seed"),
        ("model=tiny&prefix=%00", 422, "prefix"),
        ("model=tiny&prefix=%ed%a0%80&max_length=2", 422, "max_length"),
        ("model=tiny&from=seven", 422, "seed"),
    ],
)
@pytest.mark.parametrize("path", ["/playground", "/playground/together"])
def test_an_address_that_asks_for_nonsense_says_so_on_the_page(
    api: httpx.Client, path: str, query: str, status: int, why: str
) -> None:
    if path.endswith("together") and ("from" in query or "max_length" in query):
        return  # these are of written texts alone
    page = api.get(f"{path}?{query}&write=1")
    assert page.status_code == status
    assert why in page.text.split('role="alert">')[1].split("</p>")[0]
    assert 'id="model"' in page.text


def test_all_sliders_at_0_are_nobodys_voice(api: httpx.Client) -> None:
    page = api.get("/playground?model=tiny&author=Ada&share=0&write=1&count=1&seed=3")
    assert page.status_code == 200
    nobody = api.post(TEXTS, json={"seed": 3}).json()["items"][0]["text"]
    assert nobody in page.text.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&").replace(
        "&lt;", "<"
    ).replace("&gt;", ">")


def test_writing_together_without_scripts_goes_word_by_word_and_back(api: httpx.Client) -> None:
    path = "/playground/together"
    first = api.get(path, params={"model": "tiny", "text": "the"}).text
    word = re.findall(r'name="word" value="([^"]+)"', first)[0]
    second = api.get(path, params={"model": "tiny", "text": "the", "word": " fog"}).text
    assert word
    assert ">\nthe fog</textarea>" in second
    assert 'name="at" value="3"' in second
    back = api.get(path, params={"model": "tiny", "text": "the fog", "at": "3", "back": "1"}).text
    assert ">\nthe</textarea>" in back
    assert 'name="at"' not in back
    for nonsense in ("-1", "99999", "9" * 50, "x", "²"):
        assert api.get(path, params={"text": "the", "at": nonsense, "back": "1"}).status_code == 200


def test_tabs_keep_model_and_voice(api: httpx.Client) -> None:
    page = api.get("/playground?model=tiny&author=Ada&share=20&temperature=1.5").text
    assert 'href="/playground/together?model=tiny&amp;author=Ada&amp;share=20"' in page
    assert page.count('aria-current="page">') == 2
