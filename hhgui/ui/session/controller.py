"""Save, open, restore and recover sessions, also by drag and drop."""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox

from hhgui.document.session import Session
from hhgui.jobs.runner import Job, Outcome, Policy, Runner, Status, Work
from hhgui.model.parameter import ModelError
from hhgui.storage.atomic import WriteError
from hhgui.storage.recent import forget_all, recent_files, remember_file
from hhgui.storage.recovery import Leftover, Recovery, last_session_path, leftover_recoveries
from hhgui.storage.session import (
    OLD_SUFFIX,
    SUFFIX,
    load_session,
    save_session,
    session_path,
)
from hhgui.ui.editor import Editor
from hhgui.ui.session.unsaved import Answer, UnsavedWork, ask_about_unsaved
from hhgui.ui.session.view import show_view, states_of, view_of
from hhgui.ui.widgets.deferred import DeferredCalls
from hhgui.ui.window.controller import PanelWiring
from hhgui.ui.window.main_window import MainWindow
from hhgui.ui.window.settings import remember, remembered

OPEN_FILTER = f"hhgui sessions (*{SUFFIX} *{OLD_SUFFIX})"
SAVE_FILTER = f"hhgui sessions (*{SUFFIX})"
KEEP_AFTER_MS, KEEP_EVERY_MS = 1000, 30_000
LONGEST_STORE_S = 4.0  # Windows ends a program that takes 5 s to log off
RESTORE = "restore_last_session"
FAILURE = "a file of the session's folder could not be used"


def uncancelled(do: Callable[[], object]) -> Work:
    """Return the job that calls ``do``, which is too short to be cancelled."""
    return lambda _cancelled, _progress: do()


def save(path: Path, session: Session) -> Work:
    """Return the job that saves a session and returns the recent files, this one first."""

    def do() -> tuple[Path, ...]:
        save_session(path, session)
        return _remembered(path)

    return uncancelled(do)


def load(path: Path, remembers: bool) -> Work:
    """Return the job that reads a session and returns it with the recent files.

    remembers: Whether the file becomes the first of the recent files.
    """

    def do() -> tuple[Session, tuple[Path, ...]]:
        session = load_session(path)
        return session, _remembered(path) if remembers else recent_files()

    return uncancelled(do)


def close(
    recovery: Recovery, last: Session, unanswered: Iterable[Leftover], restored: Iterable[Leftover]
) -> Work:
    """Return the job that stores the last session and removes the recovery files on a normal close.

    unanswered: Recovery to offer again at the next start. restored: Recovery that is no longer
    needed once ``last`` is stored.
    """

    def do() -> None:
        for leftover in unanswered:
            leftover.release()
        recovery.close(last)
        for leftover in restored:
            leftover.discard()

    return uncancelled(do)


def _remembered(path: Path) -> tuple[Path, ...]:
    with suppress(WriteError):  # the list is a convenience
        return remember_file(path)
    return recent_files()


