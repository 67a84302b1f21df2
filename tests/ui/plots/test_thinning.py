"""Long curves reduced to pixels, and to points of their own."""

import numpy as np
import pytest

from hhgui.ui.plots.thinning import extreme_points, pixel_extremes

TIMES = np.arange(200_000) * 0.025
X = np.linspace(0.0, 100.0, 100_001)
RNG = np.random.default_rng(7)


def test_few_rows_pass_as_they_are():
    """Two rows a pixel or fewer are all drawn."""
    times, (column,) = pixel_extremes(TIMES[:100], [TIMES[:100] ** 2], 0.0, 10.0, 50)
    np.testing.assert_array_equal(times, TIMES[:100])
    np.testing.assert_array_equal(column, TIMES[:100] ** 2)


def test_the_rows_beside_the_view_are_drawn_too():
    """Otherwise a zoomed curve would end before the edge."""
    times, _ = pixel_extremes(TIMES, [TIMES], 1.01, 1.06, 50)
    np.testing.assert_allclose(times, [1.0, 1.025, 1.05, 1.075])


@pytest.mark.parametrize("row", [0, 1, 77_777, 199_998, 199_999])
def test_a_spike_of_one_row_survives(row):
    """The one row that differs among 200 000 is on the screen, at its place."""
    column = np.zeros(TIMES.size)
    column[row] = 40.0
    times, (drawn,) = pixel_extremes(TIMES, [column], 0.0, TIMES[-1], 800)
    assert drawn.max() == 40.0
    assert abs(times[np.argmax(drawn)] - TIMES[row]) <= TIMES[-1] / 800


def test_there_are_never_more_points_than_pixels_can_show():
    """There are at most two points a pixel, and a few at the edges."""
    for bins in (100, 801, 1600):
        assert pixel_extremes(TIMES, [TIMES], 3.3, 4321.0, bins)[0].size <= 2 * (bins + 3)


def test_each_pixel_gives_its_lowest_and_highest_value():
    """A plain loop over the pixels gives the same, the times being uneven."""
    times = np.sort(RNG.uniform(0.0, 100.0, 5000))
    column = RNG.standard_normal(5000)
    _, (drawn,) = pixel_extremes(times, [column], 0.0, 100.0, 50)
    pairs = np.sort(drawn.reshape(-1, 2), axis=1)
    for pixel, (low, high) in enumerate(pairs):
        inside = column[(times >= 2.0 * pixel) & (times < 2.0 * (pixel + 1))]
        assert (low, high) == (inside.min(), inside.max())


def test_a_rising_curve_stays_rising():
    """The order of the two points of a pixel follows the slope."""
    times, (rising, falling) = pixel_extremes(TIMES, [TIMES, -TIMES], 0.0, 5000.0, 300)
    assert np.all(np.diff(times) >= 0.0)
    assert np.all(np.diff(rising) >= 0.0)
    assert np.all(np.diff(falling) <= 0.0)


def test_a_view_beside_the_data_draws_next_to_nothing():
    """The time after a run that ended early holds no invented values."""
    times, _ = pixel_extremes(TIMES[:1000], [TIMES[:1000]], 30.0, 40.0, 10)
    assert times.tolist() == [TIMES[999]]


def test_a_spike_of_one_row_keeps_its_own_time():
    """The one high value among a hundred thousand is drawn at its own time."""
    y = np.zeros(X.size)
    y[54_321] = 40.0
    x, kept = extreme_points(X, y, 0.0, 100.0, 300)
    assert kept.max() == 40.0
    assert x[kept.argmax()] == X[54_321]


def test_no_more_than_two_points_a_column_are_kept():
    """A long noisy curve becomes as short as the paper is wide."""
    noise = np.random.default_rng(3).normal(size=X.size)
    x, _ = extreme_points(X, noise, 0.0, 100.0, 300)
    assert 500 < x.size <= 2 * 301 + 2


def test_thinned_points_are_points_of_the_curve():
    """Thinning picks points of the curve; it neither averages nor moves any."""
    y = np.cos(X)
    x, kept = extreme_points(X, y, 0.0, 100.0, 200)
    assert np.array_equal(kept, np.cos(x))
    assert np.isin(x, X).all()


def test_only_the_shown_time_counts():
    """Zoomed in, the shown part is thinned to the same width, with its neighbours."""
    x, _ = extreme_points(X, np.sin(X), 10.0, 11.0, 200)
    assert x[0] == pytest.approx(10.0, abs=0.0021)
    assert x[-1] == pytest.approx(11.0, abs=0.0021)
    assert x.size > 200


def test_a_short_curve_stays_whole():
    """A curve with fewer points than the limit keeps them all."""
    x, y = extreme_points(X[:50], X[:50], 0.0, 100.0, 200)
    assert x.size == y.size == 50
