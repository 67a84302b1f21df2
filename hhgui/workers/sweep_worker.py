"""The sweep's thread: iterates the f-I experiment and tells each point."""

import threading

from PySide6.QtCore import QObject, Signal, Slot

from hhgui.experiments.fi import FiProtocol, fi_points
from hhgui.model.membrane import Membrane


class SweepWorker(QObject):
    """Runs one f-I sweep at a time.

    point_ready(generation, FiPoint); sweep_finished(generation, message), message "" when complete.
    """

    point_ready = Signal(int, object)
    sweep_finished = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self._newest = 0
        self._lock = threading.Lock()

    def cancel(self) -> None:
        """End the sweep that runs, at once; may be called from any thread."""
        with self._lock:
            self._newest += 1

    def next_generation(self) -> int:
        """A number for a new sweep, which ends any other; may be called from any thread."""
        self.cancel()
        return self._newest

    @Slot(int, object, object)
    def run(self, generation: int, membrane: Membrane, protocol: FiProtocol) -> None:
        """Compute and tell every point, until done or cancelled."""

        def cancelled() -> bool:
            return generation != self._newest

        try:
            for point in fi_points(membrane, protocol, cancelled):
                if cancelled():
                    break
                self.point_ready.emit(generation, point)
        except Exception as error:  # whatever it is, the tab must not wait for ever
            self.sweep_finished.emit(generation, f"the sweep failed: {error!r}")
            return
        self.sweep_finished.emit(generation, "cancelled" if cancelled() else "")
