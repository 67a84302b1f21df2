"""The composition root: builds the objects, connects signals, starts and ends the threads.

Nothing else knows everybody.
"""

import gc
import sys
from dataclasses import replace

import pyqtgraph as pg
from pyqtgraph.util.garbage_collector import GarbageCollector
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication

from hhgui import __version__
from hhgui.engine.recording import Recording
from hhgui.engine.stops import Stop
from hhgui.experiments.fi import FiPoint, FiProtocol
from hhgui.file_commands import FileCommands
from hhgui.model.library import DEFAULT_ID, Library
from hhgui.model.membrane import Membrane
from hhgui.model.stimulus import Stimulus
from hhgui.model.waveforms import Step
from hhgui.ui.main_window import FRAME_MS, MainWindow
from hhgui.ui.run_bar import DEFAULT_SPEED
from hhgui.ui.theme import ThemeWatcher
from hhgui.workers.export_worker import ExportWorker
from hhgui.workers.simulation_worker import SimulationWorker
from hhgui.workers.sweep_worker import SweepWorker
from hhgui.workers.threads import WorkerThread

# A spike train at once: five steps a second of model time, each long enough for a few spikes.
FIRST_STIMULUS = Stimulus((Step(10.0, 20.0, 80.0),), repeat=100.0)


