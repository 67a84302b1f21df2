"""What the File and Edit menus do: asks for names, hands the work to the export worker."""

import re
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox

from hhgui.experiments.replay import replay_of
from hhgui.model.library import ORDER, user_models_dir
from hhgui.model.membrane import Membrane
from hhgui.model.model_file import ModelFileError, dump_membrane, load_membrane
from hhgui.storage.atomic import WriteError, write_atomically
from hhgui.storage.trace_csv import TraceExport
from hhgui.ui.fi.tab import FiTab
from hhgui.ui.live.tab import LiveTab
from hhgui.ui.window.export_dialog import ExportChoice, ExportDialog
from hhgui.ui.window.main_window import MainWindow

CSV_FILTER = "CSV tables (*.csv)"
MODEL_FILTER = "Model files (*.toml)"


class FileCommands(QObject):
    """Connects the window's file actions.

    model_opened(Membrane): choose it; model_saved(Membrane): list it;
    traces_ordered(path, TraceExport), fi_ordered(path, FiCurve): for the export worker.
    """

    model_opened = Signal(object)
    model_saved = Signal(object)
    traces_ordered = Signal(str, object)
    fi_ordered = Signal(str, object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._folder = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        act = window.actions_by_name
        act["open.model"].triggered.connect(self.ask_model)
        act["save.model"].triggered.connect(self.ask_save_model)
        act["export.csv"].triggered.connect(self.ask_traces)
        act["export.fi"].triggered.connect(self.ask_fi)
        act["open.models_folder"].triggered.connect(self.show_models_folder)

    @Slot()
    def ask_model(self) -> None:
        """Choose a model file."""
        path, _ = QFileDialog.getOpenFileName(
            self._window, "Open model file", str(user_models_dir()), MODEL_FILTER
        )
        if path:
            self.open_model(path)

    @Slot(str)
    def open_model(self, path: str) -> None:
        """Use a model file; a broken one gets a message and changes nothing."""
        try:
            membrane = load_membrane(Path(path))
        except ModelFileError as error:
            QMessageBox.warning(self._window, "This model file can't be used", str(error))
            return
        self.model_opened.emit(membrane)

    @Slot()
    def ask_save_model(self) -> None:
        """Save the neuron with its present values as a model file of the user's."""
        membrane = self._window.neuron.membrane
        assert membrane is not None
        folder = user_models_dir()
        self._make_folder(folder)
        path = self._ask_target("Save model as", folder / f"{membrane.id}-mine.toml", MODEL_FILTER)
        if path is None:
            return
        named = with_name_of(membrane, path)
        try:
            write_atomically(path, dump_membrane(named))
        except WriteError as error:
            QMessageBox.warning(self._window, "The model was not saved", str(error))
            return
        later = "" if path.parent == folder else "; open it again from there next time"
        self._window.say(f"Saved {path.name}; it is in the list of parameter sets now{later}.")
        self.model_saved.emit(named)

    @Slot()
    def ask_traces(self) -> None:
        """Export what was recorded."""
        plots = self._window.page(LiveTab).plots
        if plots.recording is None or plots.recording.total == 0:
            self._window.say("Nothing has been recorded yet: run first.")
            return
        dialog = ExportDialog(plots.recording, plots.shown_span, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        path = self._ask_target("Export traces", Path(self._folder) / "traces.csv", CSV_FILTER)
        if path is not None:
            self.export_traces(path, dialog.choice())

    def export_traces(self, path: Path, choice: ExportChoice) -> None:
        """Order the export of a part of the present recording."""
        recording = self._window.page(LiveTab).plots.recording
        assert recording is not None
        try:
            replay = replay_of(recording, choice.from_time, choice.to_time)
        except ValueError as error:
            self._window.say(f"Nothing to export: {error}.")
            return
        rows = recording.row_at(choice.to_time) - recording.row_at(choice.from_time) + 1
        self._window.export_progress.begin(f"Exporting {path.name}", rows // choice.every)
        self.traces_ordered.emit(str(path), TraceExport(replay, choice.columns, choice.every))

    @Slot()
    def ask_fi(self) -> None:
        """Export the newest f-I curve."""
        curve = self._window.page(FiTab).curve
        if curve is None:
            self._window.say("There is no f–I curve yet: start a sweep first.")
            return
        path = self._ask_target("Export f–I curve", Path(self._folder) / "fi.csv", CSV_FILTER)
        if path is not None:
            self._window.export_progress.begin(f"Exporting {path.name}", 0)
            self.fi_ordered.emit(str(path), curve)

    @Slot(str, str)
    def on_export_finished(self, path: str, problem: str) -> None:
        """Tell how the export ended."""
        self._window.export_progress.hide()
        if not problem:
            self._window.say(f"Saved {path} and the JSON beside it.")
        elif problem.startswith("cancelled"):
            self._window.say(f"Export {problem}.")
        else:
            QMessageBox.warning(self._window, "The export was not saved", problem)

    @Slot()
    def show_models_folder(self) -> None:
        """Open the folder of the user's own models in the file manager."""
        folder = user_models_dir()
        if self._make_folder(folder):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
            self._window.say(f"Your models: {folder}")

    def _make_folder(self, folder: Path) -> bool:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._window.say(f"{folder} can't be made: {error.strerror or error}")
            return False
        return True

    def _ask_target(self, title: str, start: Path, filters: str) -> Path | None:
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(start), filters)
        if not name:
            return None
        path = Path(name)
        ending = ".csv" if filters == CSV_FILTER else ".toml"
        if not path.suffix:
            path = path.with_suffix(ending)
        self._folder = str(path.parent) if ending == ".csv" else self._folder
        return path


def with_name_of(membrane: Membrane, path: Path) -> Membrane:
    """The membrane under the id and name that its file's name gives it."""
    model_id = re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("-._")[:64] or "model"
    if model_id in ORDER:  # an id of the app's own would be left out at the next start
        model_id += "-mine"
    return replace(membrane, id=model_id, name=path.stem)
