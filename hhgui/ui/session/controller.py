"""Save and open sessions, also by drag and drop."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox

from hhgui.document.session import Session
from hhgui.jobs.runner import Job, Outcome, Policy, Runner, Status, Work
from hhgui.model.parameter import ModelError
from hhgui.storage.atomic import WriteError
from hhgui.storage.recent import forget_all, recent_files, remember_file
from hhgui.storage.recovery import last_session_path
from hhgui.storage.session import (
    OLD_SUFFIX,
    SUFFIX,
    load_session,
    save_session,
    session_path,
)
from hhgui.ui.editor import Editor
from hhgui.ui.session.keeping import FAILURE, RESTORE, Keeping, uncancelled
from hhgui.ui.session.unsaved import Answer, UnsavedWork, ask_about_unsaved
from hhgui.ui.session.view import show_view, states_of, view_of
from hhgui.ui.widgets.deferred import DeferredCalls
from hhgui.ui.window.controller import PanelWiring
from hhgui.ui.window.main_window import MainWindow
from hhgui.ui.window.settings import remember, remembered

OPEN_FILTER = f"hhgui sessions (*{SUFFIX} *{OLD_SUFFIX})"
SAVE_FILTER = f"hhgui sessions (*{SUFFIX})"


def save(path: Path, session: Session) -> Work:
    """Return the job that saves a session; its value is the recent files, this one first."""

    def do() -> tuple[Path, ...]:
        save_session(path, session)
        return _remembered(path)

    return uncancelled(do)


def load(path: Path, remembers: bool) -> Work:
    """Return the job that reads a session; its value is the session and the recent files.

    remembers: whether the file becomes the first of the recent files.
    """

    def do() -> tuple[Session, tuple[Path, ...]]:
        session = load_session(path)
        return session, _remembered(path) if remembers else recent_files()

    return uncancelled(do)


def _remembered(path: Path) -> tuple[Path, ...]:
    """Put a file at the head of the recent files and return them; a failure is ignored."""
    with suppress(WriteError):  # the list is a convenience
        return remember_file(path)
    return recent_files()


class SessionWiring(QObject):
    """Saves, opens and recovers sessions, in another thread so that no disk blocks the window.

    keeping: stores what is not saved yet. ask: asks the user about unsaved work.
    ``model_dropped(path)``: Emitted with a model file that was dropped on the window.
    ``table_opened(path)``: Emitted with a file that is neither a session nor a model, perhaps a
    table.
    """

    model_dropped = Signal(str)
    table_opened = Signal(str)

    def __init__(self, window: MainWindow, editor: Editor, panels: PanelWiring) -> None:
        super().__init__()
        self._window, self._editor, self._panels = window, editor, panels
        self._deferred = DeferredCalls(self)
        self.runner = Runner("sessions", Policy.QUEUE)
        self._path: Path | None = None
        self._own: Session | None = None  # from before the lessons
        self._closing = False
        self.ask = ask_about_unsaved
        self.unsaved = UnsavedWork(editor.history, window.pages.values())
        self._recent: tuple[Path, ...] = ()
        self.keeping = Keeping(window, self.runner, self.session, self._deferred)
        self.keeping.load_requested.connect(self._load_kept)
        self._connect_window()
        self._show_title()

    def _connect_window(self) -> None:
        act = self._window.actions_by_name
        self.unsaved.changed.connect(self._window.setWindowModified)
        self._editor.document_changed.connect(self._show_title)
        act["open.session"].triggered.connect(self._ask_open)
        act["open.last"].triggered.connect(self._open_last)
        act["save.session"].triggered.connect(lambda: self._save())
        act["save.session_as"].triggered.connect(lambda: self._ask_save())
        act["session.restore"].setChecked(remembered(RESTORE, False))
        act["session.restore"].toggled.connect(lambda on: remember(RESTORE, on))
        act.recent.chosen.connect(self.open_path)
        act.recent.clear_chosen.connect(self._forget_recent)
        self._window.files_dropped.connect(self._take_files)

    def start(self, restores: bool = True) -> None:
        """Offer the session of a crashed window; or restore the last one if the user has chosen so.

        restores: False if a file is opened instead.
        """
        self._editor.document_changed.connect(self.keeping.keep_soon)
        self._do(recent_files).finished.connect(self._list_recent)
        self.keeping.start(restores)

    def close(self) -> None:
        """Store the last session and delete the recovery file, as the window closes normally."""
        self._deferred.run()  # drops the deferred calls, whose window is closing
        self.keeping.close()

    def may_close(self) -> bool:
        """Return whether the window may close now; if there is unsaved work, ask first.

        If the answer is to save, False is returned and the window closes once the work is saved.
        Nothing is asked if the next start restores everything anyway.
        """
        restored = self._window.actions_by_name["session.restore"].isChecked()
        if self._closing or restored or not self.unsaved.there:
            return True
        answer = self._ask()
        if answer is Answer.SAVE:
            self._save(then=self._close_window)
        return answer is Answer.DISCARD

    def _close_window(self) -> None:
        self._closing = True
        self._window.close()

    def _ask(self) -> Answer:
        """Ask what to do with unsaved work; remember it if the user wants no more questions."""
        answer, no_more = self.ask(self._window, self._name)
        if no_more:
            self._window.actions_by_name["session.restore"].setChecked(True)
        return answer

    def _leave(self, go: Callable[[], None]) -> None:
        """Call ``go``, which replaces the session, once unsaved work is saved or given up."""
        answer = self._ask() if self.unsaved.there else Answer.DISCARD
        if answer is Answer.DISCARD:
            go()
        elif answer is Answer.SAVE:
            self._save(then=go)

    def store(self) -> None:
        """Store all that ``close`` stores, and wait until that is done; go on as before."""
        self._deferred.run()
        self.keeping.store()

    def session(self) -> Session:
        """Return the session: the present document and state of the window."""
        return Session(self._editor.document, view_of(self._window))

    @property
    def busy(self) -> bool:
        """Return whether a session is still being shown."""
        return self._deferred.busy

    @Slot(str)
    def open_path(self, path: str) -> None:
        """Open a session file; if there is unsaved work, ask first."""
        self._leave(partial(self._load, Path(path), remembers=True))

    def _do(self, do: Callable[[], object]) -> Job:
        """Start a short job that calls ``do``."""
        return self.runner.start(uncancelled(do), FAILURE)

    def _load(self, path: Path, remembers: bool) -> None:
        job = self.runner.start(load(path, remembers), "the session could not be read")
        job.finished.connect(partial(self._on_loaded, path, remembers))

    @Slot(object)
    def _load_kept(self, path: Path) -> None:
        self._load(path, remembers=False)

    @Slot()
    def _open_last(self) -> None:
        self._leave(partial(self._load, last_session_path(), remembers=False))

    @Slot()
    def _ask_open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Open session", self._folder(), OPEN_FILTER
        )
        if name:
            self._open_any(name)

    def _save(self, then: Callable[[], None] = lambda: None) -> None:
        """Save to the session's file, or ask for one; call ``then`` once it is saved."""
        if self._path is None:
            self._ask_save(then)
        else:
            self._save_to(self._path, then)

    def _ask_save(self, then: Callable[[], None] = lambda: None) -> None:
        named = self._path or Path(self._folder()) / self._editor.document.membrane.id
        start = session_path(named)
        name, _ = QFileDialog.getSaveFileName(self._window, "Save session", str(start), SAVE_FILTER)
        if name and self._may_replace(path := session_path(Path(name)), Path(name)):
            self._save_to(path, then)

    def _may_replace(self, path: Path, asked: Path) -> bool:
        """Return whether the file may be written; ask the user if it exists.

        asked: the path about which the file dialog has asked already; it may lack the ending.
        """
        if path == asked or not path.exists():
            return True
        question = f"{path.name} is there already. Replace it?"
        answer = QMessageBox.question(self._window, "Save session", question)
        return bool(answer == QMessageBox.StandardButton.Yes)

    def _folder(self) -> str:
        newest = self._path or next(iter(self._recent), Path.home() / "x")
        return str(newest.parent)

    def _save_to(self, path: Path, then: Callable[[], None]) -> None:
        job = self.runner.start(save(path, self.session()), "the session could not be saved")
        self.unsaved.mark_saved()  # now: what is edited while the disk writes is not in the file
        job.finished.connect(partial(self._on_saved, path, then))

    def _on_saved(self, path: Path, then: Callable[[], None], outcome: Outcome) -> None:
        if outcome.status is not Status.COMPLETE:
            self.unsaved.mark_unsaved()
            QMessageBox.warning(self._window, "The session was not saved", outcome.message)
            return
        self._name_window(path, outcome.value)
        self._window.say(f"Saved {path}.")
        then()

    def _on_loaded(self, path: Path, names_window: bool, outcome: Outcome) -> None:
        if outcome.status is not Status.COMPLETE:
            self._refuse(path, outcome.message)
            return
        session, recent = outcome.value
        try:
            self.show(session, not self.keeping.has_recovered(path), path if names_window else None)
        except ModelError as error:
            self._refuse(path, f"{path.name}: {error.key}: {error}")
            return
        self.keeping.keep_soon()
        if names_window:
            self._show_recent(recent)

    def _refuse(self, path: Path, problem: str) -> None:
        """Show why a session can't be opened; a recovered one is kept for another attempt."""
        self.keeping.give_back(path)
        QMessageBox.warning(self._window, "This session can't be opened", problem)

    def show(self, session: Session, saved: bool = True, path: Path | None = None) -> None:
        """Show a session; if it is invalid, raise ModelError and change nothing.

        saved: whether it is stored where the next start finds it. path: the file that Save writes;
        None makes Save ask for one.
        """
        states = states_of(self._window, session.view)
        self._path = path
        self._panels.know(session.document.base)
        self._editor.replace_document(session.document)
        self._show_title()
        shown = self.unsaved.mark_saved if saved else self.unsaved.mark_unsaved
        show_view(self._window, session.view, states, self._deferred, shown)

    @Slot()
    def remember_own(self) -> None:
        """Remember the present settings, and offer to return to them, as a lesson begins."""
        if self._own is None:
            self._own = self.session()
            self._window.lessons.offer_return(True)

    @Slot()
    def return_to_own(self) -> None:
        """Return to the settings from before the lessons, as one step of undo; keep all results."""
        session, self._own = self._own, None
        self._window.lessons.offer_return(False)
        if session is None:
            return
        now = view_of(self._window)
        view = replace(session.view, lesson=now.lesson, step=now.step, pins=now.pins)
        states = states_of(self._window, view)
        for name, page in self._window.pages.items():
            if page.results_in:
                results = {page.results_in: now.tabs[name][page.results_in]}
                states[name] = replace(states[name], **results)
        self._editor.edit("back to my own settings", **vars(session.document))
        show_view(self._window, view, states, self._deferred, lambda: None)

    @property
    def _name(self) -> str:
        """Return the name of the session's file, "" if it has none."""
        name = "" if self._path is None else self._path.name
        return name.removesuffix(SUFFIX).removesuffix(OLD_SUFFIX)

    def _name_window(self, path: Path, recent: tuple[Path, ...]) -> None:
        self._path = path
        self._show_title()
        self._show_recent(recent)

    @Slot()
    def _show_title(self) -> None:
        """Show session and neuron in the title; Qt marks unsaved work at "[*]"."""
        neuron = self._editor.document.membrane.name
        names = [f"{self._name}[*]", neuron] if self._name else [f"{neuron}[*]"]
        title = " – ".join([*names, "hhgui"])
        if title != self._window.windowTitle():
            self._window.setWindowTitle(title)

    @Slot()
    def _forget_recent(self) -> None:
        self._do(forget_all).finished.connect(self._list_recent)

    @Slot(object)
    def _list_recent(self, outcome: Outcome) -> None:
        if outcome.status is Status.COMPLETE:
            self._show_recent(outcome.value)

    def _show_recent(self, paths: tuple[Path, ...]) -> None:
        self._recent = paths
        self._window.actions_by_name.recent.set_files(str(each) for each in paths)

    @Slot(list)
    def _take_files(self, paths: list[str]) -> None:
        for path in paths:
            if path.lower().endswith(".toml"):
                self.model_dropped.emit(path)
            else:
                self._open_any(path)

    def _open_any(self, path: str) -> None:
        """Open a session by the ending of its file; offer any other file as a stimulus."""
        if path.lower().endswith((SUFFIX, ".json")):
            self.open_path(path)
        else:
            self.table_opened.emit(path)
