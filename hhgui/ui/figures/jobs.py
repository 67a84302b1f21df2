"""Work that a dialog hands to a worker's thread, and the answers it waits for."""

import threading
from collections.abc import Callable
from itertools import count

from PySide6.QtCore import QObject, Signal

Job = Callable[[Callable[[], bool]], object]
# The numbers of all dialogs' jobs: they have one worker, and an answer goes to all of them.
_NUMBERS = count(1)


class FigureJobs(QObject):
    """Numbers jobs and hands each answer to who waits for it.

    ordered(number, job): to be run elsewhere and answered by ``take_result`` or ``take_failure``.
    A job is given ``cancelled()`` and raises Cancelled once that is true.
    """

    ordered = Signal(int, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: dict[int, tuple[Callable[[object], None], Callable[[str], None]]] = {}
        self._given_up = threading.Event()  # read by jobs in the worker's thread

    def new_number(self) -> int:
        """A number that no other job has."""
        return next(_NUMBERS)

    def order(
        self, number: int, job: Job, done: Callable[[object], None], failed: Callable[[str], None]
    ) -> None:
        """Have a job done; ``done(result)`` or ``failed(message)`` is called, unless given up."""
        given_up = self._given_up
        self._waiting[number] = done, failed
        self.ordered.emit(number, lambda cancelled: job(lambda: given_up.is_set() or cancelled()))

    def waits_for(self, number: int) -> bool:
        return number in self._waiting

    def take_result(self, number: int, result: object) -> None:
        """A job is done; of a job that is not waited for, nothing is taken."""
        if number in self._waiting:
            self._waiting.pop(number)[0](result)

    def take_failure(self, number: int, message: str) -> None:
        """A job failed, or was cancelled."""
        if number in self._waiting:
            self._waiting.pop(number)[1](message)

    def give_up(self) -> list[int]:
        """Wait for nothing any more; the numbers of what was waited for."""
        numbers = list(self._waiting)
        self._waiting.clear()
        self._given_up.set()
        self._given_up = threading.Event()
        return numbers
