"""Sessions: saved by the person, kept for recovery, opened, dropped on the window, restored."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox

from hhgui.document.session import KeptRun, Session
from hhgui.jobs.runner import Outcome, Status
from hhgui.jobs.session_worker import SessionWorker
from hhgui.storage.atomic import WriteError
from hhgui.storage.recent import forget_all, recent_files, remember_file
from hhgui.storage.recovery import Leftover, last_session_path, leftover_recoveries
from hhgui.storage.session import SUFFIX, session_path
from hhgui.ui.editor import Editor
from hhgui.ui.fi.tab import FiTab
from hhgui.ui.run.tab import ExperimentTab
from hhgui.ui.session.view import restored_runs, runs_of, show_view, view_of
from hhgui.ui.window.controller import PanelWiring
from hhgui.ui.window.main_window import MainWindow
from hhgui.ui.window.settings import remember, remembered

FILTER = f"hhgui sessions (*{SUFFIX})"
KEEP_AFTER_MS, KEEP_EVERY_MS = 1000, 30_000
RESTORE = "restore_last_session"


class SessionWiring(QObject):
    """Owns the sessions' worker; the ``_ordered`` signals are the orders to it.

    model_dropped(path): a model file was dropped on the window.
    """

    save_ordered = Signal(str, object)
    load_ordered = Signal(str)
    recovery_ordered = Signal(object)
    model_dropped = Signal(str)

    def __init__(
        self, window: MainWindow, editor: Editor, panels: PanelWiring, experiment: Any
    ) -> None:
        super().__init__()
        self._window, self._editor, self._panels = window, editor, panels
        self._experiment = experiment
        self.worker = SessionWorker()
        self._path: Path | None = None
        self._leftovers: list[Leftover] = []
        self._restored: list[Leftover] = []
        self._awaited: tuple[KeptRun, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._often = QTimer(self, interval=KEEP_EVERY_MS)
        self._connect_worker()
        self._connect_window()

    def _connect_worker(self) -> None:
        worker = self.worker
        self.save_ordered.connect(worker.save)
        self.load_ordered.connect(worker.load)
        self.recovery_ordered.connect(worker.save_recovery)
        worker.saved.connect(self._on_saved)
        worker.loaded.connect(self._on_loaded)
        worker.recovery_failed.connect(self._on_recovery_failed)
        self._soon.timeout.connect(self._keep)
        self._often.timeout.connect(self._keep)

    def _connect_window(self) -> None:
        act = self._window.actions_by_name
        act["open.session"].triggered.connect(self._ask_open)
        act["save.session"].triggered.connect(self._save)
        act["save.session_as"].triggered.connect(self._ask_save)
        act["session.restore"].setChecked(remembered(RESTORE, False))
        act["session.restore"].toggled.connect(lambda on: remember(RESTORE, on))
        act.recent.chosen.connect(self.open_path)
        act.recent.clear_chosen.connect(lambda: self._list_recent(forget_all))
        self._window.files_dropped.connect(self._take_files)
        self._window.offer.accepted.connect(self._restore_leftover)
        self._window.offer.declined.connect(self._discard_leftover)
        act.recent.set_files(str(path) for path in recent_files())

    def start(self) -> None:
        """Offer what a window that died had; else, if wished, go on where the last was closed."""
        self._editor.document_changed.connect(self._keep_soon)
        self._often.start()
        self._leftovers = leftover_recoveries()
        if self._leftovers:
            self._offer_next()
        elif remembered(RESTORE, False) and last_session_path().exists():
            self.load_ordered.emit(str(last_session_path()))

    def close(self) -> None:
        """The window closes well: nothing to recover, and a last session to restore."""
        for timer in (self._soon, self._often):
            timer.stop()
        for leftover in self._leftovers:  # not answered: offered again
            leftover.release()
        for leftover in self._restored:
            leftover.discard()
        self._leftovers, self._restored = [], []
        self.worker.close_with(self.session())

    def session(self) -> Session:
        """Everything as it is."""
        return Session(
            self._editor.document, view_of(self._window),
            (*self._awaited, *runs_of(self._window)), self._window.page(FiTab).curves,
        )  # fmt: skip

    @Slot(str)
    def open_path(self, path: str) -> None:
        """Open a session file."""
        self.load_ordered.emit(path)

    @Slot()
    def _keep_soon(self) -> None:
        self._soon.start()

    @Slot()
    def _keep(self) -> None:
        self.recovery_ordered.emit(self.session())

    @Slot()
    def _ask_open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "Open session", self._folder(), FILTER)
        if name:
            self.open_path(name)

    @Slot()
    def _save(self) -> None:
        if self._path is None:
            self._ask_save()
        else:
            self.save_ordered.emit(str(self._path), self.session())

    @Slot()
    def _ask_save(self) -> None:
        start = self._path or Path(self._folder()) / f"{self._editor.document.membrane.id}{SUFFIX}"
        name, _ = QFileDialog.getSaveFileName(self._window, "Save session", str(start), FILTER)
        if name and self._may_replace(path := session_path(Path(name)), Path(name)):
            self.save_ordered.emit(str(path), self.session())

    def _may_replace(self, path: Path, asked: Path) -> bool:
        """The dialog asked about the name that was typed, not about the one with the ending."""
        if path == asked or not path.exists():
            return True
        question = f"{path.name} is there already. Replace it?"
        answer = QMessageBox.question(self._window, "Save session", question)
        return bool(answer == QMessageBox.StandardButton.Yes)

    def _folder(self) -> str:
        recent = recent_files()
        return str((self._path or (recent[0] if recent else Path.home() / "x")).parent)

    @Slot(str, str)
    def _on_saved(self, path: str, problem: str) -> None:
        if problem:
            QMessageBox.warning(self._window, "The session was not saved", problem)
            return
        self._name_window(Path(path))
        self._window.say(f"Saved {path}.")

    @Slot(str, object, str)
    def _on_loaded(self, path: str, session: Session | None, problem: str) -> None:
        kept = [leftover for leftover in self._restored if str(leftover.path) == path]
        if session is None:
            for leftover in kept:  # not lost by us: another version may read it
                self._restored.remove(leftover)
                leftover.release()
            QMessageBox.warning(self._window, "This session can't be opened", problem)
            return
        self.show(session)
        self._keep()
        if not kept and Path(path) != last_session_path():
            self._name_window(Path(path))

    @Slot(str)
    def _on_recovery_failed(self, problem: str) -> None:
        self._window.say(f"Not kept in case of a crash: {problem}")

    def show(self, session: Session) -> None:
        """Make the window what the session says. The kept runs are computed again."""
        self._panels.know(session.document.base)
        self._editor.replace_document(session.document)
        self._window.page(ExperimentTab).restore_runs([])
        show_view(self._window, session, self._panels.library)
        self._awaited = session.runs
        job = self._experiment.run_all([kept.setup for kept in session.runs])
        job.finished.connect(self._take_runs)
        self._window.page(ExperimentTab).note_change()  # the duration is the session's by now

    @Slot(object)
    def _take_runs(self, outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            since = self._window.page(ExperimentTab).runs
            back = restored_runs(self._awaited, outcome.value)
            self._awaited = ()
            self._window.page(ExperimentTab).restore_runs([*back, *since])
        elif outcome.status is Status.FAILED:
            self._window.say(outcome.message)

    def _name_window(self, path: Path) -> None:
        self._path = path
        self._window.setWindowTitle(f"{path.name.removesuffix(SUFFIX)} – hhgui")
        self._list_recent(lambda: remember_file(path))

    def _list_recent(self, change: Callable[[], tuple[Path, ...]]) -> None:
        with suppress(WriteError):  # the list is a convenience
            paths = change()
            self._window.actions_by_name.recent.set_files(str(each) for each in paths)

    @Slot(list)
    def _take_files(self, paths: list[str]) -> None:
        for path in paths:
            if path.lower().endswith(".toml"):
                self.model_dropped.emit(path)
            else:
                self.open_path(path)

    def _offer_next(self) -> None:
        if not self._leftovers:
            self._window.offer.hide()
            return
        when = f"{self._leftovers[0].saved:%Y-%m-%d %H:%M}"
        more = f" ({len(self._leftovers)} of them)" if len(self._leftovers) > 1 else ""
        self._window.offer.show_offer(
            f"hhgui ended unexpectedly. What was open at {when} was kept{more}: restore it?"
        )

    @Slot()
    def _restore_leftover(self) -> None:
        # it goes when this window closes well: until then it is there twice rather than not at all
        self._restored.append(self._leftovers.pop(0))
        self.load_ordered.emit(str(self._restored[-1].path))
        self._offer_next()

    @Slot()
    def _discard_leftover(self) -> None:
        self._leftovers.pop(0).discard()
        self._offer_next()
