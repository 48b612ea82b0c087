"""What every command is given."""

from pathlib import Path

import pytest

from tweetgen.cli.instance import Instance


def test_texts_are_never_taken_for_markup_nor_broken_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    text = "[bold]not markup[/bold] :smile: " + "long " * 100
    instance = Instance()
    instance.out.print(text, style="red")
    instance.err.print(text)
    assert capsys.readouterr() == (text + "\n", text + "\n")


def test_nothing_is_opened_before_it_is_asked_for_nor_closed_unopened(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "nowhere")
    instance.close()
    assert "app" not in vars(instance)


def test_the_app_is_opened_once(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    assert instance.app is instance.app
    assert instance.app.store is instance.app.store
    instance.close()


def test_what_a_terminal_would_obey_is_not_shown_and_all_else_is(capsys: pytest.CaptureFixture[str]) -> None:
    shown = "two\nlines, 全　角, no\u00a0break, \u200fשלום, 👩\u200d🚀 ❤\ufe0f"
    Instance().out.print(shown, "\x1b[31m \x07 \x9b2J \u202eflipped\u2069", sep="|")
    assert capsys.readouterr().out == f"{shown}|\ufffd[31m \ufffd \ufffd2J \ufffdflipped\ufffd\n"