class SessionWiring(QObject):
    """Own the runner that reads and writes sessions, so that a slow disk never blocks the window.

    Unless ``close`` is called, the recovery file remains and the next start offers it.
    ask: Asks about unsaved work.
    ``model_dropped(path)``: Emitted with a model file that was dropped on the window.
    ``table_opened(path)``: Emitted with a file that is neither session nor model, perhaps a table.
    """

    model_dropped = Signal(str)
    table_opened = Signal(str)

    def __init__(self, window: MainWindow, editor: Editor, panels: PanelWiring) -> None:
        super().__init__()
        self._window, self._editor, self._panels = window, editor, panels
        self._deferred = DeferredCalls(self)
        self.runner = Runner("sessions", Policy.QUEUE)
        self._recovery = Recovery()
        self._problem = ""
        self._path: Path | None = None
        self._own: Session | None = None  # from before the lessons
        self._closing = False
        self._restores = True
        self.ask = ask_about_unsaved
        self.unsaved = UnsavedWork(editor.history, window.pages.values())
        self._recent: tuple[Path, ...] = ()
        self._leftovers: list[Leftover] = []
        self._restored: list[Leftover] = []
        self._soon = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._often = QTimer(self, interval=KEEP_EVERY_MS)
        for timer in (self._soon, self._often):
            timer.timeout.connect(self._keep)
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
        self._window.offer.restore.clicked.connect(self._restore_leftover)
        self._window.offer.discard.clicked.connect(self._discard_leftover)

    def start(self, restores: bool = True) -> None:
        """Offer the session of a crashed window, or restore the last one if the user wants it.

        restores: False leaves that out, because a file is opened.
        """
        self._restores = restores
        self._editor.document_changed.connect(self._keep_soon)
        for page in self._window.pages.values():
            page.kept.connect(self._keep)
        self._often.start()
        self._do(recent_files).finished.connect(self._list_recent)
        self._do(leftover_recoveries).finished.connect(self._on_leftovers)

    def close(self) -> None:
        """Store the last session and remove the recovery file on a normal close."""
        self._deferred.run()  # what a session still had to show has no window any more
        for timer in (self._soon, self._often):
            timer.stop()
        self.runner.start(
            close(self._recovery, self.session(), self._leftovers, self._restored), FAILURE
        )
        self._leftovers, self._restored = [], []

    def may_close(self) -> bool:
        """Ask about unsaved work, and return whether the window may close now.

        It closes by itself once the work is saved, if that is the answer. Nothing is asked if the
        next start restores everything.
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
        """Ask what to do with unsaved work; remember if that is not to be asked any more."""
        answer, no_more = self.ask(self._window, self._name)
        if no_more:
            self._window.actions_by_name["session.restore"].setChecked(True)
        return answer

    def _leave(self, go: Callable[[], None]) -> None:
        """Call ``go``, which replaces the session, once unsaved work is saved or not wanted."""
        answer = self._ask() if self.unsaved.there else Answer.DISCARD
        if answer is Answer.DISCARD:
            go()
        elif answer is Answer.SAVE:
            self._save(then=go)

    def store(self) -> None:
        """Store what a close stores, and wait for it; the next edit is kept for recovery again."""
        self._deferred.run()
        self.runner.start(close(self._recovery, self.session(), (), self._restored), FAILURE)
        self._restored = []
        stored = threading.Event()
        self._do(stored.set)
        stored.wait(LONGEST_STORE_S)

    def session(self) -> Session:
        """Return the session of the present window and document."""
        return Session(self._editor.document, view_of(self._window))

    @property
    def busy(self) -> bool:
        """Return whether a session is being shown."""
        return self._deferred.busy

    @Slot(str)
    def open_path(self, path: str) -> None:
        """Open a session file, after a question if there is unsaved work."""
        self._leave(partial(self._load, Path(path), remembers=True))

    def _do(self, do: Callable[[], object]) -> Job:
        return self.runner.start(uncancelled(do), FAILURE)

    def _load(self, path: Path, remembers: bool) -> None:
        job = self.runner.start(load(path, remembers), "the session could not be read")
        job.finished.connect(partial(self._on_loaded, path, remembers))

    @Slot()
    def _open_last(self) -> None:
        self._leave(partial(self._load, last_session_path(), remembers=False))

    @Slot()
    def _keep_soon(self) -> None:
        self._soon.start()

    @Slot()
    def _keep(self) -> None:
        """Store the present session for recovery, later if the disk is still busy."""
        self.runner.follow(self._keep_now)

    def _keep_now(self) -> None:
        if self._deferred.busy:  # half of it is the session before
            self._soon.start()
            return
        job = self._do(partial(self._recovery.save, self.session()))
        job.finished.connect(self._on_kept)

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
        """Return whether the file may be written; ask if it exists.

        The file dialog has asked about ``asked``, which may lack the file ending.
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
            self.show(session, saved=path not in [each.path for each in self._restored])
        except ModelError as error:
            self._refuse(path, f"{path.name}: {error.key}: {error}")
            return
        self._keep_soon()
        if names_window:
            self._name_window(path, recent)
        else:  # or Save would write it over the session before
            self._path = None
            self._show_title()

    def _refuse(self, path: Path, problem: str) -> None:
        """Show why a session cannot be opened; a recovered one remains for another attempt."""
        for leftover in [each for each in self._restored if each.path == path]:
            self._restored.remove(leftover)
            self._do(leftover.release)
        QMessageBox.warning(self._window, "This session can't be opened", problem)

    @Slot(object)
    def _on_kept(self, outcome: Outcome) -> None:
        """Show that the session could not be stored, once for each continuing problem."""
        if outcome.message and outcome.message != self._problem:
            self._window.say(f"Not kept in case of a crash: {outcome.message}")
        self._problem = outcome.message

    def show(self, session: Session, saved: bool = True) -> None:
        """Apply a session to the window; raise ModelError and change nothing if it is invalid.

        saved: Whether it is stored where the next start finds it.
        """
        states = states_of(self._window, session.view)
        self._panels.know(session.document.base)
        self._editor.replace_document(session.document)
        shown = self.unsaved.mark_saved if saved else self.unsaved.mark_unsaved
        show_view(self._window, session.view, states, self._deferred, shown)

    @Slot()
    def remember_own(self) -> None:
        """Remember the present settings, and offer them until the user has returned to them."""
        if self._own is None:
            self._own = self.session()
            self._window.lessons.offer_return(True)

    @Slot()
    def return_to_own(self) -> None:
        """Show the settings from before the lessons as one undo step; keep all results."""
        session, self._own = self._own, None
        self._window.lessons.offer_return(False)
        if session is None:
            return
        now = view_of(self._window)
        view = replace(session.view, lesson=now.lesson, step=now.step)
        states = states_of(self._window, view)
        for name, page in self._window.pages.items():
            if page.results_in:
                results = {page.results_in: now.tabs[name][page.results_in]}
                states[name] = replace(states[name], **results)
        self._editor.edit("back to my own settings", **vars(session.document))
        show_view(self._window, view, states, self._deferred, lambda: None)

    @property
    def _name(self) -> str:
        """Return the name of the session's file, or "" without one."""
        name = "" if self._path is None else self._path.name
        return name.removesuffix(SUFFIX).removesuffix(OLD_SUFFIX)

    def _name_window(self, path: Path, recent: tuple[Path, ...]) -> None:
        self._path = path
        self._show_title()
        self._show_recent(recent)

    @Slot()
    def _show_title(self) -> None:
        """Show session and neuron; the place of the mark of unsaved work is "[*]"."""
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
        """Open a file that has the ending of a session; offer any other as a stimulus."""
        if path.lower().endswith((SUFFIX, ".json")):
            self.open_path(path)
        else:
            self.table_opened.emit(path)

    @Slot(object)
    def _on_leftovers(self, outcome: Outcome) -> None:
        self._leftovers = outcome.value or []
        if self._leftovers:
            self._offer_next()
        elif self._restores and remembered(RESTORE, False) and last_session_path().exists():
            self._load(last_session_path(), remembers=False)

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
        self._load(self._restored[-1].path, remembers=False)
        self._offer_next()

    @Slot()
    def _discard_leftover(self) -> None:
        self._do(self._leftovers.pop(0).discard)
        self._offer_next()
