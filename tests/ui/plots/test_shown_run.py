"""A run in the plots: the row at a time, and the read-out of it."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.ui.plots.shown_run import ShownRun
from tests.ui.run.samples import sample_run

UNEVEN = np.array([0.0, 1.0, 1.5, 4.0])
RUN = replace(sample_run(rows=4, V=np.array([-65.0, -60.0, 30.0, -70.0])), times=UNEVEN)


@pytest.mark.parametrize(
    ("time", "row"), [(0.0, 0), (0.4, 0), (0.6, 1), (1.5, 2), (2.7, 2), (2.8, 3), (4.0, 3)]
)
def test_a_time_is_read_in_the_nearest_row(time, row):
    """The nearest row is found at any distance between rows."""
    assert ShownRun(RUN).row_at(time) == row


@pytest.mark.parametrize("time", [-0.1, 4.1])
def test_there_is_no_row_outside_the_run(time):
    """Before the start and after the end of a run there is no row."""
    assert ShownRun(RUN).row_at(time) is None


def test_a_run_without_rows_has_none():
    """Nothing is read of it, and it needs no axis."""
    empty = ShownRun(replace(RUN, times=np.empty(0), values=np.empty((len(RUN.names), 0))))
    assert empty.row_at(0.0) is None
    assert empty.extent("voltage") is None


def test_the_read_out_is_of_the_panes_that_are_shown():
    """The read-out has the shown quantities with their units and a true minus sign."""
    assert ShownRun(RUN).read_out(["voltage", "stimulus"], 3) == (
        "t 4.000 ms   V −70.00 mV   I 0.00 µA/cm²"
    )
