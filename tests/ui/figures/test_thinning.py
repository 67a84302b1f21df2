"""Cutting and simplifying: what is left of a curve is what can be seen of it."""

import numpy as np
import pytest

from hhgui.ui.figures.thinning import simplified, visible_points

X = np.linspace(0.0, 100.0, 100_001)


def test_a_gap_stays_a_gap():
    """Rows that are not a number interrupt the line after thinning too."""
    y = np.sin(X)
    y[40_000:60_000] = np.nan
    x, kept = visible_points(X, y, (0.0, 100.0), (-2.0, 2.0), 100)
    inside = (x > 41.0) & (x < 59.0)
    assert np.isnan(kept[inside]).all()
    assert np.isfinite(kept[(x > 61.0) & (x < 99.0)]).all()


def test_a_line_ends_where_it_leaves_the_axes():
    """The crossing is on the line between its two points."""
    x, y = visible_points(
        np.array([0.0, 1.0, 2.0]), np.array([0.0, 10.0, 0.0]), (0.0, 2.0), (-1.0, 4.0), 100
    )
    there = np.isfinite(x) & np.isfinite(y)
    assert list(zip(x[there], y[there], strict=True)) == [(0, 0), (0.4, 4), (1.6, 4), (2, 0)]
    assert not there[2:-2].any()


def test_a_line_through_the_axes_without_a_point_in_them_is_drawn():
    """From far below to far above, the part between shows."""
    x, y = visible_points(
        np.array([0.0, 1.0]), np.array([-10.0, 10.0]), (0.0, 1.0), (-1.0, 1.0), 100
    )
    assert y[np.isfinite(y)].tolist() == [-1.0, 1.0]
    assert x[np.isfinite(y)] == pytest.approx([0.45, 0.55])


def test_an_infinite_value_is_a_gap():
    """What blew up is not drawn to the edge of the world."""
    _, y = visible_points(
        np.arange(4.0), np.array([0.0, 1.0, np.inf, 0.0]), (0.0, 3.0), (-2.0, 2.0), 100
    )
    assert np.isnan(y[2])


def test_a_curve_that_runs_back_is_drawn_whole():
    """An orbit in a phase plane is no function of x."""
    angle = np.linspace(0.0, 2.0 * np.pi, 5000)
    x, _ = visible_points(np.cos(angle), np.sin(angle), (-2.0, 2.0), (-2.0, 2.0), 50)
    assert x.size == 5000


def test_a_straight_line_needs_few_points():
    """Points between others on a line say nothing."""
    x, y = simplified(X[:1001], 2.0 * X[:1001], 1e-6)
    assert x.size < 100
    assert (x[0], y[-1]) == (0.0, 2.0 * X[1000])


def test_simplifying_moves_no_line_by_more_than_asked():
    """The drawn line is within a few tolerances of every point left out."""
    y = 10.0 * np.sin(X[:20_000])
    x, kept = simplified(X[:20_000], y, 0.01)
    assert x.size < 5000
    assert np.abs(np.interp(X[:20_000], x, kept) - y).max() < 0.05


def test_a_vertical_stroke_up_and_back_is_kept():
    """A spike within one column lies on the line of its neighbours, but not between them."""
    x, y = np.array([0.0, 1.0, 1.0, 1.0, 2.0]), np.array([0.0, 0.0, 50.0, 1.0, 1.0])
    assert simplified(x, y, 0.01)[1].max() == 50.0
