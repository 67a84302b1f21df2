"""Edit what begins a triggered sweep, in a row below the live traces."""

from PySide6.QtCore import QEvent, QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from hhgui.ui.live.state import BEFORE, LEVEL, SWEEPS
from hhgui.ui.live.trigger import STIMULUS, VOLTAGE, TriggerSettings
from hhgui.ui.widgets.field_rows import CalmComboBox
from hhgui.ui.widgets.number_field import NumberField

SOURCES = {STIMULUS: "stimulus onset", VOLTAGE: "V rises through"}
_DIGITS = 8  # of a field's width


class TriggerBar(QWidget):
    """The fields for source, level, time before the trigger and number of past sweeps.

    ``changed()``: Emitted when the user has changed ``settings``.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._window = 200.0
        self._source = CalmComboBox("live.trigger_source", "What begins a sweep")
        self._source.setToolTip("What begins a sweep")
        for source, text in SOURCES.items():
            self._source.addItem(text, source)
        self._source.setMinimumContentsLength(max(map(len, SOURCES.values())))
        self._level = NumberField(LEVEL, "live.level")
        self._before = NumberField(BEFORE, "live.pre_trigger")
        self._sweeps = NumberField(SWEEPS, "live.sweeps")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.addStretch(1)
        row.addWidget(QLabel("sweep at"))
        row.addWidget(self._source)
        row.addWidget(self._level)
        self._unit = QLabel(LEVEL.unit)
        row.addWidget(self._unit)
        for text, field in ((f"pre-trigger ({BEFORE.unit})", self._before),
                            ("past sweeps", self._sweeps)):  # fmt: skip
            label = QLabel(text)
            label.setBuddy(field)
            label.setToolTip(field.parameter.help)
            row.addWidget(label)
            row.addWidget(field)
        self._source.currentIndexChanged.connect(self._take)
        self._level.value_committed.connect(self._take)
        self._before.value_committed.connect(self._take_before)
        self._sweeps.value_committed.connect(self._take)
        self.set_settings(TriggerSettings())
        self._fit_width()

    @property
    def settings(self) -> TriggerSettings:
        """Return what begins a sweep, as the fields have it."""
        source = self._source.currentData()
        return TriggerSettings(
            source, self._level.value, self._before.value, int(self._sweeps.value)
        )

    def set_settings(self, settings: TriggerSettings) -> None:
        """Show these settings without emitting a signal."""
        self._taken = settings
        with QSignalBlocker(self._source):
            self._source.setCurrentIndex(self._source.findData(settings.source))
        self._level.set_value_silently(settings.level)
        self._before.set_value_silently(settings.before_ms)
        self._sweeps.set_value_silently(settings.sweeps)
        self._show_level()

    def set_window(self, window: float) -> None:
        """Set the visible duration (ms), of which the time before the trigger is only a part."""
        self._window = window

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_width()

    def _fit_width(self) -> None:
        for field in (self._level, self._before, self._sweeps):
            field.setFixedWidth(self.fontMetrics().horizontalAdvance("0") * _DIGITS + 18)

    def _show_level(self) -> None:
        for widget in (self._level, self._unit):
            widget.setVisible(self._source.currentData() == VOLTAGE)

    def _take(self, *_value: object) -> None:
        self._show_level()
        self._taken = self.settings
        self.changed.emit()

    def _take_before(self, value: float) -> None:
        if value < self._window:
            self._take()
            return
        self._before.set_value_silently(self._taken.before_ms)
        self._before.show_error(
            f"The pre-trigger time must be less than the shown time, {self._window:g} ms."
        )
