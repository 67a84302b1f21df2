"""Long runs kept short: no extreme is lost, and no more is held than is kept."""

import numpy as np
import pytest

from hhgui.experiments.thinning import MOST_ROWS, Thinner, stretch_of


def fed(thinner, times, columns):
    """The thinner, given everything in its blocks."""
    for first in range(0, times.size, thinner.block):
        part = slice(first, first + thinner.block)
        thinner.add(times[part], columns[:, part])
    return thinner


@pytest.mark.parametrize("stretch", [1, 7, 1000, 1001, 2500])
def test_every_stretch_keeps_its_extremes(stretch):
    """Whether stretches fill a block or blocks a stretch."""
    times = np.arange(10_000.0)
    columns = np.random.default_rng(3).normal(size=(3, 10_000))
    thinner = fed(Thinner(stretch, 1000), times, columns)
    kept, values = thinner.result()
    np.testing.assert_array_equal(values, columns[:, kept.astype(int)])
    assert set(times) == set(kept) if stretch == 1 else kept.size < times.size
    for first in range(0, 10_000, thinner.stretch):
        inside = (kept >= first) & (kept < first + thinner.stretch)
        whole = columns[:, first : first + thinner.stretch]
        np.testing.assert_array_equal(values[:, inside].max(axis=1), whole.max(axis=1))
        np.testing.assert_array_equal(values[:, inside].min(axis=1), whole.min(axis=1))


def test_the_longest_run_is_taken_in_short_blocks():
    """Ten thousand million steps of eight currents with a gate each: a block is as ever."""
    thinner = Thinner(stretch_of(10**10, 34), 10_000)
    assert thinner.block == 10_000
    assert thinner.stretch % thinner.block == 0
    assert 10**10 / thinner.stretch * 2 * 34 <= MOST_ROWS


def test_the_first_and_the_last_row_are_kept():
    """Both ends of the run are kept even if they are no extremes."""
    times = np.arange(1.0, 5003.0)
    kept, _ = fed(Thinner(2000, 1000), times, np.zeros((2, 5002))).result()
    assert (kept[0], kept[-1]) == (1.0, 5002.0)
    assert (np.diff(kept) > 0.0).all()
