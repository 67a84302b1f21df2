"""Zeros of curves: all that are further apart than the spacing, to the last digit."""

import numpy as np
import pytest

from hhgui.analysis.roots import bisected, zeros


def test_every_zero_of_a_sine_is_found():
    """Rising and falling ones, in order."""
    found = zeros(np.sin, 1.0, 10.0, 0.1)
    assert found == pytest.approx([np.pi, 2 * np.pi, 3 * np.pi], abs=1e-14)


def test_a_curve_without_a_zero_has_none():
    """The answer is empty, not an error."""
    assert zeros(lambda x: x * x + 1.0, -5.0, 5.0, 0.1).size == 0


def test_a_zero_on_the_grid_is_found_once():
    """At 0 exactly, which is a point of the grid."""
    assert zeros(lambda x: x, -1.0, 1.0, 0.5) == pytest.approx([0.0], abs=1e-15)


def test_a_zero_at_the_end_is_found():
    """A zero at either end of the range is found."""
    assert zeros(lambda x: x - 1.0, 0.0, 1.0, 0.3) == pytest.approx([1.0])


def test_many_brackets_are_halved_at_once():
    """Each pair of ends gives the zero between them."""
    low, high = np.array([0.0, 4.0]), np.array([2.0, 5.0])
    found = bisected(np.cos, low, high)
    assert found == pytest.approx([np.pi / 2, 3 * np.pi / 2], abs=1e-14)


@pytest.mark.parametrize(("low", "high", "spacing"), [(1, 0, 0.1), (0, 0, 0.1), (0, 1, 0)])
def test_an_empty_range_is_refused(low, high, spacing):
    """A range whose ends are equal has no interval to search, which is an error."""
    with pytest.raises(ValueError, match="cannot look for zeros"):
        zeros(np.sin, low, high, spacing)
