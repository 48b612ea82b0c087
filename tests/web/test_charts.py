"""Charts put every point inside, mark their axes with round numbers, and stay silent where there is nothing to draw."""

import pytest

from tweetgen.web.charts import Line, bare, line_chart


def drawn(*points: tuple[float, float]) -> object:
    return line_chart("t", "d", [Line("l", points)], "x", "y")


@pytest.mark.parametrize(
    "points",
    [
        [(1, 2.31), (7, 2.11), (19, 1.97)],
        [(0, 5), (1, 5)],
        [(0, 0), (0, 0)],
        [(1e-9, -3), (2e-9, 3)],
        [(1, 1e17), (1e9, -1e17)],
    ],
)
def test_every_point_lies_inside_and_marks_rise(points: list[tuple[float, float]]) -> None:
    chart = line_chart("t", "d", [Line("l", points)], "x", "y")
    assert chart is not None
    for dot in chart.paths[0].dots:
        assert -0.01 <= dot.x <= 100.01
        assert -0.01 <= dot.y <= 100.01
    for marks in (chart.x_marks, chart.y_marks):
        assert 2 <= len(marks) <= 8
        assert len({mark.text for mark in marks}) == len(marks)


def test_marks_are_round_and_higher_is_nearer_the_top() -> None:
    chart = line_chart("t", "d", [Line("l", [(0, 1.0), (10, 2.0)])], "x", "y")
    assert chart is not None
    assert [mark.text for mark in chart.x_marks] == ["0", "2", "4", "6", "8", "10"]
    assert [mark.text for mark in chart.y_marks] == ["1", "1.2", "1.4", "1.6", "1.8", "2"]
    low, high = chart.paths[0].dots
    assert (low.y, high.y) == (100, 0)


def test_an_axis_may_begin_at_the_first_point() -> None:
    chart = line_chart("t", "d", [Line("l", [(0.5, 1.0), (1.2, 2.0)])], "x", "y", x_least=None)
    assert chart is not None
    assert [mark.text for mark in chart.x_marks] == ["0.4", "0.6", "0.8", "1", "1.2"]


def test_a_single_point_is_no_line() -> None:
    assert drawn((1, 1)) is None
    assert line_chart("t", "d", [], "x", "y") is None
    assert bare([(1, 1)]) == ""
    assert bare([(5, 3), (10, 1)]) == "0.00,0.00 100.00,100.00"
    assert bare([(5, 3), (10, 1)], least_height=4) == "0.00,25.00 100.00,75.00"
