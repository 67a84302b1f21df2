"""A day of frames, compressed: each drawn as soon as there are new rows. Not a test itself.

``python -m tests.soak FRAMES``: the whole window, offscreen and small, the neuron far faster than
it lives, an edit every eighth frame. Prints how memory grew per million frames once all buffers are
full, and how the references to None did.
"""

import os
import sys
import time

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QDoubleSpinBox

from hhgui.desktop import Desktop, make_application
from hhgui.model.library import load_library

DAY_FRAMES = 30 * 86_400
SAMPLES = 200
SPEED = 25.0  # the ring buffer of a minute is full after 3 s, and every frame has rows of its own
# so often that the history of edits is full long before the warm-up ends
EDIT_EVERY = 8
# Of the counted frames; the ring buffer is full before the first of them.
WARM_UP = 0.3
MOST_SLOPE = 1.0  # MB per million frames
MOST_NONES = 0.01  # references to None that may be kept, or lost, in a frame
NOISE_NONES = 2000
NOISE_MB = 3.0  # a short soak sees no slope: what is resident comes and goes by as much


def resident_mb():
    """Memory that the process holds now (MB)."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Soak(QObject):
    """Draws frames in turns, so that events are handled between them."""

    def __init__(self, desktop, frames):
        super().__init__()
        self.frames, self.wanted = 0, frames
        self.samples = []
        self._drawn = 0
        self._desktop = desktop
        self._knob = desktop.window.findChild(QDoubleSpinBox, "conductance.Na")
        self._every = max(1, frames // SAMPLES)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._turn)
        self._timer.start(1)

    @Slot()
    def _turn(self):
        window = self._desktop.window
        drawn = window.frames_drawn
        window.draw_frame()
        if window.frames_drawn == drawn:
            return
        window.pages["live"].plots.viewport().repaint()
        self._drawn += 1
        if self._drawn % EDIT_EVERY == 0:
            self._knob.setValue(120.0 - self._drawn // EDIT_EVERY % 40)
        recording = window.pages["live"].plots.recording
        if recording is None or recording.first == 0:
            return
        self.frames += 1
        if self.frames % self._every == 0:
            self.samples.append((self.frames, resident_mb(), sys.getrefcount(None)))
        if self.frames >= self.wanted:
            self._timer.stop()
            window.close()


def soak(frames):
    """Slope of memory (MB per million frames), and first and last count of references to None."""
    app = make_application()
    desktop = Desktop(app, load_library(), keeps_sessions=False)
    desktop.window.resize(700, 420)
    desktop.start()
    desktop.window.timer.stop()
    desktop.window.bar.choose_speed(SPEED)
    run = Soak(desktop, frames)
    app.exec()
    late = np.array([s for s in run.samples if s[0] > WARM_UP * frames])
    if "-v" in sys.argv:
        print(*run.samples[:: max(1, len(run.samples) // 25)], sep="\n")
    slope = np.polyfit(late[:, 0] / 1e6, late[:, 1], 1)[0]
    return float(slope), int(late[0, 2]), int(late[-1, 2])


def main(frames):
    """Draw the frames and print the memory's slope."""
    started = time.monotonic()
    slope, first, last = soak(frames)
    seconds = time.monotonic() - started
    print(f"{frames} frames in {seconds:.0f} s: {slope:+.3f} MB per million frames, "
          f"references to None {first} to {last}")  # fmt: skip
    millions = frames / 1e6
    grows = slope * millions >= max(MOST_SLOPE * millions, NOISE_MB)
    return 1 if grows or abs(last - first) >= max(MOST_NONES * frames, NOISE_NONES) else 0


if __name__ == "__main__":
    counts = [int(word) for word in sys.argv[1:] if word.isdigit()]
    raise SystemExit(main(*counts or [DAY_FRAMES]))
