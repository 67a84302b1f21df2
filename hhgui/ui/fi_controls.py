"""The column that says which f-I curve to measure, starts it, and shows how far it is."""

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from hhgui.engine.methods import DT, METHODS
from hhgui.experiments import fi
from hhgui.experiments.fi import LAB_3, FiProtocol
from hhgui.model.parameter import ModelError, Parameter
from hhgui.ui.field_rows import CalmComboBox
from hhgui.ui.number_field import NumberField

_FIELD_DIGITS = 15  # width of a field, spin buttons included
_GAP = 8
# The parameter and its field in FiProtocol.
_GROUPS = (
    ("Current steps", ((fi.FROM, "first"), (fi.TO, "last"), (fi.POINTS, "points"))),
    ("Each run", ((fi.ON, "on"), (fi.OFF, "off"), (fi.DURATION, "duration"))),
    ("Spikes", ((fi.THRESHOLD, "threshold"),)),
    ("Integration", ((DT, "dt"),)),
)


class FiControls(QWidget):
    """Edits a FiProtocol; a value or combination that can't be is answered beside its field."""

    start_clicked = Signal(object)  # FiProtocol
    cancel_clicked = Signal()
    lab_3_clicked = Signal()
    start_refused = Signal(str)
    protocol_changed = Signal()
    follow_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._fields: dict[str, NumberField] = {}
        self._labels: list[QLabel] = []
        self._names: dict[str, str] = {}  # parameter key -> field of FiProtocol
        self._points = 1
        self._refusal = ""  # why the last typed value was not taken
        self._method = CalmComboBox("fi.method", "Integration method of the f–I curve")
        self._start, self._cancel = _button("Start", "fi.start"), _button("Cancel", "fi.cancel")
        self._progress = QProgressBar()
        self.follow = QCheckBox("Follow the knobs")
        self._form, self._scroller = QWidget(), QScrollArea()
        self._outer, self._run = QVBoxLayout(self), QGridLayout()
        self._set_up_method()
        self._lay_out()
        self._set_up_run()
        self.set_protocol(FiProtocol())
        self.set_running(False)

    # What the tab calls

    def set_protocol(self, protocol: FiProtocol) -> None:
        """Fill every field; emits nothing."""
        for key, field in self._fields.items():
            field.set_value_silently(float(getattr(protocol, self._names[key])))
            field.error_label.clear_error()
        self._method.setCurrentIndex(self._method.findData(protocol.method))

    def protocol(self) -> FiProtocol | None:
        """What the fields say; None, with the reason beside its field, if that can't be."""
        values: dict[str, Any] = {
            self._names[key]: field.value for key, field in self._fields.items()
        }
        values["points"] = int(values["points"])
        try:
            return FiProtocol(**values, method=self._method.currentData())
        except ModelError as error:
            self._fields[error.key].show_error(str(error))
            return None

    def set_running(self, running: bool, points: int = 1) -> None:
        """Start or Cancel, whichever makes sense; ``points`` is the full length of the bar."""
        self._start.setEnabled(not running)
        self._cancel.setEnabled(running)
        if running:
            self._points = points
            self.show_progress(0)

    def show_progress(self, points: int, share: float = 0.0) -> None:
        """How many points there are; ``share`` of the work done, where points come in groups."""
        share = max(share, points / self._points)
        self._progress.setRange(0, 1000)
        self._progress.setValue(round(1000 * share))
        self._progress.setFormat(f"{points} of {self._points}")

    # Building

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(5)
        column.addLayout(self._preset_row())
        for title, rows in _GROUPS:
            column.addSpacing(5)
            column.addWidget(_heading(title))
            if title == "Integration":
                column.addWidget(self._method)
            column.addWidget(self._group(rows))
        column.addStretch(1)
        row = QHBoxLayout(self._form)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(column)
        row.addStretch(1)  # the scroll bar comes and goes here, and moves nothing
        self._scroller.setFrameShape(QFrame.Shape.NoFrame)
        self._scroller.setWidgetResizable(True)
        self._scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroller.setWidget(self._form)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.addWidget(self._scroller, 1)
        self._outer.addLayout(self._run)
        self._run.addWidget(self._start, 0, 0)
        self._run.addWidget(self._cancel, 0, 1)
        self._run.addWidget(self._progress, 1, 0, 1, 2)
        self._run.addWidget(self.follow, 2, 0, 1, 2)
        self._fit_width()

    def _fit_width(self) -> None:
        """As wide as the fields need in this font, and a scroll bar."""
        field_width = self.fontMetrics().horizontalAdvance("0") * _FIELD_DIGITS
        # Not the form's own hint: it is stale until the form is shown.
        width = max(label.sizeHint().width() for label in self._labels) + _GAP + field_width
        for field in self._fields.values():
            field.setFixedWidth(field_width)
            field.error_label.setMaximumWidth(width)
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self._run.setContentsMargins(0, 0, bar, 0)
        self.setFixedWidth(width + bar)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_width()

    def _preset_row(self) -> QHBoxLayout:
        preset = _button("Lab 3", "fi.preset.lab3")
        preset.setAccessibleName("Preset Lab 3")
        preset.setToolTip("Fill in the protocol of lab course 3 and choose its neuron.")
        preset.clicked.connect(self._on_lab_3_clicked)
        row = QHBoxLayout()
        row.addWidget(QLabel("Preset"))
        row.addStretch(1)
        row.addWidget(preset)
        return row

    def _group(self, rows: tuple[tuple[Parameter, str], ...]) -> QWidget:
        group = QWidget()
        grid = QGridLayout(group)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(_GAP)
        grid.setColumnStretch(0, 1)
        for row, (parameter, name) in enumerate(rows):
            field = NumberField(parameter, f"fi.{parameter.key}")
            field.value_committed.connect(self._on_value_committed)
            field.value_refused.connect(self._note_refusal)
            self._fields[parameter.key], self._names[parameter.key] = field, name
            self._labels.append(_label(field))
            grid.addWidget(self._labels[-1], 2 * row, 0)
            grid.addWidget(field, 2 * row, 1)
            # Across the column: beside the label a sentence would need five lines.
            grid.addWidget(field.error_label, 2 * row + 1, 0, 1, 2)
        return group

    def _set_up_method(self) -> None:
        for method in METHODS.values():
            self._method.addItem(method.label, method.id)
            tip = Qt.ItemDataRole.ToolTipRole
            self._method.setItemData(self._method.count() - 1, method.help, tip)

    def _set_up_run(self) -> None:
        self._start.setAccessibleName("Start the f–I curve")
        self._cancel.setAccessibleName("Cancel the f–I curve")
        self._start.clicked.connect(self._on_start_clicked)
        self._cancel.clicked.connect(self.cancel_clicked)
        self._progress.setObjectName("fi.progress")
        self._progress.setAccessibleName("Progress of the f–I curve")
        self.follow.setObjectName("fi.follow")
        self.follow.setAccessibleName("Follow the knobs")
        self.follow.setToolTip("Measure the curve again whenever a parameter changes")
        self.follow.toggled.connect(self.follow_toggled)
        self._method.currentIndexChanged.connect(self.protocol_changed)
        self._progress.setFormat("")
        self._progress.setRange(0, 1)

    # What the user does

    def _on_value_committed(self, _value: float) -> None:
        for field in self._fields.values():
            field.error_label.clear_error()
        self._refusal = ""
        if self.protocol() is not None:
            self.protocol_changed.emit()

    def _note_refusal(self, reason: str) -> None:
        self._refusal = reason

    def _on_lab_3_clicked(self) -> None:
        self.set_protocol(LAB_3)
        self.protocol_changed.emit()
        self.lab_3_clicked.emit()

    def start(self) -> None:
        """As a click on Start, which also ends a sweep that runs."""
        self._on_start_clicked()

    def _on_start_clicked(self) -> None:
        # A click on Start is also what commits a typed value. If that was refused just now, the
        # user must see it before anything runs with the value before; the next click runs.
        refusal, self._refusal = self._refusal, ""
        shown = {field.error_label.text() for field in self._fields.values()}
        if refusal and refusal in shown:
            self.start_refused.emit(refusal)
            return
        protocol = self.protocol()
        if protocol is None:
            self.start_refused.emit(self._first_error())
        else:
            self.start_clicked.emit(protocol)

    def _first_error(self) -> str:
        texts = (field.error_label.text() for field in self._fields.values())
        return next(text for text in texts if text)


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    return button


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _label(field: NumberField) -> QLabel:
    parameter = field.parameter
    # The groups' headings say the rest, so the short symbols do.
    text = parameter.symbol if parameter is DT else parameter.symbol.capitalize()
    label = QLabel(f"{text} ({parameter.unit})" if parameter.unit else text)
    label.setBuddy(field.spin_box)
    label.setToolTip(field.spin_box.toolTip())
    return label
