"""The last minute of a live run: what the ring keeps, and what the screen is given of it."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.engine.recording import (
    CAPACITY,
    GROUP,
    SPAN_MS,
    SPARE_ROWS,
    Bookmark,
    Recording,
    record_stride,
)
from hhgui.engine.simulation import Block, Simulation
from hhgui.model.stimulus.stimulus import Stimulus

SMALL = 4 * SPARE_ROWS


def rows(first, count):
    """A block whose V is its row number, 0.1 ms apart, and whose other columns follow from it."""
    number = np.arange(first, first + count, dtype=np.float64)
    columns = np.stack([number % 1000, -number, *(number * 0 + k for k in range(6))])
    return Block(count, number * 0.1, columns, np.empty(0), None)


def filled(squid, count, step=1000, capacity=SMALL):
    """A recording of ``count`` rows, appended in blocks."""
    recording = Recording(squid, capacity)
    for first in range(0, count, step):
        recording.append(rows(first, min(step, count - first)))
    return recording


@pytest.mark.parametrize(
    ("dt", "stride"), [(0.0001, 200), (0.001, 20), (0.01, 2), (0.02, 1), (0.025, 1), (1.0, 1)]
)
def test_a_minute_fits_at_any_dt(dt, stride):
    """Rows are at least 0.02 ms apart, so a minute of them, and the spare rows, fit."""
    assert record_stride(dt) == stride
    assert SPAN_MS / (stride * dt) + SPARE_ROWS <= CAPACITY


def test_columns_are_named_in_the_order_of_blocks(squid):
    """The columns are V, the stimulus, the gates and the ionic currents."""
    assert Recording(squid, SMALL).names == (
        "V", "I_stim", "m", "h", "n", "I_Na", "I_K", "I_L",
    )  # fmt: skip


def test_an_empty_recording_has_nothing_to_show(squid):
    """A recording without rows has no time and no values."""
    empty = Recording(squid, SMALL)
    assert (empty.total, empty.first, empty.span) == (0, 0, (0.0, 0.0))
    assert empty.values_at(0.0) is None
    times, columns = empty.envelope(0.0, 100.0, 800)
    assert (times.size, columns.shape) == (0, (8, 0))


def test_what_was_appended_is_there(squid):
    """Times come back in full and values to 32 bits, wherever the blocks began."""
    recording = filled(squid, 5000, step=777)
    times, columns = recording.envelope(0.0, 500.0, 5000)
    assert np.array_equal(times, np.arange(5000) * 0.1)
    assert np.array_equal(columns, rows(0, 5000).columns.astype(np.float32))
    assert recording.span == (0.0, times[-1])


@pytest.mark.parametrize("count", [SMALL - SPARE_ROWS, SMALL, SMALL + 1, 3 * SMALL + 12345])
def test_a_full_ring_keeps_the_newest(squid, count):
    """All but the spare rows are whole and right, however often it went round."""
    recording = filled(squid, count)
    assert recording.total == count
    assert recording.first == max(0, count - SMALL + SPARE_ROWS)
    times, columns = recording.envelope(-1.0, 1e9, count)
    numbers = np.arange(recording.first, count)
    assert np.array_equal(times, numbers * 0.1)
    assert np.array_equal(columns[1], -numbers.astype(np.float32))


@pytest.mark.parametrize("time", [0.0, 0.04, 0.1, 123.45, 499.87])
def test_the_reading_at_a_time_is_the_row_before(squid, time):
    """The last row at or before it, with all its columns."""
    found, values = filled(squid, 5000).values_at(time)
    number = int(np.floor(time / 0.1 + 1e-9))
    assert found == number * 0.1
    assert values[1] == -number


@pytest.mark.parametrize("time", [-0.1, 500.0, float("nan")])
def test_there_is_no_reading_outside(squid, time):
    """Before the first row and after the last there is none."""
    assert filled(squid, 5000).values_at(time) is None


@pytest.mark.parametrize("bins", [1, 7, 100, 1600])
@pytest.mark.parametrize("count", [500, 5000, SMALL, 2 * SMALL + 999])
def test_no_extreme_is_lost(squid, count, bins):
    """The lowest and the highest value of a stretch are in its envelope, for any width."""
    recording = filled(squid, count)
    spike = rows(count, 300)
    spike.columns[0, 123] = 1e6
    spike.columns[0, 7] = -1e6
    recording.append(spike)
    times, columns = recording.envelope(*recording.span, bins)
    assert (columns[0].max(), columns[0].min()) == (1e6, -1e6)
    assert np.all(np.diff(times) >= 0.0)
    assert times[-1] <= recording.span[1]


@pytest.mark.parametrize("bins", [100, 1600])
def test_an_envelope_is_thin(squid, bins):
    """Two points a pixel, and at most a group of rows more at the end."""
    recording = filled(squid, SMALL)
    times, columns = recording.envelope(*recording.span, bins)
    assert times.size == columns.shape[1]
    assert bins < times.size < 4 * bins + 2 * GROUP


@pytest.mark.parametrize("bins", [50, 500])
def test_a_scrolling_trace_does_not_shimmer(squid, bins):
    """While time goes on, the bins that stay visible keep their values."""
    recording = filled(squid, 40_000)
    early_times, early = recording.envelope(1000.0, 3000.0, bins)
    recording.append(rows(40_000, 1234))
    late_times, late = recording.envelope(1000.0, 3000.0, bins)
    assert np.array_equal(early_times, late_times)
    assert np.array_equal(early, late)


@pytest.mark.parametrize("bins", [50, 500])
def test_bins_do_not_move_with_the_window(squid, bins):
    """Seen from a window a little further on, the bins in both views are the same."""
    recording = filled(squid, 40_000)
    times, columns = recording.envelope(1000.0, 3000.0, bins)
    moved_times, moved = recording.envelope(1013.3, 3013.3, bins)
    at = int(np.searchsorted(times, moved_times[20]))
    both, there = slice(at, at + bins), slice(20, 20 + bins)
    assert np.array_equal(times[both], moved_times[there])
    assert np.array_equal(columns[:, both], moved[:, there])


def mark(squid, row, step):
    """A bookmark at a row, its checkpoint at a step."""
    point = Simulation(squid, Stimulus()).checkpoint()
    return Bookmark(row, 1, 0, replace(point, step=step))


def test_marks_are_kept_while_their_rows_are(squid):
    """A stretch that has left the ring is forgotten, the one that still reaches in is not."""
    recording = Recording(squid, SMALL)
    for row in range(0, 3 * SMALL, 1000):
        recording.append(rows(row - 1000, 1000) if row else rows(0, 0))
        recording.add_bookmark(mark(squid, row, row))
    kept = [m.row for m in recording.bookmarks()]
    assert kept[0] <= recording.first < kept[1]
    assert kept == list(range(kept[0], 3 * SMALL, 1000))


def test_two_edits_between_blocks_leave_one_mark(squid):
    """Only the last of them was ever simulated."""
    recording = Recording(squid, SMALL)
    first, second, third = (mark(squid, 0, 0), mark(squid, 0, 0), mark(squid, 50, 50))
    for one in (first, second, third):
        recording.add_bookmark(one)
    assert recording.bookmarks() == [second, third]
    assert recording.bookmarks()[0] is second
