"""Read currents from files in another thread, and ask what a file leaves open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox

from hhgui.jobs.runner import Outcome, Runner, Status
from hhgui.model.parameter import ModelError
from hhgui.storage.currents.choice import Choice
from hhgui.storage.currents.current_file import CurrentFile, current_of
from hhgui.storage.currents.problems import Undecided
from hhgui.storage.currents.table import SUFFIXES, Table, Watched, open_table
from hhgui.ui.stimulus.import_dialog import ImportDialog

if TYPE_CHECKING:
    from hhgui.ui.editor import Editor
    from hhgui.ui.window.main_window import MainWindow

_TABLES = f"Tables ({' '.join('*' + suffix for suffix in SUFFIXES)})"
FILTER = f"{_TABLES};;All files (*)"


@dataclass(frozen=True)
class Answer:
    """What reading a file has given: its table, and either its current or a problem.

    table: None if the file has none.
    """

    table: Table | None
    current: CurrentFile | None = None
    problem: ModelError | None = None


def reading(path: Path, choice: Choice, table: Table | None = None) -> Callable[..., Answer]:
    """Return the job that reads a file, or interprets ``table``, read before, by a new choice."""

    def work(cancelled: Callable[[], bool], progress: Callable[[float], object]) -> Answer:
        watched = Watched(progress, cancelled)
        found = table
        try:
            found = found or open_table(path, choice.separator, watched)
            return Answer(found, current_of(found, choice, watched))
        except ModelError as error:
            return Answer(found, problem=error)

    return work


class StimulusController(QObject):
    """Owns the thread that reads files, and gives the results to the panel."""

    def __init__(self, window: MainWindow, editor: Editor) -> None:
        super().__init__()
        self._window, self._panel, self._editor = window, window.stimulus, editor
        self.runner = Runner("stimulus file")
        self._path, self._choice = Path(), Choice()
        self._awaited = self._asks = False
        self._table: Table | None = None
        self.dialog: ImportDialog | None = None
        self._panel.file_requested.connect(self._ask_file)
        self._panel.file_abandoned.connect(self._abandon)

    @Slot(str)
    def offer(self, path: str) -> None:
        """Ask whether a file that was dropped or opened is to be the stimulus."""
        question = f"{Path(path).name} is no session and no model.\nUse it as stimulus?"
        answer = QMessageBox.question(self._window, "Use as stimulus?", question)
        if answer == QMessageBox.StandardButton.Yes:
            self.read(Path(path))

    def read(self, path: Path, asks: bool = False) -> None:
        """Read a file; asks: whether to open the dialog even if the file leaves nothing open."""
        self._path, self._asks = path, asks
        self._choice = Choice(area=self._editor.document.membrane.area)
        self._panel.show_reading(path.name)
        self._start(None, self._on_opened)

    @Slot(bool)
    def _ask_file(self, asks: bool) -> None:
        folder = str(self._path.parent) if self._path.name else ""
        name, _ = QFileDialog.getOpenFileName(self._window, "Stimulus from a file", folder, FILTER)
        if name:
            self.read(Path(name), asks)
        else:
            self._panel.refuse_file("")

    @Slot()
    def _abandon(self) -> None:
        """Ignore the file that is being read."""
        self._awaited = False
        self.runner.cancel()

    def _start(self, table: Table | None, finish: Callable[[Outcome], None]) -> None:
        """Read the file, or interpret ``table``; call ``finish`` at the end."""
        self._awaited = True
        work = reading(self._path, self._choice, table)
        job = self.runner.start(work, f"{self._path.name} could not be read")
        job.progressed.connect(self._show_progress)
        job.finished.connect(finish)

    @Slot(float)
    def _show_progress(self, fraction: float) -> None:
        if self.dialog is not None:
            self.dialog.show_progress(fraction)
        elif self._awaited:
            self._panel.show_reading(self._path.name, fraction)

    @Slot(object)
    def _on_opened(self, outcome: Outcome) -> None:
        if not self._awaited:
            return
        self._awaited = False
        answer = _answer_of(outcome)
        self._table = answer.table
        if answer.current is not None and not self._asks:
            self._use(answer.current)
        elif answer.table is None or not (self._asks or isinstance(answer.problem, Undecided)):
            self._panel.refuse_file(str(answer.problem or ""))
        else:
            self._open_dialog(answer)

    def _open_dialog(self, answer: Answer) -> None:
        assert answer.table is not None
        self._panel.show_reading("")
        self.dialog = ImportDialog(answer.table, self._choice, self._window)
        self.dialog.show_answer(answer.table, answer.current, answer.problem)
        self.dialog.choice_changed.connect(self._on_choice)
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    @Slot(object)
    def _on_choice(self, choice: Choice) -> None:
        """Interpret the table again, by the choice that was edited in the dialog."""
        table = self._table if choice.separator == self._choice.separator else None
        self._choice = choice
        self._start(table, self._on_read_again)

    @Slot(object)
    def _on_read_again(self, outcome: Outcome) -> None:
        if self.dialog is not None:
            answer = _answer_of(outcome)
            self._table = answer.table or self._table
            self.dialog.show_answer(answer.table, answer.current, answer.problem)

    @Slot(int)
    def _on_closed(self, result: int) -> None:
        dialog, self.dialog = self.dialog, None
        self._table = None
        self._abandon()
        assert dialog is not None
        if result == ImportDialog.DialogCode.Accepted and dialog.current is not None:
            self._use(dialog.current)
        else:
            self._panel.refuse_file("")
        dialog.deleteLater()

    def _use(self, current: CurrentFile) -> None:
        self._panel.take_file(current.samples)
        if current.notes:
            self._window.say(" · ".join(current.notes))


def _answer_of(outcome: Outcome) -> Answer:
    if outcome.status is Status.COMPLETE and isinstance(outcome.value, Answer):
        return outcome.value
    return Answer(None, problem=ModelError("path", outcome.message))
