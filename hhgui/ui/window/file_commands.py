"""Ask for file names for the File and Edit menus, and write files in another thread."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox

from hhgui.failures import CANCELLED
from hhgui.model.library import user_models_dir
from hhgui.model.membrane import Membrane
from hhgui.model.model_file import ModelFileError, dump_membrane, load_membrane
from hhgui.storage.atomic import write_atomically
from hhgui.storage.table_form import form_of
from hhgui.ui.tab import Export
from hhgui.ui.widgets.user_folder import open_in_system
from hhgui.ui.window.main_window import MainWindow
from hhgui.ui.window.model_dialog import ModelDialog
from hhgui.ui.window.preferences import table_form

if TYPE_CHECKING:
    from hhgui.jobs.runner import Outcome, Runner, Work

MODEL_FILTER = "Model files (*.toml)"
NOT_SAVED = "could not be saved"


def model_file(path: Path, membrane: Membrane) -> Work:
    """Return the job that writes a model file; it is too short to be cancelled."""

    def work(_cancelled: Callable[[], bool], _progress: Callable[[float], object]) -> Path:
        write_atomically(path, dump_membrane(membrane))
        return path

    return work


class FileCommands(QObject):
    """Connects the window's commands for files; ``runner`` writes one file after the other.

    ``model_opened(Membrane)``: Emitted with a neuron to choose. ``model_saved(Membrane)``: Emitted
    with a neuron to list, and to choose if the present neuron still has the same numbers.
    """

    model_opened = Signal(object)
    model_saved = Signal(object)

    def __init__(self, window: MainWindow, runner: Runner) -> None:
        super().__init__(window)
        self._window, self._runner = window, runner
        self._folder = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        act = window.actions_by_name
        act["open.model"].triggered.connect(self.ask_model)
        act["save.model"].triggered.connect(self.ask_save_model)
        act["open.models_folder"].triggered.connect(self.show_models_folder)
        window.export_progress.cancel_requested.connect(runner.cancel)
        for page in window.pages.values():
            page.export_requested.connect(self.ask_export)

    @Slot()
    def ask_model(self) -> None:
        """Ask for a model file and open it."""
        path, _ = QFileDialog.getOpenFileName(
            self._window, "Open model file", str(user_models_dir()), MODEL_FILTER
        )
        if path:
            self.open_model(path)

    @Slot(str)
    def open_model(self, path: str) -> None:
        """Open a model file; if it is invalid, show a message and change nothing."""
        try:
            membrane = load_membrane(Path(path))
        except ModelFileError as error:
            QMessageBox.warning(self._window, "This model file can't be used", str(error))
            return
        self.model_opened.emit(membrane)

    @Slot()
    def ask_save_model(self) -> None:
        """Ask for name, source and notes, and save the present neuron as a model file."""
        neuron, folder = self._window.neuron, user_models_dir()
        assert neuron.membrane is not None
        assert neuron.default is not None
        if not self._make_folder(folder):
            return
        dialog = ModelDialog(neuron.membrane, neuron.default, folder, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            job = self._runner.start(model_file(dialog.path, dialog.membrane), NOT_SAVED)
            job.finished.connect(partial(self._on_model_saved, dialog.path, dialog.membrane))

    def _on_model_saved(self, path: Path, named: Membrane, outcome: Outcome) -> None:
        if outcome.message:
            QMessageBox.warning(self._window, "The model was not saved", outcome.message)
            return
        self._window.say(f"Saved {path.name}; it is in the list of parameter sets now.")
        self.model_saved.emit(named)

    @Slot(object)
    def ask_export(self, export: Export) -> None:
        """Ask for a path and write the file that a tab offers."""
        path = self._ask_target(export.title, Path(self._folder) / export.name, export.filters)
        if path is not None:
            self.write(path, export)

    def write(self, path: Path, export: Export) -> None:
        """Write the file that a tab offers, and show the progress."""
        strip = self._window.export_progress
        strip.begin(f"Exporting {path.name}")
        work = partial(export.write, path, form_of(path, table_form()))
        job = self._runner.start(work, NOT_SAVED)
        job.progressed.connect(strip.show_fraction)
        job.finished.connect(partial(self._on_exported, path, export.record))

    def _on_exported(self, path: Path, record: bool, outcome: Outcome) -> None:
        if not self._runner.running:
            self._window.export_progress.hide()
        if not outcome.message:
            self._window.say(f"Saved {path}{' and the JSON beside it' * record}.")
        elif outcome.message == CANCELLED:
            self._window.say("Export cancelled; nothing was written.")
        else:
            QMessageBox.warning(self._window, "The export was not saved", outcome.message)

    @Slot()
    def show_models_folder(self) -> None:
        """Open the folder of the user's models in the file manager."""
        folder = user_models_dir()
        if self._make_folder(folder):
            open_in_system(folder)
            self._window.say(f"Your models: {folder}")

    def _make_folder(self, folder: Path) -> bool:
        """Create a folder if it is missing; return whether it exists now."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._window.warn(f"{folder} can't be made: {error.strerror or error}")
            return False
        return True

    def _ask_target(self, title: str, start: Path, filters: str) -> Path | None:
        """Ask for a path to write to; return None if the user cancels."""
        name, chosen = QFileDialog.getSaveFileName(self._window, title, str(start), filters)
        if not name:
            return None
        path = Path(name)
        endings = re.findall(r"\*(\.\w+)", chosen) or [start.suffix]
        if not path.suffix:
            path = path.with_suffix(endings[0])
        self._folder = str(path.parent)
        return path
