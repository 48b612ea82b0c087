"""Accounts that speak as one author clean that author's posts in one way."""

from pathlib import Path

from tweetgen.config import read

FILES = {
    "config.yaml": "defaults: {cleaning: {links: keep}}",
    "accounts/a.yaml": "voice: {ada: 1, bob: 1}\ncleaning: {links: remove, mentions: keep}",
    "accounts/b.yml": "voice: {bob: 1, cleo: 1}",
    "accounts/c.yaml": "voice: {cleo: 2}\ncleaning: {links: keep}",
    "accounts/d.yaml": "voice: {dora: 1}\ncleaning: {replies: false}",
}


def problems(base: Path, config: str = FILES["config.yaml"]) -> list[str]:
    (base / "accounts").mkdir()
    for name, content in {**FILES, "config.yaml": config}.items():
        (base / name).write_text(content)
    return read(base).problems


def test_two_accounts_that_clean_one_author_differently_are_told(tmp_path: Path) -> None:
    assert problems(tmp_path) == [
        "accounts/b.yml: cleaning: not as in accounts/a.yaml (links, mentions), though both speak as bob, whose posts"
        " are cleaned and learnt from once; write the same in both"
    ]


def test_with_unreadable_defaults_nobody_knows_whether_they_differ(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, config="nonsense")
    assert problem.startswith("config.yaml")
