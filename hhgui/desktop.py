"""Put the program together: create its objects, and start and end its threads."""

import ctypes
import gc
import signal
import sys
from functools import partial

import pyqtgraph as pg
from pyqtgraph.util.garbage_collector import GarbageCollector
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from hhgui import __version__
from hhgui.document.document import Document
from hhgui.jobs.runner import Policy, Runner
from hhgui.jobs.threads import WorkerThread
from hhgui.model.library import DEFAULT_ID, Library
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from hhgui.paths import home_problem
from hhgui.ui.editor import Editor
from hhgui.ui.figures.controller import FigureWiring
from hhgui.ui.lessons.controller import GuideWiring
from hhgui.ui.report.controller import ReportWiring
from hhgui.ui.session.controller import SessionWiring
from hhgui.ui.stimulus.controller import StimulusController
from hhgui.ui.tabs import TABS
from hhgui.ui.widgets.app_icon import app_icon
from hhgui.ui.widgets.equation import typesetter
from hhgui.ui.widgets.theme import CHOICES, ThemeWatcher
from hhgui.ui.window.application import Application
from hhgui.ui.window.controller import PanelWiring
from hhgui.ui.window.file_commands import FileCommands
from hhgui.ui.window.main_window import FRAME_MS, MainWindow
from hhgui.ui.window.preferences import apply_dialog_choice
from hhgui.ui.window.settings import remember_text, remembered_text

# A spike train at once: five steps a second of model time, each long enough for a few spikes.
FIRST_STIMULUS = Stimulus((Step(10.0, 20.0, 80.0),), repeat=100.0)
THEME = "theme"
ASKED = "asked_to_end"  # the application's property: by a signal or by the system


