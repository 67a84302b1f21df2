"""Long columns reduced to pixels."""

import numpy as np
import pytest

from hhgui.ui.experiment_thinning import thinned

TIMES = np.arange(200_000) * 0.025
RNG = np.random.default_rng(7)


def test_few_rows_pass_as_they_are():
    """Two rows a pixel or fewer are all drawn."""
    times, (column,) = thinned(TIMES[:100], [TIMES[:100] ** 2], 0.0, 10.0, 50)
    np.testing.assert_array_equal(times, TIMES[:100])
    np.testing.assert_array_equal(column, TIMES[:100] ** 2)


def test_the_rows_beside_the_view_are_drawn_too():
    """Otherwise a zoomed curve would end before the edge."""
    times, _ = thinned(TIMES, [TIMES], 1.01, 1.06, 50)
    np.testing.assert_allclose(times, [1.0, 1.025, 1.05, 1.075])


@pytest.mark.parametrize("row", [0, 1, 77_777, 199_998, 199_999])
def test_a_spike_of_one_row_survives(row):
    """The one row that differs among 200 000 is on the screen, at its place."""
    column = np.zeros(TIMES.size)
    column[row] = 40.0
    times, (drawn,) = thinned(TIMES, [column], 0.0, TIMES[-1], 800)
    assert drawn.max() == 40.0
    assert abs(times[np.argmax(drawn)] - TIMES[row]) <= TIMES[-1] / 800


def test_there_are_never_more_points_than_pixels_can_show():
    """Two points a pixel, and a few at the edges."""
    for bins in (100, 801, 1600):
        assert thinned(TIMES, [TIMES], 3.3, 4321.0, bins)[0].size <= 2 * (bins + 3)


def test_each_pixel_gives_its_lowest_and_highest_value():
    """Compared with a plain loop over the pixels, the times being uneven."""
    times = np.sort(RNG.uniform(0.0, 100.0, 5000))
    column = RNG.standard_normal(5000)
    _, (drawn,) = thinned(times, [column], 0.0, 100.0, 50)
    pairs = np.sort(drawn.reshape(-1, 2), axis=1)
    for pixel, (low, high) in enumerate(pairs):
        inside = column[(times >= 2.0 * pixel) & (times < 2.0 * (pixel + 1))]
        assert (low, high) == (inside.min(), inside.max())


def test_a_rising_curve_stays_rising():
    """The order of the two points of a pixel follows the slope."""
    times, (rising, falling) = thinned(TIMES, [TIMES, -TIMES], 0.0, 5000.0, 300)
    assert np.all(np.diff(times) >= 0.0)
    assert np.all(np.diff(rising) >= 0.0)
    assert np.all(np.diff(falling) <= 0.0)


def test_a_view_beside_the_data_draws_next_to_nothing():
    """The time after a run that ended early holds no invented values."""
    times, _ = thinned(TIMES[:1000], [TIMES[:1000]], 30.0, 40.0, 10)
    assert times.tolist() == [TIMES[999]]
