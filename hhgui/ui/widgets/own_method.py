"""Let a tab have a method and a dt of its own, in place of those of the run bar."""

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QToolButton, QWidget

from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT, METHODS, Trial
from hhgui.ui.widgets.field_rows import CalmComboBox
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.number_field import NumberField

OWN, BACK = "Own method…", "↺ Run bar’s"
_DT_DIGITS = 10


class OwnMethod(QWidget):
    """The fields for a tab's own method and dt, which are those of the run bar at first.

    They are hidden while those of the run bar apply. switch: the button that shows them, and later
    returns to those of the run bar; the tab must place it. owner: the beginning of the objectNames.
    what: what is integrated, for accessible names. ``changed()``: Emitted when the user has changed
    ``trial``.
    """

    changed = Signal()

    def __init__(self, owner: str, what: str) -> None:
        super().__init__()
        self._common = Trial(DEFAULT_METHOD, DEFAULT_DT_MS)
        self.switch = named(QToolButton(), f"{owner}.own_method", f"Own method and dt of {what}")
        self.switch.setCheckable(True)
        self._method = CalmComboBox(f"{owner}.method", f"Integration method of {what}")
        self._method.setMinimumContentsLength(5)
        add_methods(self._method)
        self.dt = NumberField(DT, f"{owner}.dt", owner=what)
        self._lay_out()
        self.switch.clicked.connect(self._on_switched)
        self._method.currentIndexChanged.connect(self._on_edited)
        self.dt.value_committed.connect(self._on_edited)
        self._show(self._common, own=False)

    @property
    def own(self) -> bool:
        """Return whether the tab has a method and dt of its own."""
        return self.switch.isChecked()

    @property
    def trial(self) -> Trial:
        """Return the method and dt (ms) that apply, the tab's own or those of the run bar."""
        return self._fields if self.own else self._common

    @property
    def state(self) -> tuple[str, float]:
        """Return method and dt (ms) for the session.

        The method is "" if the tab has none of its own.
        """
        return self.trial.method if self.own else "", self.trial.dt

    def set_trial(self, trial: Trial | None) -> None:
        """Show a method and dt as the tab's own, unless None or equal to those of the run bar."""
        shown = trial or self._common
        self._show(shown, own=shown != self._common)

    def set_common(self, trial: Trial) -> bool:
        """Take over a change of the run bar; return whether the method or dt that apply changed."""
        before, self._common = self.trial, trial
        if not self.own:
            self._show(trial, own=False)
        self._name_switch()
        return self.trial != before

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_width()

    @property
    def _fields(self) -> Trial:
        return Trial(str(self._method.currentData()), self.dt.value)

    def _show(self, trial: Trial, own: bool) -> None:
        with QSignalBlocker(self._method):
            self._method.setCurrentIndex(self._method.findData(trial.method))
        self.dt.set_value_silently(trial.dt)
        self.dt.error_label.clear_error()
        self._set_own(own)

    def _set_own(self, own: bool) -> None:
        self.switch.setChecked(own)
        self.setVisible(own)
        self._name_switch()

    def _name_switch(self) -> None:
        common = f"{METHODS[self._common.method].label}, dt {self._common.dt:g} ms"
        self.switch.setText(BACK if self.own else OWN)
        before = "Back to" if self.own else "In place of"
        self.switch.setToolTip(f"{before} the run bar’s: {common}")

    def _on_switched(self, own: bool) -> None:
        if own:
            self._set_own(True)
            self._method.setFocus()
            return
        before = self._fields
        self._show(self._common, own=False)
        if before != self._common:
            self.changed.emit()

    def _on_edited(self) -> None:
        self._set_own(True)
        self.changed.emit()

    def _lay_out(self) -> None:
        label = QLabel("dt")
        label.setToolTip(DT.help)
        label.setBuddy(self.dt.spin_box)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for column, widget in enumerate((self._method, label, self.dt, QLabel(DT.unit))):
            grid.addWidget(widget, 0, column)
        grid.setColumnStretch(0, 1)
        self._fit_width()

    def _fit_width(self) -> None:
        self.dt.setFixedWidth(self.fontMetrics().horizontalAdvance("0") * _DT_DIGITS)


def add_methods(box: QComboBox) -> None:
    """Fill a combo box with all integration methods; their tooltips are their help."""
    for method in METHODS.values():
        box.addItem(method.label, method.id)
        box.setItemData(box.count() - 1, method.help, Qt.ItemDataRole.ToolTipRole)
