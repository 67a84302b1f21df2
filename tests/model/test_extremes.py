"""The reduction of rows to the extremes of each stretch."""

import numpy as np

from hhgui.model.extremes import extreme_rows, extremes

ONE = np.array([3.0, 1.0, 2.0, 5.0, 5.0, 9.0, 4.0])
OTHER = np.array([0.0, 0.0, 7.0, 1.0, 2.0, 3.0, 0.0])


def test_rows_that_hold_an_extreme_are_kept():
    """Rows 0 and last, and of each three rows the least and the greatest of each column."""
    assert extreme_rows(np.array([ONE, OTHER]), 3).tolist() == [0, 1, 2, 3, 5, 6]


def test_a_stretch_gives_its_lowest_and_its_highest_value():
    """In the order in which the curve goes: 3 falls to 2, 5 rises to 9, the last row is alone."""
    edges = np.array([0, 3, 6])
    assert extremes(ONE, ONE, edges).tolist() == [3.0, 1.0, 5.0, 9.0, 4.0, 4.0]


def test_columns_are_reduced_side_by_side():
    """Several columns reduced together equal each column reduced alone."""
    both = np.array([ONE, OTHER])
    edges = np.array([0, 2, 5])
    expected = [extremes(column, column, edges) for column in both]
    assert np.array_equal(extremes(both, both, edges), expected)


def test_rows_before_the_first_edge_are_left_out():
    """A view begins somewhere in a recording: 2, 5, 5, 9, 4."""
    assert extremes(ONE, ONE, np.array([2])).tolist() == [2.0, 9.0]
