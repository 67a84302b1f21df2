"""Provide the right side of the f–I tab: heading, plot and results."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from hhgui.document.fi_curve import FiCurve
from hhgui.ui.fi.plot import FiPlot
from hhgui.ui.fi.texts import protocol_text, result_text
from hhgui.ui.widgets.labels import set_message, set_text
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.oscillation_button import OscillationButton

_GAP = 12


class FiPage(QWidget):
    """The plot, with a heading and a switch above it, a sentence and buttons below it."""

    def __init__(self) -> None:
        super().__init__()
        self.plot = FiPlot()
        self._title, self._protocol, self._result = QLabel(), QLabel(), QLabel()
        self._show_rate = QComboBox()
        self.count = OscillationButton("fi.count")
        self.clear = QPushButton("Clear earlier curves")
        self.export = QPushButton("Export CSV…")
        self._name_widgets()
        self._lay_out()
        self._show_rate.currentIndexChanged.connect(lambda i: self.plot.show_rate(i == 1))
        self.show_nothing()
        self.enable(clear=False, export=False)

    @property
    def shows_rate(self) -> bool:
        """Return whether the plot shows rates (Hz), and not numbers of spikes."""
        return self._show_rate.currentIndex() == 1

    def choose_rate(self, rate: bool) -> None:
        """Show rates (Hz) if ``rate``, else numbers of spikes."""
        self._show_rate.setCurrentIndex(int(rate))

    def show_nothing(self) -> None:
        """Show what the tab does, as long as there is no curve."""
        set_text(self._title, "f–I curve")
        set_text(self._protocol, "How many spikes a step of current gives. Run measures it.")
        self.say("")

    def show_heading(self, curve: FiCurve) -> None:
        """Show neuron and protocol of the curve above the plot."""
        set_text(self._title, self.plot.currents.sentence(curve.name))
        set_text(self._protocol, self.plot.currents.sentence(protocol_text(curve.protocol)))

    def show_result(self, curve: FiCurve, before: str = "", error: bool = False) -> None:
        """Show the result of the curve in words, after the sentence ``before``.

        error: whether that sentence reports an error.
        """
        result = result_text(curve) if curve.points else ""
        result = self.plot.currents.sentence(result)
        self.say(f"{before}. {result}" if before else result, error)
        self.count.offer(curve.remedy)

    def say(self, text: str, error: bool = False) -> None:
        """Show a sentence in place of the result; error: whether it reports one."""
        set_message(self._result, text, error)
        self.count.offer(None)

    def enable(self, *, clear: bool, export: bool) -> None:
        """Enable or disable the buttons that remove earlier curves and that export."""
        self.clear.setEnabled(clear)
        self.export.setEnabled(export)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.plot.apply_font(self.font())

    def _name_widgets(self) -> None:
        names = ((self._title, "fi.title"), (self._protocol, "fi.description"),
                 (self._result, "fi.result"), (self._show_rate, "fi.show_rate"),
                 (self.clear, "fi.clear"), (self.export, "fi.export"))  # fmt: skip
        for widget, name in names:
            widget.setObjectName(name)
        self._show_rate.addItems(["Spike count", "Rate (Hz)"])
        self._show_rate.setAccessibleName("Show spike count or rate")
        self.clear.setAccessibleName("Clear earlier curves")
        self.export.setAccessibleName("Export the f–I curve as CSV")
        font = self._title.font()
        font.setWeight(QFont.Weight.DemiBold)
        self._title.setFont(font)
        for label in (self._title, self._protocol, self._result):
            label.setWordWrap(True)
        self._protocol.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def _lay_out(self) -> None:
        top, bottom, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        top.addWidget(self._title, 1)
        top.addWidget(self._show_rate)
        bottom.addWidget(self.count)
        bottom.addStretch(1)
        bottom.addWidget(self.clear)
        bottom.addWidget(self.export)
        add_layout(column, top)
        column.addWidget(self._protocol)
        column.addWidget(self.plot, 1)
        column.addWidget(self._result)
        add_layout(column, bottom)
        # Room for two lines: a longer result must not move the plot.
        self._result.setMinimumHeight(2 * self.fontMetrics().lineSpacing() + 2)