class Desktop(QObject):
    """Everything of one running window. Signals are the orders to the workers."""

    membrane_ordered = Signal(object)
    method_ordered = Signal(str, float)
    running_ordered = Signal(bool)
    sweep_ordered = Signal(int, object, object)
    curve_ordered = Signal(int, object, object)

    def __init__(self, app: QApplication, library: Library) -> None:
        super().__init__()
        self.library = library
        self.window = MainWindow()
        self.themes = ThemeWatcher(app)
        self.running = False
        self._following_now = self._follow_again = False
        # Python's own collector may run in any thread, and must not delete a QObject in a worker's.
        # Until the kernels are ready nothing collects: there would be half a million objects to do.
        gc.disable()
        self._collector: GarbageCollector | None = None
        first = library[DEFAULT_ID]
        self.simulation = SimulationWorker(first, FIRST_STIMULUS)
        self.sweep = SweepWorker()
        self.export = ExportWorker()
        # called, not sent: it still lives in this thread
        self.simulation.set_speed(DEFAULT_SPEED)
        self.threads = [
            WorkerThread(self.simulation, "simulation"),
            WorkerThread(self.sweep, "sweep"),
            WorkerThread(self.export, "export"),
        ]
        self._connect_live()
        self._connect_sweep()
        self._connect_files()
        self._connect_theme()
        self.window.closed.connect(self.close)
        self._show_library()
        self.window.neuron.set_membrane(first, first)
        self.window.stimulus.set_stimulus(FIRST_STIMULUS)
        self.window.live.plots.set_stimulus(FIRST_STIMULUS)

    def start(self) -> None:
        """Show the window at once; the threads prepare behind it."""
        self.window.show()
        if self.library.problems:
            broken = "; ".join(str(problem) for problem in self.library.problems)
            self.window.live.banner.show_message(f"Left out of your models: {broken}")
        self.window.timer.start(FRAME_MS)
        for thread in self.threads:
            thread.start()

    @Slot()
    def close(self) -> None:
        """End the threads, before the window goes."""
        self.sweep.cancel()
        self.export.cancel()
        for thread in self.threads:
            thread.finish()

    def _connect_live(self) -> None:
        window, worker, act = self.window, self.simulation, self.window.actions_by_name
        window.neuron.model_chosen.connect(self.choose_model)
        window.neuron.membrane_changed.connect(worker.set_membrane)
        window.stimulus.stimulus_changed.connect(worker.set_stimulus)
        window.stimulus.pulse_requested.connect(worker.pulse_now)
        window.bar.speed_changed.connect(worker.set_speed)
        window.bar.method_changed.connect(worker.set_method)
        window.live.banner.remedy_chosen.connect(self._show_remedy)
        window.live.banner.remedy_chosen.connect(worker.apply_remedy)
        act["run"].triggered.connect(self._toggle_run)
        act["step"].triggered.connect(worker.single_step)
        act["reset"].triggered.connect(worker.reset)
        act["pulse"].triggered.connect(worker.pulse_now)
        self.membrane_ordered.connect(worker.set_membrane)
        self.running_ordered.connect(worker.set_running)
        worker.prepared.connect(self._on_prepared)
        worker.recording_started.connect(self._on_recording_started)
        worker.running_changed.connect(self._on_running_changed)
        worker.run_stopped.connect(self._on_run_stopped)
        worker.accuracy_told.connect(self.window.show_accuracy)

    def _connect_sweep(self) -> None:
        tab, worker = self.window.fi, self.sweep
        tab.sweep_requested.connect(self._start_sweep)
        tab.cancel_requested.connect(self._cancel_sweep)
        tab.model_requested.connect(self.choose_model)
        self.sweep_ordered.connect(worker.run)
        worker.point_ready.connect(tab.add_point)
        worker.sweep_finished.connect(tab.finish)
        worker.share_done.connect(tab.show_share)
        worker.accuracy_told.connect(tab.show_accuracy)
        self.curve_ordered.connect(worker.run_whole)
        worker.curve_ready.connect(self._on_curve_ready)
        tab.follow_requested.connect(self._follow)
        self.window.neuron.membrane_changed.connect(self._follow)

    def _connect_files(self) -> None:
        files, worker = FileCommands(self.window), self.export
        files.model_opened.connect(self._open_model)
        files.model_saved.connect(self._list_model)
        files.traces_ordered.connect(worker.export_traces)
        files.fi_ordered.connect(worker.export_fi)
        worker.rows_written.connect(self.window.export_progress.set_done)
        worker.export_finished.connect(files.on_export_finished)
        self.window.export_progress.cancel_requested.connect(self._cancel_export)
        self.files = files

    def _connect_theme(self) -> None:
        act = self.window.actions_by_name
        act.themes[self.themes.choice].setChecked(True)
        for choice, action in act.themes.items():
            action.triggered.connect(lambda _on, c=choice: self.themes.choose(c))
        self.themes.theme_changed.connect(self.window.set_theme)
        self.window.set_theme(self.themes.theme)

    @Slot(str)
    def choose_model(self, model_id: str) -> None:
        """Another parameter set, with its defaults; the live run begins anew with it."""
        membrane = self.library[model_id]
        self.window.neuron.set_membrane(membrane, membrane)
        self.membrane_ordered.emit(membrane)
        self._follow()

    @Slot(object)
    def _open_model(self, membrane: Membrane) -> None:
        """Choose a membrane from a file; one whose id is taken by another gets an id of its own."""
        known = self.library.membranes
        name, number = membrane.id, 2
        while membrane.id in known and known[membrane.id] != membrane:
            membrane = replace(membrane, id=f"{name[:58]}-{number}")
            number += 1
        self._list_model(membrane)
        self.choose_model(membrane.id)

    @Slot(object)
    def _list_model(self, membrane: Membrane) -> None:
        """Have it in the dropdown; the neuron that runs stays."""
        self.library = self.library.with_membrane(membrane)
        panel = self.window.neuron
        shown = self.membrane
        self._show_library()
        panel.set_membrane(shown, self.library[shown.id])

    def _show_library(self) -> None:
        membranes = list(self.library.membranes.values())
        self.window.neuron.set_library(membranes)
        self.window.fi.set_library(membranes)

    @property
    def membrane(self) -> Membrane:
        """The neuron as the panel shows it."""
        membrane = self.window.neuron.membrane
        assert membrane is not None
        return membrane

    @Slot()
    def _toggle_run(self) -> None:
        self.running_ordered.emit(not self.running)

    @Slot()
    def _on_prepared(self) -> None:
        self.window.set_prepared()
        if self._collector is None:
            self._collector = GarbageCollector(interval=1.0)
        self.running_ordered.emit(True)

    @Slot(object)
    def _on_recording_started(self, recording: Recording) -> None:
        self.window.live.set_recording(recording)

    @Slot(bool)
    def _on_running_changed(self, running: bool) -> None:
        self.running = running
        self.window.actions_by_name.set_running(running)
        self.window.live.set_running(running)

    @Slot(object)
    def _on_run_stopped(self, stop: Stop) -> None:
        self.window.live.banner.show_stop(stop)

    @Slot(object)
    def _show_remedy(self, stop: Stop) -> None:
        self.window.live.plots.reset_ranges()
        bar = self.window.bar
        bar.set_method(stop.method or str(bar.method.currentData()), stop.dt or bar.dt.value)

    @Slot(object)
    def _start_sweep(self, protocol: FiProtocol) -> None:
        generation = self.sweep.next_generation()
        membrane = self.membrane
        self.window.fi.begin(generation, membrane, protocol)
        self.sweep_ordered.emit(generation, membrane, protocol)

    @Slot()
    def _follow(self) -> None:
        """Measure the f-I curve of the present neuron anew, where the tab follows the knobs.

        One curve at a time, the next with what the knobs say by then: edits that come faster than
        curves are left out, and no curve is starved by them.
        """
        tab = self.window.fi
        self._follow_again = self._following_now
        protocol = tab.protocol() if tab.following and not self._following_now else None
        if protocol is None:
            return
        self._following_now = True
        generation = self.sweep.next_generation()
        tab.begin_following(generation, self.membrane, protocol)
        self.curve_ordered.emit(generation, self.membrane, protocol)

    @Slot(int, object)
    def _on_curve_ready(self, generation: int, points: tuple[FiPoint, ...]) -> None:
        self._following_now = False
        if points:
            self.window.fi.replace_points(generation, points)
        if self._follow_again:
            self._follow()

    @Slot()
    def _cancel_sweep(self) -> None:
        self.sweep.cancel()

    @Slot()
    def _cancel_export(self) -> None:
        self.export.cancel()


def make_application() -> QApplication:
    """The QApplication with what must be set before any window."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("hhgui")
    app.setApplicationVersion(__version__)
    pg.setConfigOptions(antialias=True)
    # a worker gives the interpreter up after 1 ms, so that the window's waits stay short
    sys.setswitchinterval(0.001)
    return app
