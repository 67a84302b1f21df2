"""Changes of a yes-or-no answer are all found, and narrowed as far as asked."""

import numpy as np
import pytest

from hhgui.experiments.search import all_changes

GRID = np.concatenate([[0.0], np.geomspace(0.01, 100.0, 40)])


@pytest.mark.parametrize("at_once", [1, 3, 64])
def test_many_problems_are_narrowed_side_by_side(at_once):
    """Each problem's own threshold is found to the tolerance."""
    thresholds = np.array([0.5, 3.0, 70.0])
    found = all_changes(
        lambda problem, value: value >= thresholds[problem],
        np.tile(GRID, (3, 1)), 1e-8, at_once=at_once,
    )  # fmt: skip
    assert [change.value for change in found] == pytest.approx(thresholds, rel=1e-8)


def test_an_interval_has_two_changes():
    """A response that a stronger stimulus blocks begins and ends."""
    first, last = all_changes(
        lambda _, value: (value > 2.0) & (value < 9.0), GRID[None, :], 1e-9, first_only=False
    )
    assert (first.rises, last.rises) == (True, False)
    assert [first.value, last.value] == pytest.approx([2.0, 9.0], rel=1e-8)


def test_an_answer_that_never_changes_has_no_changes():
    """Nothing is found, and nothing further is asked."""
    assert all_changes(lambda _, value: value > 1e9, GRID[None, :], 1e-6) == ()
