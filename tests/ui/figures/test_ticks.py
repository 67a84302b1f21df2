"""Ticks: round values, as many as fit, written alike."""

import pytest

from hhgui.ui.figures.figure import FigurePanel
from hhgui.ui.figures.ticks import axis_ticks, tick_texts, ticks


@pytest.mark.parametrize(
    ("low", "high", "most", "values"),
    [
        (0.0, 200.0, 11, [0, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200]),
        (0.0, 200.0, 6, [0, 50, 100, 150, 200]),
        (-100.0, 60.0, 4, [-100, -50, 0, 50]),
        (-0.05, 1.05, 3, [0, 0.5, 1]),
        (-1000.0, 1000.0, 2, [-1000, 0, 1000]),
        (3.1, 3.2, 3, [3.1, 3.15, 3.2]),
    ],
)
def test_ticks_are_round(low, high, most, values):
    """Steps of 1, 2 or 5, and two ticks at least."""
    assert ticks(low, high, most) == pytest.approx(values)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.0, 0.5, 1.0], ["0.0", "0.5", "1.0"]),
        ([-50.0, 0.0, 50.0], ["−50", "0", "50"]),
        ([0.0, 1000.0], ["0", "1\u202f000"]),
        ([0.0, 2e-5, 4e-5], ["0", "2e−05", "4e−05"]),
        ([], []),
    ],
)
def test_tick_texts_have_the_decimals_their_spacing_needs(values, texts):
    """With a real minus and a thin space in thousands."""
    assert tick_texts(values) == texts


def test_a_logarithmic_axis_ticks_at_powers_of_ten():
    """Every second one where there is little room."""
    panel = FigurePanel("α (1/ms)", (1e-4, 100.0), (), logarithmic=True)
    assert axis_ticks(panel, 9)[1] == ["0.0001", "0.001", "0.01", "0.1", "1", "10", "100"]
    assert axis_ticks(panel, 4)[0] == [-4.0, -2.0, 0.0, 2.0]
