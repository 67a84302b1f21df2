"""The sessions' thread: saves, loads and keeps for recovery, so that no disk stops the window."""

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from hhgui.document.session import Session
from hhgui.model.model_file import ModelFileError
from hhgui.storage.atomic import WriteError
from hhgui.storage.recovery import Recovery
from hhgui.storage.session import load_session, save_session


class SessionWorker(QObject):
    """One file at a time. Each order is answered, whatever happens.

    saved(path, problem): problem "" when it is saved, else the old file is as it was;
    loaded(path, Session or None, problem); recovery_saved(): what was ordered is kept for recovery;
    recovery_failed(problem): it is not, told once for each problem until it is over.

    Without a call of ``close_with`` the recovery file stays when the thread ends: the next start
    offers it.
    """

    saved = Signal(str, str)
    loaded = Signal(str, object, str)
    recovery_saved = Signal()
    recovery_failed = Signal(str)

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self._recovery = Recovery(folder)
        self._kept: Session | None = None
        self._problem = ""
        self._closes = False
        self._last: Session | None = None
        self._lock = threading.Lock()

    def close_with(self, last: Session | None) -> None:
        """The window closes well: at the thread's end keep ``last``, and nothing to recover.

        May be called from any thread, before the thread is ended.
        """
        with self._lock:
            self._closes, self._last = True, last

    @Slot(str, object)
    def save(self, path: str, session: Session) -> None:
        """Save where the person said."""
        try:
            save_session(Path(path), session)
        except WriteError as error:
            self.saved.emit(path, str(error))
        except Exception as error:  # whatever it is, the person must hear that nothing was saved
            self.saved.emit(path, f"could not be saved: {error!r}")
        else:
            self.saved.emit(path, "")

    @Slot(str)
    def load(self, path: str) -> None:
        """Read a session."""
        try:
            session = load_session(Path(path))
        except ModelFileError as error:
            self.loaded.emit(path, None, str(error))
        except Exception as error:  # whatever it is, the person must hear that nothing was read
            self.loaded.emit(path, None, f"could not be read: {error!r}")
        else:
            self.loaded.emit(path, session, "")

    @Slot(object)
    def save_recovery(self, session: Session) -> None:
        """Keep the session in case the program dies; one that is kept already costs nothing."""
        try:
            if session != self._kept:
                self._recovery.save(session)
        except Exception as error:  # a disk's problem or another: either way it must be told
            problem = str(error) if isinstance(error, WriteError) else repr(error)
            if problem != self._problem:
                self._problem = problem
                self.recovery_failed.emit(problem)
        else:
            self._kept, self._problem = session, ""
            self.recovery_saved.emit()

    @Slot()
    def shut_down(self) -> None:
        """As the thread ends: a clean close leaves the last session, anything else the recovery."""
        with self._lock:
            closes, last = self._closes, self._last
        if not closes:
            return
        try:
            self._recovery.close(last)
        except Exception as error:  # the window is gone; the recovery file is not
            self.recovery_failed.emit(str(error))
