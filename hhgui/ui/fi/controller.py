"""The f-I tab: sweeps run in their thread, whole or following the knobs."""

from PySide6.QtCore import QObject, Signal, Slot

from hhgui.document.document import Document
from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.document.setup import Setup
from hhgui.jobs.sweep_worker import SweepWorker
from hhgui.ui.editor import Editor
from hhgui.ui.fi.tab import FiTab


class SweepWiring(QObject):
    """Owns the sweep worker. Its own signals are the orders to it."""

    sweep_ordered = Signal(int, object, object)
    curve_ordered = Signal(int, object, object)

    def __init__(self, tab: FiTab, editor: Editor) -> None:
        super().__init__()
        self._tab, self._editor = tab, editor
        self._following_now = self._follow_again = False
        self.worker = worker = SweepWorker()
        tab.sweep_requested.connect(self._start_sweep)
        tab.cancel_requested.connect(self.cancel)
        self.sweep_ordered.connect(worker.run)
        worker.point_ready.connect(tab.add_point)
        worker.sweep_finished.connect(tab.finish)
        worker.share_done.connect(tab.show_share)
        worker.accuracy_told.connect(tab.show_accuracy)
        self.curve_ordered.connect(worker.run_whole)
        worker.curve_ready.connect(self._on_curve_ready)
        tab.follow_requested.connect(self._follow)
        editor.document_changed.connect(self._on_document_changed)

    def show_setup(self, setup: Setup, runs: bool) -> None:
        """Show what a protocol measures, and measure it."""
        if setup.fi is not None:
            self._tab.set_protocol(setup.fi)
        if runs:
            self._tab.start()

    @Slot()
    def cancel(self) -> None:
        """End what runs."""
        self.worker.cancel()

    @Slot(object)
    def _start_sweep(self, protocol: FiProtocol) -> None:
        generation = self.worker.next_generation()
        membrane = self._editor.document.membrane
        self._tab.begin(generation, membrane, protocol)
        self.sweep_ordered.emit(generation, membrane, protocol)

    @Slot(object, object)
    def _on_document_changed(self, before: Document, after: Document) -> None:
        if before.membrane != after.membrane:
            self._follow()

    @Slot()
    def _follow(self) -> None:
        """Measure the f-I curve of the present neuron anew, where the tab follows the knobs.

        One curve at a time, the next with what the knobs say by then: edits that come faster than
        curves are left out, and no curve is starved by them.
        """
        tab = self._tab
        self._follow_again = self._following_now
        protocol = tab.protocol() if tab.following and not self._following_now else None
        if protocol is None:
            return
        self._following_now = True
        generation = self.worker.next_generation()
        membrane = self._editor.document.membrane
        tab.begin_following(generation, membrane, protocol)
        self.curve_ordered.emit(generation, membrane, protocol)

    @Slot(int, object)
    def _on_curve_ready(self, generation: int, points: tuple[FiPoint, ...]) -> None:
        self._following_now = False
        if points:
            self._tab.replace_points(generation, points)
        if self._follow_again:
            self._follow()
