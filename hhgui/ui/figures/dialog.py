"""Choose the format and size of a figure, preview it, and save or copy it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hhgui.figures.drawing import FigureSize, figure_bytes
from hhgui.figures.figure import Figure, series_of
from hhgui.model.words import counted
from hhgui.storage.atomic import write_atomically
from hhgui.storage.csv_table import Cancelled
from hhgui.storage.figure_csv import write_figure_csv
from hhgui.storage.table_form import CSV, TableForm, form_of
from hhgui.ui.figures.options import FORMATS, FigureOptions
from hhgui.ui.figures.picture import picture_of
from hhgui.ui.figures.preview import FigurePreview
from hhgui.ui.widgets.labels import named, set_message
from hhgui.ui.widgets.layouts import add_layout

if TYPE_CHECKING:
    from hhgui.jobs.runner import Job, Outcome, Work

FAILURE = "the figure could not be made"


class FigureDialog(QDialog):
    """Shows a preview of a figure, saves it and copies it.

    ``saved(path)``, ``copied()``, ``failed(message)``: Emitted when a save or copy has ended.
    """

    saved = Signal(str)
    copied = Signal()
    failed = Signal(str)

    def __init__(
        self,
        figure: Figure,
        start: "Callable[[Work, str], Job]",
        folder: str = "",
        parent: QWidget | None = None,
        form: TableForm = CSV,
    ) -> None:
        """Create the dialog.

        start: starts a job in another thread as ``Runner.start`` does; the dialog itself draws
        nothing. folder: where to save, "" for the last one. form: that of a table with the figure's
        numbers.
        """
        super().__init__(parent)
        self.setObjectName("figure.dialog")
        self.setWindowTitle("Save figure")
        self._figure, self._folder = figure, folder
        self._start, self._form = start, form
        self._job: Job | None = None
        self._path = Path()
        marked = any(panel.marks for panel in figure.panels)
        self.options = FigureOptions(len(figure.panels), marked)
        self.preview = FigurePreview(start, self._wanted)
        self.note, self.message = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.save_button, self.copy_button = QPushButton("Save…"), QPushButton("Copy")
        self.close_button = QPushButton("Close")
        self._name_widgets()
        self._lay_out()
        self._connect()
        self._on_changed()

    # The following methods carry out what the user requests.

    def save_to(self, path: Path) -> None:
        """Write the figure, or its numbers, to a file."""
        kind, size = self.options.format, self.options.figure_size()
        if kind != "csv" and size is None:
            return
        set_message(self.message, f"Saving {path.name}…")
        job = partial(
            _write,
            path,
            kind,
            self._chosen(),
            size or FigureSize(),
            self.options.outlines,
            form_of(path, self._form),
        )
        self._path = path
        self._work(job, self._on_saved)

    def copy(self) -> None:
        """Copy the figure to the clipboard as an image of the chosen size."""
        size = self.options.figure_size()
        if size is not None:
            set_message(self.message, "Copying…")
            figure = self._chosen()
            self._work(lambda _cancelled, _progress: picture_of(figure, size), self._on_copied)

    def done(self, result: int) -> None:
        """Close the dialog, and cancel a save that is under way."""
        self.preview.abandon()
        if self._job is not None:
            self._job.abandon()
        self._end_work()
        super().done(result)

    def _ask_path(self) -> None:
        kind = self.options.format
        start = str(Path(self._folder) / f"figure.{kind}")
        filters = f"{FORMATS[kind][0]} (*.{kind})"
        name, _ = QFileDialog.getSaveFileName(self, "Save figure", start, filters)
        if name:
            path = Path(name)
            self.save_to(path if path.suffix else path.with_suffix(f".{kind}"))

    # Building

    def _name_widgets(self) -> None:
        for widget, name, title in (
            (self.save_button, "figure.save", "Save the figure"),
            (self.copy_button, "figure.copy", "Copy the figure to the clipboard"),
            (self.close_button, "figure.close", "Close"),
            (self.note, "figure.note", "About the file"),
            (self.message, "figure.message", "What happened"),
        ):
            named(widget, name, title)
        self.note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        # Return in a field ends the typing there: it must not save what was refused just now
        for button in (self.save_button, self.copy_button, self.close_button):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        left, buttons, row = QVBoxLayout(), QHBoxLayout(), QHBoxLayout(self)
        buttons.addWidget(self.save_button)
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        left.addWidget(self.options)
        left.addWidget(self.note)
        left.addStretch(1)
        left.addWidget(self.message)
        add_layout(left, buttons)
        row.setSpacing(16)
        add_layout(row, left)
        row.addWidget(self.preview, 1)
        width = self.fontMetrics().horizontalAdvance("0") * 42
        for widget in (self.options, self.note, self.message):
            widget.setFixedWidth(width)
        self.resize(width + 560, 480)

    def _connect(self) -> None:
        self.options.changed.connect(self._on_changed)
        self.save_button.clicked.connect(self._ask_path)
        self.copy_button.clicked.connect(self.copy)
        self.close_button.clicked.connect(self.reject)

    # Jobs

    def _wanted(self) -> tuple[Figure, FigureSize] | None:
        """Return the figure and its size for the preview, None if the size is invalid."""
        size = self.options.figure_size()
        return None if size is None else (self._chosen(), size)

    def _chosen(self) -> Figure:
        """Return the figure with or without its title and annotations, as chosen."""
        figure = self._figure
        if not self.options.with_marks:
            figure = replace(figure, panels=tuple(replace(p, marks=()) for p in figure.panels))
        return figure if self.options.with_title else replace(figure, title="")

    def _work(self, work: "Work", done: "Callable[[Outcome], None]") -> None:
        """Start a save or a copy; only one runs at a time."""
        self._job = self._start(work, FAILURE)
        self._job.finished.connect(done)
        self._allow()

    @Slot(object)
    def _on_saved(self, outcome: "Outcome") -> None:
        self._end_work()
        if outcome.message:
            self._fail(outcome.message)
            return
        self._folder = str(self._path.parent)
        set_message(self.message, f"Saved {self._path.name}.")
        self.saved.emit(str(self._path))

    @Slot(object)
    def _on_copied(self, outcome: "Outcome") -> None:
        self._end_work()
        if outcome.message:
            self._fail(outcome.message)
            return
        image: QImage = outcome.value
        QApplication.clipboard().setImage(image)
        set_message(self.message, f"Copied {image.width()} × {image.height()} pixels.")
        self.copied.emit()

    def _fail(self, message: str) -> None:
        set_message(self.message, message, error=True)
        self.failed.emit(message)

    def _end_work(self) -> None:
        self._job = None
        self._allow()

    # Showing

    def _on_changed(self) -> None:
        set_message(self.message, "")
        self._allow()
        kind = self.options.format
        notes = [FORMATS[kind][1], self._figure.remark]
        if kind == "csv":
            rows = max(c.x.size for p in self._figure.panels for c in p.curves)
            curves = sum(len(panel.curves) for panel in self._figure.panels)
            notes.insert(1, f"{counted(curves, 'curve')}, {rows} rows.")
        self.note.setText(" ".join(filter(None, notes)))
        self.preview.refresh()

    def _allow(self) -> None:
        """Enable Save and Copy if none is under way; a table cannot be copied."""
        self.save_button.setEnabled(self._job is None)
        self.copy_button.setEnabled(self._job is None and self.options.format != "csv")


def _write(
    path: Path,
    kind: str,
    figure: Figure,
    size: FigureSize,
    outlines: bool,
    form: TableForm,
    cancelled: Callable[[], bool],
    _progress: Callable[[float], object],
) -> Path:
    """Write a figure, as a job; return the path.

    Raises WriteError or Cancelled, both of which leave the old file unchanged.
    """
    if kind == "csv":
        write_figure_csv(path, series_of(figure), cancelled, form)
        return path
    content = figure_bytes(figure, kind, size, outlines)
    if cancelled():
        raise Cancelled
    write_atomically(path, content)
    return path
