"""One thread writes, another reads, nothing is locked: what is read was written as it is."""

import threading
import time

import numpy as np
import pytest

from hhgui.engine.recording import SPARE_ROWS, Recording
from hhgui.engine.simulation import Block
from tests.shipped import LIBRARY

LEAK = LIBRARY["lecture6-model1"]
ROWS = 500
STEP_MS = 0.02
CYCLE = 2**20  # as far as a 32-bit float counts


def block_from(first):
    """A block whose V counts rows, and whose other columns are the same count."""
    numbers = np.arange(first, first + ROWS)
    count = (numbers % CYCLE).astype(float)
    columns = np.stack([count, -count, count])
    return Block(ROWS, numbers * STEP_MS, columns, np.empty(0), None)


@pytest.fixture
def live():
    """A full ring, and a thread that goes on writing a thousand rows a millisecond into it."""
    recording, ended = Recording(LEAK, 3 * SPARE_ROWS), threading.Event()
    while recording.total < 4 * SPARE_ROWS:
        recording.append(block_from(recording.total))

    def write():
        while not ended.wait(0.0005):
            recording.append(block_from(recording.total))

    writer = threading.Thread(target=write)
    writer.start()
    yield recording
    ended.set()
    writer.join()


def reads_for(seconds, read):
    """Read again and again; how often."""
    until, count = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        read()
        count += 1
    return count


def test_every_row_is_whole(live):
    """Time and columns of each row belong together, from the oldest kept to the newest."""

    def read():
        times, columns = live.envelope(*live.span, 10**6)
        counts = np.rint(times / STEP_MS) % CYCLE
        assert np.array_equal(columns[0], counts.astype(np.float32))
        assert np.array_equal(columns[1], -columns[0])
        assert np.array_equal(columns[2], columns[0])

    before = live.total
    assert reads_for(0.6, read) > 20
    assert live.total > before + 20 * ROWS


@pytest.mark.parametrize("bins", [100, 2000])
def test_every_envelope_is_of_one_moment(live, bins):
    """Its columns have the same extremes, its times do not go back, and it reaches its end."""

    def read():
        start, stop = live.span
        times, columns = live.envelope(start, stop, bins)
        assert np.array_equal(np.sort(columns[0]), np.sort(-columns[1]))
        assert np.array_equal(columns[0], columns[2])
        assert np.all(np.diff(times) >= 0.0)
        assert times[0] >= start - 64 * STEP_MS
        assert times[-1] >= stop - 70 * STEP_MS * (1 + SPARE_ROWS // bins // 16)

    assert reads_for(0.4, read) > 20


def test_every_reading_is_of_its_row(live):
    """At a time that is recorded, the columns are those of that time."""

    def read():
        start, stop = live.span
        time_ms, values = live.values_at(0.3 * start + 0.7 * stop)
        assert values.tolist() == [
            (count := round(time_ms / STEP_MS) % CYCLE), -count, count,
        ]  # fmt: skip

    assert reads_for(0.3, read) > 100
