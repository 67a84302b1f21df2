"""Store the session while the user works, and offer what a window that died had stored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from hhgui.document.session import Session
from hhgui.storage.recovery import Leftover, Recovery, last_session_path, leftover_recoveries
from hhgui.ui.widgets.deferred import DeferredCalls
from hhgui.ui.window.main_window import MainWindow
from hhgui.ui.window.settings import remembered

if TYPE_CHECKING:
    from hhgui.jobs.runner import Job, Outcome, Runner, Work

# Every two seconds costs a thousandth of a core; what is unchanged is not written.
KEEP_AFTER_MS, KEEP_EVERY_MS = 1000, 2000
LONGEST_STORE_S = 4.0  # Windows ends a program that takes 5 s to log off
RESTORE = "restore_last_session"
FAILURE = "a file of the session's folder could not be used"


def uncancelled(do: Callable[[], object]) -> Work:
    """Return the job that calls ``do``; it is too short to be cancelled."""
    return lambda _cancelled, _progress: do()


def close(
    recovery: Recovery, last: Session, unanswered: Iterable[Leftover], restored: Iterable[Leftover]
) -> Work:
    """Return the job that stores the last session and deletes recovery files, at a normal close.

    unanswered: recovery files that the user has not decided on, to be offered again at the next
    start. restored: those that are not needed any more once ``last`` is stored.
    """

    def do() -> None:
        for leftover in unanswered:
            leftover.release()
        recovery.close(last)
        for leftover in restored:
            leftover.discard()

    return uncancelled(do)


class Keeping(QObject):
    """Owns the recovery file of this window, and those of windows that died.

    Unless ``close`` is called, the recovery file remains and is offered at the next start. session:
    returns the present session. showing: is busy while a session is being shown.
    ``load_requested(Path)``: Emitted to have a recovered session or the last one shown.
    """

    load_requested = Signal(object)

    def __init__(
        self, window: MainWindow, runner: Runner, session: Callable[[], Session],
        showing: DeferredCalls,
    ) -> None:  # fmt: skip
        super().__init__()
        self._window, self._runner, self._session, self._showing = window, runner, session, showing
        self._recovery = Recovery()
        self._problem = ""
        self._untouched: Session | None = None
        self._opens_last = True
        self._leftovers: list[Leftover] = []
        self._restored: list[Leftover] = []
        self._soon = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._often = QTimer(self, interval=KEEP_EVERY_MS)
        for timer in (self._soon, self._often):
            timer.timeout.connect(self.keep)
        window.offer.restore.clicked.connect(self._restore_leftover)
        window.offer.discard.clicked.connect(self._discard_leftover)

    def start(self, opens_last: bool) -> None:
        """Offer the session of a crashed window; or open the last one if the user has chosen so.

        opens_last: False if a file is opened instead.
        """
        self._opens_last = opens_last
        for page in self._window.pages.values():
            page.kept.connect(self.keep)
        self._untouched = self._session()
        self._often.start()
        self._do(leftover_recoveries).finished.connect(self._on_leftovers)

    def close(self) -> None:
        """Store the last session and delete the recovery file, as the window closes normally."""
        for timer in (self._soon, self._often):
            timer.stop()
        self._close(self._leftovers)
        self._leftovers = []

    def store(self) -> None:
        """Store all that ``close`` stores, and wait until that is done; go on as before."""
        self._close(())
        stored = threading.Event()
        self._do(stored.set)
        stored.wait(LONGEST_STORE_S)

    def _close(self, unanswered: Iterable[Leftover]) -> None:
        self._runner.start(
            close(self._recovery, self._session(), unanswered, self._restored), FAILURE
        )
        self._restored = []

    def has_recovered(self, path: Path) -> bool:
        """Return whether a file is of a window that died and has been restored in this one."""
        return path in [each.path for each in self._restored]

    def give_back(self, path: Path) -> None:
        """Keep a recovered session that can't be opened, for another attempt."""
        for leftover in [each for each in self._restored if each.path == path]:
            self._restored.remove(leftover)
            self._do(leftover.release)

    @Slot()
    def keep_soon(self) -> None:
        """Store the session once the user has paused editing."""
        self._soon.start()

    @Slot()
    def keep(self) -> None:
        """Store the present session for recovery; if the disk is still busy, do so later."""
        self._runner.follow(self._keep_now)

    def _keep_now(self) -> None:
        if self._showing.busy:  # a session that is half shown would be mixed with the previous one
            self._soon.start()
            return
        session = self._session()
        if session == self._untouched:  # a window in which nothing was done leaves nothing
            return
        self._untouched = None
        job = self._do(partial(self._recovery.save, session))
        job.finished.connect(self._on_kept)

    @Slot(object)
    def _on_kept(self, outcome: Outcome) -> None:
        """If the session could not be stored, say so, once per continuing problem."""
        if outcome.message and outcome.message != self._problem:
            self._window.warn(f"Not kept in case of a crash: {outcome.message}")
        self._problem = outcome.message

    def _do(self, do: Callable[[], object]) -> Job:
        """Start a short job that calls ``do``."""
        return self._runner.start(uncancelled(do), FAILURE)

    @Slot(object)
    def _on_leftovers(self, outcome: Outcome) -> None:
        """Take the recovery files of windows that died, and offer the first."""
        self._leftovers = outcome.value or []
        if self._leftovers:
            self._offer_next()
        elif self._opens_last and remembered(RESTORE, False) and last_session_path().exists():
            self.load_requested.emit(last_session_path())

    def _offer_next(self) -> None:
        """Offer the next recovery file, if there is one."""
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
        # deleted on a normal close; until then a second copy is safer than none
        self._restored.append(self._leftovers.pop(0))
        self.load_requested.emit(self._restored[-1].path)
        self._offer_next()

    @Slot()
    def _discard_leftover(self) -> None:
        self._do(self._leftovers.pop(0).discard)
        self._offer_next()
