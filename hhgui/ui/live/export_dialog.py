"""Choose which times, columns and rows of the live recording to export."""

from dataclasses import dataclass, replace

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from hhgui.engine.recording import Recording
from hhgui.engine.replay import replay_of
from hhgui.model.quantity import STIMULUS, Quantity
from hhgui.model.words import counted
from hhgui.storage.trace_csv import EVERY, TraceExport
from hhgui.ui.tab import Export, trace_file
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.number_field import NumberField

COLUMNS_PER_ROW = 4


@dataclass(frozen=True)
class ExportChoice:
    """What to export: a range of times (ms), the keys of the columns, and every n-th row."""

    from_time: float
    to_time: float
    columns: tuple[str, ...]
    every: int


def export_of(recording: Recording, choice: ExportChoice) -> Export:
    """Return the export of a part of a recording. Raises ValueError if that has no rows."""
    replay = replay_of(recording, choice.from_time, choice.to_time)
    export = TraceExport(replay, choice.columns, choice.every)
    rows = recording.row_at(choice.to_time) - recording.row_at(choice.from_time) + 1
    return trace_file(export, "traces.csv", max(1, rows // choice.every))


class ExportDialog(QDialog):
    """Ask what to export; ``choice()`` returns the answer."""

    def __init__(
        self,
        recording: Recording,
        visible: tuple[float, float],
        kept: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        """Create the dialog; visible: the visible times (ms).

        kept: how many kept sweeps are visible.
        """
        super().__init__(parent)
        self.setWindowTitle("Export traces")
        oldest, newest = recording.span
        self._everything = (oldest, newest)
        self._visible = (max(visible[0], oldest), min(visible[1], newest))
        self.all = self._radio("export.all", "Everything recorded", self._everything)
        self.visible_only = self._radio("export.visible", "What is visible", self._visible)
        self.kept_too = QRadioButton(
            f"What is visible, with {counted(kept, 'kept sweep')}: the numbers of the figure"
        )
        self.kept_too.setObjectName("export.kept")
        self.kept_too.setVisible(kept > 0)
        self.all.setChecked(True)
        self.visible_only.setEnabled(self._visible[1] >= self._visible[0])
        described = recording.quantities | {STIMULUS.key: recording.injected(oldest, newest)}
        self.columns = {q.key: self._column_box(q) for q in described.values()}
        self.every = NumberField(replace(EVERY, label="row step"), "export.every")
        self.every.set_value_silently(1)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()

    def choice(self) -> ExportChoice:
        """Return the user's choice."""
        span = self._everything if self.all.isChecked() else self._visible
        names = tuple(name for name, box in self.columns.items() if box.isChecked())
        return ExportChoice(*span, names, int(self.every.value))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        times = QGroupBox("Time")
        rows = QVBoxLayout(times)
        rows.addWidget(self.all)
        rows.addWidget(self.visible_only)
        rows.addWidget(self.kept_too)
        column.addWidget(times)
        chosen = QGroupBox("Columns, besides time")
        grid = QGridLayout(chosen)
        for place, box in enumerate(self.columns.values()):
            grid.addWidget(box, *divmod(place, COLUMNS_PER_ROW))
        add_layout(grid, self._all_or_none(), grid.rowCount(), 0, 1, COLUMNS_PER_ROW)
        column.addWidget(chosen)
        form = QFormLayout()
        form.addRow("write every N-th row", self.every)
        for part in (chosen, self.every):
            self.kept_too.toggled.connect(part.setDisabled)
        add_layout(column, form)
        column.addWidget(self.buttons)

    def _all_or_none(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for text, on in (("All", True), ("None", False)):
            button = QPushButton(text)
            button.setObjectName(f"export.columns.{text.lower()}")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked, on=on: self._check_all(on))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _check_all(self, on: bool) -> None:
        for box in self.columns.values():
            box.setChecked(on)

    def _radio(self, name: str, text: str, span: tuple[float, float]) -> QRadioButton:
        button = QRadioButton(f"{text} ({span[0]:.1f} to {span[1]:.1f} ms)")
        button.setObjectName(name)
        return button

    def _column_box(self, quantity: Quantity) -> QCheckBox:
        box = QCheckBox(quantity.key)
        box.setObjectName(f"export.column.{quantity.key}")
        box.setToolTip(quantity.label)
        box.setChecked(quantity.recorded)
        box.toggled.connect(self._allow_saving)
        return box

    def _allow_saving(self) -> None:
        some = any(box.isChecked() for box in self.columns.values())
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(some)
