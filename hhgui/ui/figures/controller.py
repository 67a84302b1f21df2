"""Save what the tab in front shows as a figure on white, or copy it to the clipboard."""

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Slot
from PySide6.QtWidgets import QTableWidget

from hhgui.figures.currents import figure_in_unit
from hhgui.jobs.runner import Policy, Runner
from hhgui.ui.figures.dialog import FigureDialog
from hhgui.ui.widgets.copy_table import copy_rows
from hhgui.ui.window.main_window import MainWindow
from hhgui.ui.window.preferences import table_form


class FigureWiring(QObject):
    """Owns the thread that draws and writes figures."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._folder = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.PicturesLocation
        )
        self.runner = Runner("figures", Policy.QUEUE)
        act = window.actions_by_name
        act["export.figure"].triggered.connect(self._save)
        act["copy"].triggered.connect(self._copy)
        act["copy.picture"].triggered.connect(self._copy_figure)

    @Slot()
    def _save(self) -> None:
        dialog = self._dialog()
        if dialog is not None:
            dialog.open()

    @Slot()
    def _copy(self) -> None:
        """Copy the rows of the table that has the focus, else the figure of the tab in front."""
        table = self._window.focusWidget()
        if isinstance(table, QTableWidget) and (notice := copy_rows(table)):
            self._window.say(notice)
        else:
            self._copy_figure()

    @Slot()
    def _copy_figure(self) -> None:
        """Copy the figure with the options that the dialog has at first."""
        dialog = self._dialog()
        if dialog is not None:
            dialog.copied.connect(lambda: self._window.say("Copied the figure as a picture."))
            dialog.failed.connect(self._window.say)
            # never shown, so it never finishes
            dialog.copied.connect(dialog.deleteLater)
            dialog.failed.connect(dialog.deleteLater)
            dialog.copy()

    @Slot(str)
    def _remember_folder(self, path: str) -> None:
        self._folder = str(Path(path).parent)

    def _dialog(self) -> FigureDialog | None:
        """Return a dialog for the figure of the tab in front, None if it has none."""
        front = self._window.front
        figure = front.figure()
        if figure is None:
            self._window.say("There is nothing to show yet.")
            return None
        figure = figure_in_unit(figure, front.currents)
        dialog = FigureDialog(figure, self.runner.start, self._folder, self._window, table_form())
        dialog.finished.connect(dialog.deleteLater)
        dialog.saved.connect(self._remember_folder)
        return dialog
