"""One thread writes, another reads, nothing is locked: what is read was written as it is.

That holds while fewer than SPARE_ROWS rows are written during a read. So the writer waits there for
the next read: on a busy machine, a thread may be kept waiting for as long as many rows take.
"""

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


class Live:
    """A full ring, and a thread that writes a thousand rows a millisecond while it is read."""

    def __init__(self):
        self.recording = Recording(LEAK, 3 * SPARE_ROWS)
        while self.recording.total < 4 * SPARE_ROWS:
            self._append()
        self._limit = self.recording.total
        self._ended = threading.Event()
        self._writer = threading.Thread(target=self._write)
        self._writer.start()

    def _append(self):
        self.recording.append(block_from(self.recording.total))

    def _write(self):
        while not self._ended.wait(0.0005):
            if self.recording.total + ROWS <= self._limit:
                self._append()

    def reads_for(self, seconds, read):
        """Read again and again, and return how often."""
        until, count = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            self._limit = self.recording.total + SPARE_ROWS - ROWS
            read(self.recording)
            count += 1
        return count

    def end(self):
        self._ended.set()
        self._writer.join()


@pytest.fixture
def live():
    """A ring that one thread writes and the test reads."""
    made = Live()
    yield made
    made.end()


def test_every_row_is_whole(live):
    """Time and columns of each row belong together, from the oldest kept to the newest."""

    def read(recording):
        times, columns = recording.envelope(*recording.span, 10**6)
        counts = np.rint(times / STEP_MS) % CYCLE
        assert np.array_equal(columns[0], counts.astype(np.float32))
        assert np.array_equal(columns[1], -columns[0])
        assert np.array_equal(columns[2], columns[0])

    before = live.recording.total
    assert live.reads_for(0.6, read) > 1
    assert live.recording.total > before


@pytest.mark.parametrize("bins", [100, 2000])
def test_every_envelope_is_of_one_moment(live, bins):
    """The columns of an envelope have the same extremes, and its times rise to its end."""

    def read(recording):
        start, stop = recording.span
        times, columns = recording.envelope(start, stop, bins)
        assert np.array_equal(np.sort(columns[0]), np.sort(-columns[1]))
        assert np.array_equal(columns[0], columns[2])
        assert np.all(np.diff(times) >= 0.0)
        assert times[0] >= start - 64 * STEP_MS
        assert times[-1] >= stop - 70 * STEP_MS * (1 + SPARE_ROWS // bins // 16)

    assert live.reads_for(0.4, read) > 1


def test_every_reading_is_of_its_row(live):
    """At a time that is recorded, the columns are those of that time."""

    def read(recording):
        start, stop = recording.span
        time_ms, values = recording.values_at(0.3 * start + 0.7 * stop)
        assert values.tolist() == [
            (count := round(time_ms / STEP_MS) % CYCLE), -count, count,
        ]  # fmt: skip

    assert live.reads_for(0.3, read) > 1
