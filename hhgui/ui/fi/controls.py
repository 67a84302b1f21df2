"""Provide the column that edits an f–I protocol, starts the sweep and shows its progress."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QScrollArea, QStyle, QVBoxLayout, QWidget

from hhgui.ui.fi.form import FiForm
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.run_controls import RunControls


class FiControls(QWidget):
    """The fields, the buttons Run and Stop with the progress, and a check box to follow edits."""

    def __init__(self) -> None:
        super().__init__()
        self.form, self._scroller = FiForm(), QScrollArea()
        self.run = RunControls("fi", "the f–I sweep")
        self.follow = named(QCheckBox("Follow the knobs"), "fi.follow", "Follow the knobs")
        self.follow.setToolTip(
            "Measure the curve again whenever a number of the neuron, the method or dt changes"
        )
        self._foot = QVBoxLayout()
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_width()

    def _lay_out(self) -> None:
        self._scroller.setFrameShape(QFrame.Shape.NoFrame)
        self._scroller.setWidgetResizable(True)
        self._scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroller.setWidget(self.form)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroller, 1)
        add_layout(column, self._foot)
        self._foot.addWidget(self.run)
        self._foot.addWidget(self.follow)
        self._fit_width()

    def _fit_width(self) -> None:
        """Set the width that the fields need in this font, a scroll bar included."""
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self._foot.setContentsMargins(0, 0, bar, 0)
        self.setFixedWidth(self.form.fit_width() + bar)