class Desktop(QObject):
    """All objects of a running program with its window."""

    def __init__(self, app: QApplication, library: Library, keeps_sessions: bool = True) -> None:
        """Create the objects.

        keeps_sessions: whether there are recovery files, and the last session is kept.
        """
        super().__init__()
        self._app, self._keeps_sessions = app, keeps_sessions
        self._closed = False
        self.window = MainWindow([tab() for tab, _ in TABS])
        theme = remembered_text(THEME, "system") if keeps_sessions else "system"
        apply_dialog_choice()
        self.themes = ThemeWatcher(app, theme if theme in CHOICES else "system")
        # Python's own collector may run in any thread, and must not delete a QObject in a worker's.
        # Until the kernels are ready nothing collects: there would be half a million objects to do.
        gc.disable()
        self._collector: GarbageCollector | None = None
        first = library[DEFAULT_ID]
        self.editor = Editor(Document(first, first, FIRST_STIMULUS))
        self.panels = PanelWiring(self.window, self.editor, library)
        self.controllers = {
            tab.name: controller(self.window.pages[tab.name], self.editor, self.window)
            for tab, controller in TABS
        }
        exports = Runner("export", Policy.QUEUE)
        self.guide = GuideWiring(self.window, self.editor, lambda: self.panels.library, exports)
        self.stimulus = StimulusController(self.window, self.editor)
        self.figures = FigureWiring(self.window)
        self.sessions = SessionWiring(self.window, self.editor, self.panels)
        self.report = ReportWiring(self.window, self.sessions.session)
        self.files = FileCommands(self.window, exports)
        self.threads = [
            WorkerThread(each.worker, name)
            for name, each in self.controllers.items()
            if each.worker is not None
        ]
        self.runners = [run for each in self.controllers.values() for run in each.runners]
        self.runners += [self.figures.runner, self.report.runner, self.stimulus.runner, exports]
        self.window.prepared.connect(self._start_collecting)
        self._connect_files()
        self.guide.lesson_began.connect(self.sessions.remember_own)
        self.window.lessons.return_requested.connect(self.sessions.return_to_own)
        self._connect_theme()
        self.window.closed.connect(self.close)
        if keeps_sessions:
            self.window.may_close = self.sessions.may_close
        # at the end of a log-on session, or by a signal, the program ends without a closeEvent
        app.commitDataRequest.connect(self.prepare_for_log_off)
        app.aboutToQuit.connect(self._quit)
        if isinstance(app, Application):
            app.file_opened.connect(lambda path: self.window.files_dropped.emit([path]))

    def start(self, file: str = "") -> None:
        """Show the window at once; kernels are loaded meanwhile in other threads.

        file: the path of a session or model to open, or ""; then the last session is restored, if
        the user has chosen so.
        """
        if self._keeps_sessions:
            self.window.restore_layout()
        self.window.show()
        self.window.tabs.setFocus()  # in a field, Space and P would be typed
        for each in self.panels.library.problems:
            self.window.warn(f"Left out of your models: {each}")
        if problem := home_problem():
            self.window.warn(problem)
        self.window.timer.start(FRAME_MS)
        for thread in self.threads:
            thread.start()
        if self._keeps_sessions:
            self.sessions.start(restores=not file)
        if file:
            self.window.files_dropped.emit([file])
            self.sessions.unsaved.mark_saved()

    @Slot()
    def close(self) -> None:
        """End the threads, before the window is destroyed; a second call does nothing."""
        if self._closed:
            return
        self._closed = True
        self.window.timer.stop()
        self.sessions.unsaved.stop()
        self.guide.close()
        for runner in self.runners:
            runner.cancel()
        if self._keeps_sessions:
            self.sessions.close()
            self.window.save_layout()
            remember_text(THEME, self.themes.choice)
        typesetter().stop()
        for thread in self.threads:
            thread.finish()
        for runner in (*self.runners, self.sessions.runner):
            runner.finish()
        # while its edits still exist: Python, collecting them with it, could delete them first
        self.editor.history.clear()
        if self._collector is not None:
            self._collector.timer.stop()
            self._collector = None

    @Slot()
    def _quit(self) -> None:
        """Close the window if a signal or the system has asked the program to end.

        If the display itself has gone, nothing is saved, and the next start offers the recovery
        file.
        """
        self._keeps_sessions &= bool(self._app.property(ASKED))
        self.close()

    @Slot()
    def prepare_for_log_off(self) -> None:
        """Save all that closing the window saves, because the system may end the program next.

        The window stays open, since the user may cancel logging off.
        """
        self._app.setProperty(ASKED, True)
        if self._keeps_sessions and not self._closed:
            self.sessions.store()
            self.window.save_layout()

    @property
    def running(self) -> bool:
        """Return whether the live simulation is running."""
        return any(page.running for page in self.window.pages.values() if page.shows_live)

    def _connect_files(self) -> None:
        files = self.files
        self.sessions.model_dropped.connect(files.open_model)
        self.sessions.table_opened.connect(self.stimulus.offer)
        files.model_opened.connect(self.panels.open_model)
        files.model_saved.connect(self.panels.take_saved)

    def _connect_theme(self) -> None:
        act = self.window.actions_by_name
        act.themes[self.themes.choice].setChecked(True)
        for choice, action in act.themes.items():
            action.triggered.connect(lambda _on, c=choice: self.themes.choose(c))
        self.themes.theme_changed.connect(self.window.set_theme)
        self.window.set_theme(self.themes.theme)

    @Slot()
    def _start_collecting(self) -> None:
        if self._collector is None:
            self._collector = GarbageCollector(interval=1.0)


def make_application(kind: type[QApplication] = Application) -> QApplication:
    """Create and configure the QApplication; kind: its class, a subclass in tests."""
    app = kind(sys.argv[:1])
    app.setApplicationName("hhgui")
    app.setApplicationVersion(__version__)
    if sys.platform != "darwin":  # there it would replace the bundle's icon in the Dock
        app.setWindowIcon(app_icon())
    if sys.platform == "win32":
        # run from source, hhgui has its own place in the task bar, not Python's
        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID("hhgui")
    app.setDesktopFileName("hhgui")
    pg.setConfigOptions(antialias=True)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):  # no system has all of them
            signal.signal(getattr(signal, name), partial(_end, app))
    # a worker gives the interpreter up after 1 ms, so that the window's waits stay short
    sys.setswitchinterval(0.001)
    return app


def _end(app: QApplication, *_: object) -> None:
    """End the program as closing the window does; called for a signal, in the main thread."""
    app.setProperty(ASKED, True)
    QTimer.singleShot(0, partial(app.exit, 0))
