"""Provide the buttons Run and Stop with a progress bar, and check typed values before a start."""

from functools import partial

from PySide6.QtWidgets import QGridLayout, QProgressBar, QPushButton, QWidget

from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.number_field import NumberField

_STEPS = 1000


class RunControls(QWidget):
    """The buttons Run and Stop above a progress bar.

    name: the beginning of the objectNames. what: what is run, for accessible names.
    """

    def __init__(self, name: str, what: str) -> None:
        super().__init__()
        self._total = 0
        self.start = named(QPushButton("Run"), f"{name}.start", f"Run {what}")
        self.cancel = named(QPushButton("Stop"), f"{name}.cancel", f"Stop {what}")
        self._progress = named(QProgressBar(), f"{name}.progress", f"Progress of {what}")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self.start, 0, 0)
        grid.addWidget(self.cancel, 0, 1)
        grid.addWidget(self._progress, 1, 0, 1, 2)
        self.set_running(False)
        self.forget_progress()

    def set_running(self, running: bool) -> None:
        """Enable Stop if something is running, else Run."""
        self.start.setEnabled(not running)
        self.cancel.setEnabled(running)

    def begin_progress(self, total: int = 0) -> None:
        """Show that none of ``total`` results is there yet; 0 if the total is not known."""
        self._total = total
        if total:
            self.show_progress(0)
        else:
            self._progress.setRange(0, 0)

    def show_progress(self, results: int, fraction: float = 0.0) -> None:
        """Show the number of results, or the fraction of the work done (0 to 1) if that is more."""
        if self._total:
            fraction = max(fraction, results / self._total)
            self._progress.setFormat(f"{results} of {self._total}")
        self._progress.setRange(0, _STEPS)
        self._progress.setValue(round(_STEPS * fraction))

    def forget_progress(self) -> None:
        """Clear the progress bar: nothing runs, or the results have been removed."""
        self._progress.setFormat("")
        self._progress.setRange(0, 1)
        self._progress.setValue(0)


class Refusals:
    """Remembers why the last value typed into any of some fields was refused.

    Clicking Run also takes what was typed just before. If that is refused, the user must see the
    reason before anything runs with the old value; a second click then runs it.
    """

    def __init__(self) -> None:
        self._field: NumberField | None = None
        self._reason = ""

    def watch(self, field: NumberField) -> None:
        """Include a field."""
        field.value_refused.connect(partial(self._note, field))
        field.value_committed.connect(self._forget)

    def take(self) -> str:
        """Return the reason if it is still shown beside its field, else ""; forget it."""
        field, reason = self._field, self._reason
        self._forget()
        return reason if field is not None and field.error_label.text() == reason else ""

    def _note(self, field: NumberField, reason: str) -> None:
        self._field, self._reason = field, reason

    def _forget(self, _value: float = 0.0) -> None:
        self._field, self._reason = None, ""
