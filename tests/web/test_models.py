"""The pages and the API of models: what files say, what compares, samples that stay the same, votes that stay blind."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Writes = Callable[..., Path]


def held(right: float, digest: str | None = "d1", none: float = 3.0, wrong: float | None = 3.5) -> dict[str, Any]:
    told = {"posts": 9, "bits_per_character": {"right": right, "none": none, "wrong": wrong}}
    return told if digest is None else {**told, "held_out": digest}


CURVE = [[5, 100, 4.0, 3.5], [10, 200, 3.0, 2.75], [15, 300, 2.5, 2.5]]
REPORT = {
    **held(2.5, "all1"),
    "curve": CURVE,
    "finished": True,
    "attribution": 0.75,
    "novelty": {"samples": 100, "verbatim": 0.02, "longest_run": 4, "novel_4grams": 0.9},
    "authors": {"ada": held(2.25, "ada1"), "bob": held(2.75, "bob1")},
}
ORIGIN = {
    "authors": {"ada": 40, "bob": 30},
    "training": {"minutes": 5.0, "seed": 0},
    "date": "2026-01-02T03:04:05+00:00",
}


@pytest.fixture
def first(model_file: Writes) -> Path:
    return model_file("first", 1, origin=ORIGIN, report=REPORT)


@pytest.fixture
def second(model_file: Writes, first: Path) -> Path:
    was = {"digest": "gone", "origin": ORIGIN, "report": REPORT, "tokens": {"level": "char", "size": 258}}
    origin = {
        "authors": {"ada": 55, "cleo": 20},
        "training": {"minutes": 2.0, "seed": 0},
        "parent": "second",
        "parent_was": was,
    }
    report = {**held(2.4, "all2"), "authors": {"ada": held(2.0, "ada1"), "cleo": held(2.8, "cleo1")}}
    return model_file("second", 2, ("ada", "cleo"), origin, report)


def token_of(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def ballot_of(page: str) -> str:
    found = re.search(r'name="ballot" value="([^"]+)"', page)
    assert found
    return found[1]


# ── what files say


def test_every_file_is_listed_and_broken_ones_with_why(pages: Any, first: Path) -> None:
    (first.parent / "torn.safetensors").write_bytes(b"not a model")
    page = pages.browser.get("/models")
    assert page.status_code == 200
    assert ">first<" in page.text
    assert "not a whole safetensors file" in page.text
    items = pages.browser.get("/api/v1/models").json()["items"]
    by_name = {item["name"]: item for item in items}
    assert by_name["first"]["measured"]["bits_per_character"]["right"] == 2.5
    assert "not a whole" in by_name["torn"]["problem"]
    assert pages.browser.get("/models/torn").status_code == 200
    assert pages.browser.get("/api/v1/models/torn").json()["problem"]


def test_models_come_page_by_page(pages: Any, first: Path, second: Path) -> None:
    whole = [item["name"] for item in pages.browser.get("/api/v1/models").json()["items"]]
    names: list[str] = []
    after: dict[str, str] = {}
    while True:
        answer = pages.browser.get("/api/v1/models", params={"limit": 1, **after}).json()
        names += [item["name"] for item in answer["items"]]
        if answer["next"] is None:
            break
        after = {"after": answer["next"]}
    assert names == whole
    assert {"first", "second"} <= set(names)


def test_a_model_tells_its_curve_its_authors_and_how_new_it_writes(pages: Any, first: Path) -> None:
    page = pages.browser.get("/models/first").text
    for part in ("3.500 to 2.500", "75.0%", "2.250", "90.0%", "It began from scratch"):
        assert part in page
    told = pages.browser.get("/api/v1/models/first").json()
    assert [point["held_out"] for point in told["curve"]] == [3.5, 2.75, 2.5]
    assert {each["author"]: each["posts"] for each in told["by_author"]} == {"ada": 40, "bob": 30}
    assert told["novelty"]["longest_run"] == 4
    assert told["settings"]["training.minutes"] == 5.0
    assert told["since_parent"] is None


def test_a_model_trained_over_its_own_file_still_tells_what_changed(pages: Any, second: Path) -> None:
    change = pages.browser.get("/api/v1/models/second").json()["since_parent"]
    assert (change["only_a"], change["only_b"]) == (["bob"], ["cleo"])
    assert {"name": "training.minutes", "a": 5.0, "b": 2.0} in change["settings"]
    by_author = {each["author"]: each for each in change["authors"]}
    assert by_author["ada"]["difference"] == pytest.approx(-0.25)
    assert by_author["cleo"]["difference"] is None
    assert "its earlier self" in pages.browser.get("/models/second").text


def test_a_file_that_tells_little_shows_what_it_has(pages: Any, model_file: Writes) -> None:
    model_file("bare")
    strange: dict[str, Any] = {
        "curve": [[1], "x", None, [1, 2, 3, "4"]],
        "authors": [1],
        "bits_per_character": "low",
        "novelty": 3,
    }
    model_file(
        "strange", origin={"authors": "many", "training": 5, "parent": "lost", "parent_was": [1]}, report=strange
    )
    for name in ("bare", "strange"):
        assert pages.browser.get(f"/models/{name}").status_code == 200
        assert pages.browser.get(f"/api/v1/models/{name}").json()["curve"] == []
    assert "keeps only its name" in pages.browser.get("/models/strange").text
    assert pages.browser.get("/models/compare?a=bare&b=strange").status_code == 200


def test_names_that_nobody_carries_are_not_found_and_a_path_is_no_name(pages: Any, first: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.safetensors"
    elsewhere.write_bytes(first.read_bytes())
    for name in ("nobody", "first.safetensors", "a\0b"):
        assert pages.browser.get("/models/" + name.replace("\0", "%00")).status_code == 404
    for asked in ("nobody", str(elsewhere), "../weights/first"):
        for address in ("/models/compare", "/api/v1/models/compare", "/api/v1/ballots", "/api/v1/votes/result"):
            assert pages.browser.get(address, params={"a": asked, "b": "first"}).status_code == 404, (address, asked)


def test_an_author_of_html_is_shown_as_text(pages: Any, model_file: Writes) -> None:
    model_file("odd", authors=("<b>ada</b>",), report={"authors": {"<b>ada</b>": held(2.0)}})
    page = pages.browser.get("/models/odd").text
    assert "<b>ada" not in page
    assert "&lt;b&gt;ada" in page


# ── two side by side


def test_numbers_are_set_against_each_other_only_on_the_same_posts(pages: Any, first: Path, second: Path) -> None:
    found = pages.browser.get("/api/v1/models/compare", params={"a": "first", "b": "second"}).json()
    assert found["total"]["difference"] is None
    by_author = {each["author"]: each for each in found["authors"]}
    assert by_author["ada"]["difference"] == pytest.approx(-0.25)
    assert by_author["bob"]["difference"] is None
    assert any("held-out posts differ" in remark for remark in found["remarks"])
    page = pages.browser.get("/models/compare?a=first&b=second").text
    assert "0.250 fewer" in page
    assert "not comparable" in page


def test_a_file_that_does_not_say_on_which_posts_is_not_compared(pages: Any, first: Path, model_file: Writes) -> None:
    model_file("old", 3, origin=ORIGIN, report={**held(2.0, None), "authors": {"ada": held(2.0, None)}})
    found = pages.browser.get("/api/v1/models/compare", params={"a": "first", "b": "old"}).json()
    assert all(each["difference"] is None for each in (found["total"], *found["authors"]))
    assert any("does not say on which" in remark for remark in found["remarks"])


# ── samples


def test_the_same_wish_gives_the_same_samples_until_the_file_changes(
    pages: Any, first: Path, model_file: Writes
) -> None:
    wish = {"author": "ada", "temperature": 0.7, "seed": 3, "count": 2}
    texts = pages.browser.get("/api/v1/models/first/samples", params=wish).json()["texts"]
    assert len(texts) == 2
    assert pages.browser.get("/api/v1/models/first/samples", params=wish).json()["texts"] == texts
    later = pages.browser.get("/api/v1/models/first/samples", params={**wish, "seed": 4, "count": 1}).json()["texts"]
    assert later == texts[1:]
    model_file("first", 9)
    assert pages.browser.get("/api/v1/models/first/samples", params=wish).json()["texts"] != texts


def test_pages_show_samples_with_the_prompt(pages: Any, first: Path, second: Path) -> None:
    wish = {"author": "ada", "prefix": "fog & ", "count": 2}
    assert pages.browser.get("/models/first/samples", params=wish).text.count("fog &amp; ") >= 3
    both = pages.browser.get("/models/compare/samples", params={**wish, "a": "first", "b": "second"})
    assert both.text.count("fog &amp; ") >= 5


@pytest.mark.parametrize(
    "wish",
    [
        {"temperature": "nan"},
        {"temperature": 9},
        {"seed": 2**64},
        {"seed": -1},
        {"count": 0},
        {"count": 999},
        {"prefix": "x" * 101},
    ],
)
def test_wishes_out_of_bounds_are_refused(pages: Any, first: Path, wish: dict[str, Any]) -> None:
    answer = pages.browser.get("/api/v1/models/first/samples", params=wish)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert pages.browser.get("/models/first/samples", params=wish).status_code == 422


def test_an_author_it_does_not_know_and_a_broken_model_write_nothing(pages: Any, first: Path) -> None:
    assert pages.browser.get("/api/v1/models/first/samples", params={"author": "cleo"}).status_code == 404
    (first.parent / "torn.safetensors").write_bytes(b"not a model")
    assert pages.browser.get("/api/v1/models/torn/samples").status_code == 422
    assert pages.browser.get("/models/vote?a=first&b=torn").status_code == 422


# ── blind votes


def vote(pages: Any, address: str, choice: str = "one") -> Any:
    page = pages.browser.get(address)
    assert page.status_code == 200, page.text
    content = {"token": token_of(page.text), "ballot": ballot_of(page.text), "choice": choice}
    return pages.browser.post(address, data=content)


def test_a_page_before_the_vote_names_no_model(pages: Any, first: Path, second: Path) -> None:
    page = pages.browser.get("/models/vote?a=first&b=second").text
    shown = page.replace("The first", "").replace("The second", "")
    assert "first" not in shown
    assert "second" not in shown


def test_a_vote_is_kept_and_tells_afterwards_who_wrote_what(pages: Any, first: Path, second: Path) -> None:
    answer = vote(pages, "/models/vote?a=first&b=second&author=ada")
    assert answer.status_code == 303
    (kept,) = pages.store.votes.last(10)
    assert kept.vote.actor == "keeper"
    assert kept.vote.author == "ada"
    winner = kept.vote.first_name if kept.vote.first_won else kept.vote.second_name
    after = pages.browser.get(answer.headers["location"]).text
    assert "Your last vote" in after
    assert f"<bdi>{winner}</bdi></strong> wrote" in after


def test_the_choice_counts_for_the_text_that_was_shown_there(pages: Any, first: Path, second: Path) -> None:
    orders = set()
    for _ in range(12):
        ballot = pages.browser.get("/api/v1/ballots", params={"a": "first", "b": "second", "author": "ada"}).json()
        token = token_of(pages.browser.get("/models/vote?a=first&b=second").text)
        sent = {"ballot": ballot["ballot"], "choice": "two"}
        cast = pages.browser.post("/api/v1/votes", json=sent, headers={"x-tweetgen-token": token})
        assert cast.status_code == 201
        given = pages.store.votes.get(cast.json()["number"]).vote
        winner = (given.first_name, given.first_text) if given.first_won else (given.second_name, given.second_text)
        assert winner == (cast.json()["wrote"][1], ballot["texts"][1])
        orders.add(tuple(cast.json()["wrote"]))
    assert orders == {("first", "second"), ("second", "first")}  # one chance in two thousand to be all alike


def test_neither_counts_for_nobody_and_the_result_is_told_in_words(pages: Any, first: Path, second: Path) -> None:
    vote(pages, "/models/vote?a=first&b=second", "neither")
    found = pages.browser.get("/api/v1/votes/result", params={"a": "first", "b": "second"}).json()
    assert (found["a_won"], found["b_won"], found["neither"], found["share"]) == (0, 0, 1, None)
    assert found["words"] == "No votes yet."
    vote(pages, "/models/vote?a=second&b=first")
    page = pages.browser.get("/models/compare?a=first&b=second").text
    assert "Too few votes to tell" in page


def test_a_ballot_counts_once(pages: Any, first: Path, second: Path) -> None:
    page = pages.browser.get("/models/vote?a=first&b=second").text
    content = {"token": token_of(page), "ballot": ballot_of(page), "choice": "one"}
    for _ in range(2):
        assert pages.browser.post("/models/vote", data=content).status_code == 303
    assert len(pages.store.votes.last(10)) == 1


def test_a_ballot_that_is_not_ours_and_one_of_a_model_trained_again_are_refused(
    pages: Any, first: Path, second: Path, model_file: Writes
) -> None:
    page = pages.browser.get("/models/vote?a=first&b=second").text
    content = {"token": token_of(page), "ballot": ballot_of(page), "choice": "one"}
    body, _, seal = content["ballot"].partition(".")
    for bent in ("", "x", f"{body}.", f"{body}.{seal[::-1]}", f"é.{seal}", "." * 50):
        assert pages.browser.post("/models/vote", data={**content, "ballot": bent}).status_code == 422, bent
        assert pages.browser.get("/models/vote/result", params={"like": bent}).status_code == 422, bent
    assert pages.browser.post("/models/vote", data={**content, "choice": "both"}).status_code == 422
    model_file("first", 9)
    assert pages.browser.post("/models/vote", data=content).status_code == 409
    assert pages.store.votes.last(10) == []


def test_a_model_is_not_voted_on_against_itself(pages: Any, first: Path) -> None:
    assert pages.browser.get("/models/vote?a=first&b=first").status_code == 422
    assert pages.browser.get("/models/compare?a=first&b=first").status_code == 200


def test_votes_come_page_by_page_the_newest_first(pages: Any, first: Path, second: Path) -> None:
    for _ in range(3):
        vote(pages, "/models/vote?a=first&b=second")
    one = pages.browser.get("/api/v1/votes", params={"limit": 2}).json()
    rest = pages.browser.get("/api/v1/votes", params={"limit": 2, "after": one["next"]}).json()
    numbers = [item["number"] for item in one["items"] + rest["items"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 3
    assert rest["next"] is None
