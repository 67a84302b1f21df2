"""Zeros of curves: all that are further apart than the spacing, to the last digit."""

import numpy as np
import pytest

from hhgui.analysis.roots import bracketed, zeros


@pytest.mark.parametrize(
    ("curve", "low", "high", "spacing", "wanted"),
    [
        pytest.param(np.sin, 1.0, 10.0, 0.1, [np.pi, 2 * np.pi, 3 * np.pi], id="sine"),
        pytest.param(lambda x: x * x + 1.0, -5.0, 5.0, 0.1, [], id="none"),
        pytest.param(lambda x: x, -1.0, 1.0, 0.5, [0.0], id="on the grid"),
        pytest.param(lambda x: x - 1.0, 0.0, 1.0, 0.3, [1.0], id="at the end"),
    ],
)
def test_every_zero_is_found_once_and_in_order(curve, low, high, spacing, wanted):
    """Rising and falling zeros are found to the last digit, also those on a point of the grid."""
    assert zeros(curve, low, high, spacing) == pytest.approx(wanted, abs=1e-14)


def test_many_brackets_are_narrowed_at_once():
    """Each pair of ends gives the zero between them."""
    low, high = np.array([0.0, 4.0]), np.array([2.0, 5.0])
    found = bracketed(np.cos, low, high)
    assert found == pytest.approx([np.pi / 2, 3 * np.pi / 2], abs=1e-14)


@pytest.mark.parametrize(
    "curve",
    [lambda x: x**9, lambda x: np.sign(x - 0.3) * 1e-3, lambda x: np.where(x < 0.3, -np.inf, 1.0),
     lambda x: np.exp(40.0 * (x - 0.3)) - 1.0],
)  # fmt: skip
def test_flat_steep_and_broken_curves_have_their_zero(curve):
    """A high power, a step, a jump to infinity and a steep rise: within 100 evaluations."""
    calls = []

    def counted(x):
        calls.append(x)
        return curve(x)

    (found,) = bracketed(counted, np.array([-1.0]), np.array([1.0]))
    assert found == pytest.approx(0.0 if curve(np.array([0.1])) > 0.0 else 0.3, abs=1e-12) or (
        abs(curve(np.array([found]))[0]) < 1e-100
    )
    assert len(calls) < 100


@pytest.mark.parametrize(("low", "high", "spacing"), [(1, 0, 0.1), (0, 0, 0.1), (0, 1, 0)])
def test_an_empty_range_is_refused(low, high, spacing):
    """A range whose ends are equal has no interval to search, which is an error."""
    with pytest.raises(ValueError, match="cannot look for zeros"):
        zeros(np.sin, low, high, spacing)
