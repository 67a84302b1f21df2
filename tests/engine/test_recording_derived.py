"""Quantities that are not stored: computed from the recording's rows where they are looked at."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.engine.group_extremes import GROUP, MOST_AT_ONCE
from hhgui.engine.recording import SPARE_ROWS, Bookmark, Recording
from hhgui.engine.simulation import Block, Simulation

RECORDED = ("V", "I_stim", "m", "h", "n", "I_Na", "I_K", "I_L")
CAPACITY = 12 * SPARE_ROWS


def gates_of(first, count):
    """Times (ms) and columns with other gates in every row, all within 0..1."""
    number = np.arange(first, first + count, dtype=np.float64)
    m, h, n = (0.5 + 0.5 * np.sin(number * rate) for rate in (0.31, 0.17, 0.05))
    columns = np.stack([80.0 * m - 70.0, 0 * m, m, h, n, m, h, n])
    return number * 0.1, columns


def recorded(squid, count, step=4000):
    """A recording of ``count`` such rows."""
    recording = Recording(squid, CAPACITY)
    for first in range(0, count, step):
        times, columns = gates_of(first, min(step, count - first))
        recording.append(Block(times.size, times, columns, np.empty(0), None))
    return recording


def looked_at(recording, keys, bins):
    """The envelope of everything, once it is all computed."""
    for _ in range(40):
        times, columns = recording.envelope(*recording.span, bins, keys)
        if not np.isnan(columns).any():
            return times, columns
    raise AssertionError("it is never computed")


def test_rows_are_computed_one_by_one(squid):
    """Each row has its own 120 m³h, V − 50 mV and n⁴, to 32 bits."""
    recording = recorded(squid, 900)
    times, columns = recording.envelope(0.0, 89.9, 900, ["g_Na", "V", "d_Na", "p_K"])
    expected_times, (volts, _, m, h, n, *_) = gates_of(0, 900)
    assert np.array_equal(times, expected_times)
    for column, expected in zip(
        columns, (120.0 * m**3 * h, volts, volts - 50.0, n**4), strict=True
    ):
        np.testing.assert_allclose(column, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("bins", [3, 40, 700])
@pytest.mark.parametrize("count", [20_000, 150_000, CAPACITY + 77_777])
def test_no_extreme_is_lost(squid, count, bins):
    """The extremes of a product of gates are those of its rows, not of the gates' extremes."""
    recording = recorded(squid, count)
    _, (conductance, probability) = looked_at(recording, ["g_Na", "p_K"], bins)
    _, (_, _, m, h, n, *_) = gates_of(recording.first, count - recording.first)
    sodium = 120.0 * m**3 * h
    assert conductance.max() == pytest.approx(sodium.max(), rel=1e-4)
    assert conductance.min() == pytest.approx(sodium.min(), abs=1e-3)
    assert probability.max() == pytest.approx((n**4).max(), rel=1e-4)
    assert probability.size < 4 * bins + 3 * GROUP


def test_it_is_the_same_however_it_was_looked_at(squid):
    """In every frame, now and then after a long time, or once at the end."""
    watched, once = recorded(squid, 0), recorded(squid, 200_000)
    for first in range(0, 200_000, 4000):
        times, columns = gates_of(first, 4000)
        watched.append(Block(4000, times, columns, np.empty(0), None))
        if first < 60_000 or first > 170_000:
            watched.envelope(*watched.span, 30, ["g_Na"])
    looked_at(watched, ["g_Na"], 30)
    assert np.array_equal(looked_at(watched, ["g_Na"], 30)[1], looked_at(once, ["g_Na"], 30)[1])


def test_a_frame_computes_so_much_and_the_newest_first(squid):
    """What a frame has no time to derive is at the beginning; stored quantities are all there."""
    recording = recorded(squid, 3 * MOST_AT_ONCE * GROUP)
    _, (volts, current) = recording.envelope(*recording.span, 20, ["V", "d_Na"])
    missing = np.isnan(current)
    assert 0 < missing.sum() < missing.size
    assert not missing[missing.sum() :].any()
    assert not np.isnan(volts).any()


def test_an_edit_counts_from_its_row_on(squid):
    """Twice the leak from the second half on leaves the first half as it was."""
    recording = Recording(squid, CAPACITY)
    edited = squid.with_current("L", conductance=0.6)
    for membrane in (squid, edited):
        start = replace(Simulation(membrane).checkpoint(), step=recording.total)
        recording.add_bookmark(Bookmark(recording.total, 1, 0, start))
        times, columns = gates_of(recording.total, 10_000)
        recording.append(Block(times.size, times, columns, np.empty(0), None))
    _, fine = recording.envelope(0.0, 2000.0, 20_000, ["g_L"])
    assert fine[0].tolist() == pytest.approx([0.3] * 10_000 + [0.6] * 10_000)
    _, coarse = looked_at(recording, ["g_L"], 10)
    assert np.unique(coarse[0]) == pytest.approx([0.3, 0.6])
    assert recording.values_at(10.0, ["g_L"])[1] == pytest.approx(0.3)
    assert recording.values_at(1900.0, ["g_L"])[1] == pytest.approx(0.6)


def test_a_reading_has_any_quantity(squid):
    """The values at a time are in the order of the requested keys."""
    time, values = recorded(squid, 500).values_at(20.0, ["d_K", "V", "p_Na"])
    _, (volts, _, m, h, *_) = gates_of(0, 500)
    assert time == 20.0
    assert values == pytest.approx([volts[200] + 77.0, volts[200], m[200] ** 3 * h[200]], rel=1e-5)
