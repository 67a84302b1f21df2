"""The envelope of a display equals the recording's own, after any sequence of views."""

import numpy as np
import pytest

from hhgui.engine.envelope import Envelope
from hhgui.engine.recording import SPARE_ROWS, Recording
from hhgui.engine.simulation import Block

KEYS = ("V", "m", "g_Na")


def append(recording, count):
    """Rows every 0.1 ms, each column another random walk, with a spike now and then."""
    number = np.arange(recording.total, recording.total + count, dtype=np.float64)
    columns = np.array([np.sin(number * (0.003 + 0.0101 * k)) for k in range(8)])
    columns[:, (number % 97 == 0)] += 3.0
    recording.append(Block(count, number * 0.1, columns, np.empty(0), None))


def assert_same(envelope, recording, start, stop, bins, keys=KEYS):
    """Assert that envelope and recording give the same points, once all are computed."""
    for _ in range(30):
        found = envelope.between(start, stop, bins, keys)
        expected = recording.reduced(keys, *recording.stretch(start, stop, bins, filling=True))
        if not np.isnan(found[1]).any():
            break
    assert np.array_equal(found[0], expected[0])
    assert np.array_equal(found[1], expected[1])


@pytest.mark.parametrize("window", [150.0, 900.0, 9000.0])
def test_following_the_end_it_is_the_recordings(squid, window):
    """The envelope is the recording's from a half-filled window on, over a full ring too."""
    recording = Recording(squid, 6 * SPARE_ROWS)
    envelope = Envelope(recording)
    steps = np.random.default_rng(3).integers(1, 400, 60).tolist()
    for count in [*steps, 5 * SPARE_ROWS // 2, *steps, 3 * SPARE_ROWS, *steps]:
        for part in range(0, count, 8000):
            append(recording, min(8000, count - part))
        end = max(recording.span[1], window)
        assert_same(envelope, recording, end - window, end, 200)


@pytest.mark.parametrize(("window", "newest"), [(15.0, 0), (900.0, 2), (6000.0, 66)])
def test_while_a_window_fills_its_first_points_stay(squid, window, newest):
    """All but the newest points, which are less than a bin (and a group), stay as they were.

    With one, 45 and 256 rows a bin; from another start, or of other quantities, all are new.
    """
    recording, keys = Recording(squid, 6 * SPARE_ROWS), KEYS[:2]
    envelope = Envelope(recording)
    append(recording, 100)
    before = envelope.between(0.0, window, 200, keys)
    while recording.span[1] < window:
        append(recording, int(window) // 20 + 1)
        found = envelope.between(0.0, window, 200, keys)
        assert len(before[0]) - newest <= envelope.unchanged <= len(before[0])
        for old, new in zip(before, found, strict=True):
            assert np.array_equal(old[..., : envelope.unchanged], new[..., : envelope.unchanged])
        before = found
    for start, other in ((0.3 * window, keys), (0.3 * window, KEYS)):
        envelope.between(start, window, 200, other)
        assert envelope.unchanged == 0


def test_scrolled_back_and_zoomed_it_is_the_recordings(squid):
    """The envelope is right in any window after any other, with other keys too."""
    recording = Recording(squid, 6 * SPARE_ROWS)
    append(recording, 16_000)
    append(recording, 16_000)
    envelope, made = Envelope(recording), np.random.default_rng(5)
    for _ in range(60):
        start, width = made.uniform(-100.0, 3000.0), made.choice([3.0, 80.0, 700.0, 3100.0])
        keys = KEYS if made.uniform() < 0.8 else KEYS[:2]
        assert_same(envelope, recording, start, start + width, 40, keys)
