"""Choose two kept families, of which one is subtracted from the other."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from hhgui.ui.widgets.field_rows import CalmComboBox
from hhgui.ui.widgets.labels import named

Pair = tuple[int, int]


class DifferenceChooser(QWidget):
    """The choice of two kept families; hidden if there are fewer than two.

    ``changed()``: Emitted when the user has chosen another difference.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._on = named(
            QCheckBox("Difference"), "clamp.difference", "Draw the difference of two kept families"
        )
        self._first = CalmComboBox("clamp.difference.first", "Family to subtract from")
        self._second = CalmComboBox("clamp.difference.second", "Family to subtract")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._on, 0, 0)
        grid.addWidget(self._first, 0, 1)
        grid.addWidget(QLabel("minus"), 1, 0)
        grid.addWidget(self._second, 1, 1)
        self._on.toggled.connect(self._on_changed)
        for box in (self._first, self._second):
            box.activated.connect(self._on_changed)
        self._problem = named(
            QLabel(wordWrap=True), "clamp.difference.problem", "Why there is none"
        )
        self._problem.setForegroundRole(QPalette.ColorRole.BrightText)
        self._problem.hide()
        grid.addWidget(self._problem, 2, 0, 1, 2)
        self.hide()

    def show_problem(self, text: str) -> None:
        """Show why there is no difference; "" removes this."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    @property
    def pair(self) -> Pair | None:
        """Return the indices of the two families, None if no difference is chosen."""
        places = self._first.currentIndex(), self._second.currentIndex()
        return places if self._on.isChecked() and min(places) >= 0 else None

    def set_names(self, names: Sequence[str]) -> None:
        """Offer these families; at first the first minus the last is chosen."""
        before = [self._first.currentIndex(), self._second.currentIndex()]
        count = self._first.count()
        for box, place in zip((self._first, self._second), before, strict=True):
            with QSignalBlocker(box):
                box.clear()
                box.addItems(list(names))
                last = len(names) - 1
                usual = last if box is self._second else 0
                box.setCurrentIndex(place if count >= 2 and 0 <= place <= last else usual)
        self.setVisible(len(names) >= 2)
        if len(names) < 2:
            self.show_pair(None)

    def show_pair(self, pair: Pair | None) -> None:
        """Show a choice, None for no difference, without emitting a signal."""
        with QSignalBlocker(self._on):
            self._on.setChecked(pair is not None)
        if pair is not None:
            self._first.setCurrentIndex(pair[0])
            self._second.setCurrentIndex(pair[1])

    @Slot()
    def _on_changed(self, *_args: object) -> None:
        self.changed.emit()
