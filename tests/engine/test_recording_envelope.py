"""What the screen is given of a recording: every peak and trough, in order, to the newest row."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hhgui.engine.methods import DT
from hhgui.engine.recording import (
    CAPACITY,
    GROUP,
    SPAN_MS,
    SPARE_ROWS,
    Recording,
    record_stride,
)
from hhgui.engine.simulation import Block
from tests.shipped import LIBRARY

LEAK = LIBRARY["lecture6-model1"]
STEP_MS = 0.1
RING = 2 * SPARE_ROWS


def block_of(first, values):
    """A block of these V from row ``first`` on, the other columns derived from it."""
    numbers = np.arange(first, first + values.size)
    columns = np.stack([values, -values, numbers.astype(float)])
    return Block(values.size, numbers * STEP_MS, columns, np.empty(0), None)


def recorded(values, capacity=RING, step=1000):
    """A recording of these V."""
    recording = Recording(LEAK, capacity)
    for first in range(0, values.size, step):
        recording.append(block_of(first, values[first : first + step]))
    return recording


def spiky(seed, count):
    """A quiet waveform with peaks and troughs of one row anywhere."""
    rng = np.random.default_rng(seed)
    values = np.sin(np.arange(count) / 50.0)
    places = rng.integers(0, count, max(3, count // 40))
    values[places] += rng.normal(0.0, 50.0, places.size)
    return values.astype(np.float32).astype(float)


def shown_rows(recording, values, start, stop):
    """The rows that a window from ``start`` to ``stop`` must show, and their times.

    Of a ring that has gone round, the group of 64 rows that begins to go may be left out.
    """
    numbers = np.arange(-(-recording.first // GROUP) * GROUP, values.size)
    times = numbers * STEP_MS
    keep = (times >= start) & (times <= stop)
    return times[keep], values[numbers[keep]]


WINDOWS = st.tuples(st.floats(-0.1, 1.1), st.floats(-0.1, 1.1)).map(sorted)


@settings(max_examples=150)
@given(
    seed=st.integers(0, 9), count=st.integers(2, 3 * RING), window=WINDOWS,
    bins=st.integers(1, 2500),
)  # fmt: skip
def test_every_peak_and_trough_is_kept(seed, count, window, bins):
    """The extremes of the window's rows are in what is drawn, and at most a bin beyond it."""
    values = spiky(seed, count)
    recording = recorded(values)
    low, high = recording.span
    start, stop = (low + share * (high - low) for share in window)
    _, columns = recording.envelope(start, stop, bins)
    shown_times, shown = shown_rows(recording, values, start, stop)
    assume(shown.size > 0)
    bin_ms = STEP_MS * (2 * (shown.size // bins + 2) + GROUP)
    around = (shown_times[[0, -1]] + [-bin_ms, bin_ms]) / STEP_MS
    beside = values[max(int(around[0]), 0) : int(around[1]) + 1]
    assert beside.max() >= columns[0].max() >= shown.max()
    assert beside.min() <= columns[0].min() <= shown.min()
    assert np.array_equal(np.sort(columns[1]), np.sort(-columns[0]))


@settings(max_examples=150)
@given(
    seed=st.integers(0, 9), count=st.integers(2, 2 * RING), window=WINDOWS,
    bins=st.integers(1, 2500),
)  # fmt: skip
def test_times_never_go_back(seed, count, window, bins):
    """Times rise within the recorded range, with a column of values for each."""
    recording = recorded(spiky(seed, count))
    low, high = recording.span
    times, columns = recording.envelope(*(low + s * (high - low) for s in window), bins)
    assert columns.shape == (3, times.size)
    assert np.all(np.diff(times) >= 0.0)
    assert low <= times[0] <= times[-1] <= high
    assert times.size <= 4 * bins + 2 * GROUP


@pytest.mark.parametrize("bins", [1, 3, 40, 333, 800, 1600])
@pytest.mark.parametrize("count", [RING - SPARE_ROWS - 7, 3 * RING + 5])
def test_every_bin_has_its_own_extremes(count, bins):
    """Each single-row spike is drawn at its place, to within a bin."""
    places = np.linspace(count - 0.9 * (RING - SPARE_ROWS), count - 1, 25).astype(int)
    values = np.zeros(count)
    values[places] = 1000.0 + np.arange(25)
    recording = recorded(values)
    times, columns = recording.envelope(*recording.span, bins)
    width = (recording.span[1] - recording.span[0]) / bins + 2 * GROUP * STEP_MS
    if bins >= 333:
        for number, place in enumerate(places):
            drawn = times[columns[0] == 1000.0 + number]
            assert drawn.size > 0
            assert np.abs(drawn - place * STEP_MS).max() <= width
    assert columns[0].max() == 1024.0


@pytest.mark.parametrize("size", [3, 10, 63, 64, 65, 200, 1000])
def test_rows_and_groups_say_the_same(size):
    """Thinned from rows or from summaries of 64, the extremes of a window are the same."""
    values = spiky(4, 16_000)
    recording = recorded(values)
    bins = 16_000 // size
    times, columns = recording.envelope(0.0, 1e9, bins)
    edges = np.searchsorted(times, np.linspace(0.0, 1600.0, 9))
    for part, (first, last) in zip(np.split(values, 8), pairwise(edges), strict=True):
        slack = slice(max(first - 3, 0), last + 3)
        assert columns[0][slack].max() >= part.max()
        assert columns[0][slack].min() <= part.min()


@pytest.mark.parametrize(
    ("bins", "count"), [(1000, 2000), (1000, 1999), (5000, 16_000 // 4), (1, 2)]
)
def test_few_rows_are_drawn_as_they_are(bins, count):
    """Up to two rows a pixel nothing is thinned."""
    values = spiky(1, count)
    times, columns = recorded(values).envelope(-5.0, 1e9, bins)
    assert np.array_equal(times, np.arange(count) * STEP_MS)
    assert np.array_equal(columns[0], values.astype(np.float32))


def test_lines_leave_the_window_on_both_sides():
    """The row before its start and the one after its end are drawn too."""
    times, _ = recorded(spiky(1, 2000)).envelope(10.03, 20.07, 800)
    assert [times[0], times[-1]] == pytest.approx([10.0, 20.1])


@pytest.mark.parametrize("rows_a_pixel", [3, 4, 5, 20, 63])
def test_more_rows_than_two_a_pixel_are_thinned_to_two(rows_a_pixel):
    """Slightly more than two rows a pixel are already thinned to two."""
    recording = recorded(spiky(1, 100 * rows_a_pixel))
    times, _ = recording.envelope(*recording.span, 100)
    assert 150 <= times.size <= 202


@pytest.mark.parametrize("bins", [50, 500])
@pytest.mark.parametrize(("slope", "sign"), [(1.0, 1.0), (-1.0, -1.0)], ids=["rising", "falling"])
def test_a_slope_is_drawn_as_a_slope(bins, slope, sign):
    """A straight line stays one: no point of it goes against its direction."""
    recording = recorded(slope * np.arange(16_000.0))
    _, columns = recording.envelope(0.0, 1e9, bins)
    assert np.all(sign * np.diff(columns[0]) >= 0.0)
    assert np.all(sign * np.diff(columns[1]) <= 0.0)


@pytest.mark.parametrize("bins", [1, 20, 100, 400, 3000])
@pytest.mark.parametrize("rest", [0, 1, 5, 63])
def test_nothing_is_missing_at_the_newest_end(bins, rest):
    """A spike in the very last row is drawn, at its time or within its bin before it."""
    values = np.zeros(4 * SPARE_ROWS + rest)
    values[-1] = 77.0
    recording = recorded(values, 3 * SPARE_ROWS)
    times, columns = recording.envelope(*recording.span, bins)
    assert columns[0].max() == 77.0
    newest = (values.size - 1) * STEP_MS
    width = (recording.span[1] - recording.span[0]) / bins + 2 * GROUP * STEP_MS
    assert newest - times[np.argmax(columns[0])] <= width


@pytest.mark.parametrize("rest", [1, 40, 63])
@pytest.mark.parametrize("length", [64, 150, 1000])
def test_less_than_a_group_is_missing_at_the_oldest_end(rest, length):
    """Where the oldest 64 rows are being overwritten, all later rows are drawn."""
    values = spiky(5, 3 * RING + rest)
    recording = recorded(values)
    start = recording.span[0]
    times, columns = recording.envelope(start, start + length * STEP_MS, 1)
    shown = shown_rows(recording, values, start, start + length * STEP_MS)[1]
    assert columns[0].max() >= shown.max()
    assert columns[0].min() <= shown.min()
    assert times[0] - start < GROUP * STEP_MS


@pytest.mark.parametrize("window", [(-50.0, -1.0), (1e6, 2e6), (500.0, 100.0)])
def test_a_window_beside_the_recording_is_no_error(window):
    """A time span outside the recording gives few points, all of them recorded."""
    values = spiky(2, 16_000)
    times, columns = recorded(values).envelope(*window, 800)
    assert times.size == columns.shape[1] <= 2
    assert np.isin(columns[0], values.astype(np.float32)).all()


def test_no_pixels_are_one_pixel():
    """A plot without width is no error."""
    values = spiky(3, 5000)
    _, columns = recorded(values).envelope(0.0, 1e9, 0)
    assert columns[0].max() == values.max()


@settings(max_examples=200)
@given(count=st.integers(1, 3 * RING), share=st.floats(-0.2, 1.2))
def test_the_row_at_a_time_is_the_last_before_it(count, share):
    """The row found equals that of a search through all rows."""
    recording = recorded(np.zeros(count), step=1 << 13)
    low, high = recording.span
    time = low + share * (high - low)
    numbers = np.arange(recording.first, count)
    before = numbers[numbers * STEP_MS <= time]
    assert recording.row_at(time) == (before[-1] if before.size else recording.first)
    found = recording.values_at(time)
    assert (found is not None) == (low <= time <= high)
    if found is not None:
        assert found[0] == before[-1] * STEP_MS
        assert found[1][2] == np.float32(before[-1])


@given(st.floats(DT.minimum, DT.maximum))
def test_a_minute_fits_at_every_dt(dt):
    """At any allowed dt the ring holds a minute, with rows no further apart than needed."""
    stride = record_stride(dt)
    assert SPAN_MS / (stride * dt) + SPARE_ROWS <= CAPACITY + 1
    assert stride == 1 or (stride - 1) * dt < 0.02
