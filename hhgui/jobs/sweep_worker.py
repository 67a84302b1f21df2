"""The sweep's thread: iterates the f-I experiment and tells each point."""

import os
from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot

from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.experiments.fi import fi_points
from hhgui.experiments.fi_accuracy import fi_accuracy_problem
from hhgui.failures import report
from hhgui.jobs.one_at_a_time import OneAtATime
from hhgui.model.membrane import Membrane

# One core is the window's, whatever else runs.
THREADS = max(1, (os.cpu_count() or 1) - 1)


class SweepWorker(OneAtATime):
    """Runs one f-I sweep at a time.

    point_ready(generation, FiPoint); sweep_finished(generation, message), message "" when complete;
    share_done(generation, share of the work) a few times a second;
    curve_ready(generation, points): a whole curve, for following the knobs; always told;
    accuracy_told(generation, what is inaccurate about the settings or ""), before those two.
    """

    point_ready = Signal(int, object)
    sweep_finished = Signal(int, str)
    curve_ready = Signal(int, object)
    accuracy_told = Signal(int, str)

    @Slot(int, object, object)
    def run(self, generation: int, membrane: Membrane, protocol: FiProtocol) -> None:
        """Compute and tell every point, until done or cancelled."""

        def cancelled() -> bool:
            return self.is_over(generation)

        progress = self.progress_of(generation)
        points: list[FiPoint] = []
        try:
            for point in fi_points(membrane, protocol, cancelled, progress, THREADS):
                if cancelled():
                    break
                points.append(point)
                self.point_ready.emit(generation, point)
            if not cancelled():
                self._judge(generation, membrane, protocol, points)
        except Exception as error:  # whatever it is, the tab must not wait for ever
            report(error, tell=False)
            self.sweep_finished.emit(generation, f"the sweep failed: {error!r}")
            return
        self.sweep_finished.emit(generation, "cancelled" if cancelled() else "")

    @Slot(int, object, object)
    def run_whole(self, generation: int, membrane: Membrane, protocol: FiProtocol) -> None:
        """Compute a curve and tell it at once; no points if something newer came in between."""

        def stale() -> bool:
            return self.is_over(generation)

        points: tuple[FiPoint, ...] = ()
        try:
            if not stale():
                points = tuple(fi_points(membrane, protocol, stale, threads=THREADS))
                self._judge(generation, membrane, protocol, points)
        except Exception as error:  # whatever it is, the next edit must be followed
            report(error)
        self.curve_ready.emit(generation, () if stale() else points)

    def _judge(
        self, generation: int, membrane: Membrane, protocol: FiProtocol, points: Sequence[FiPoint]
    ) -> None:
        self.accuracy_told.emit(generation, fi_accuracy_problem(membrane, protocol, points))
