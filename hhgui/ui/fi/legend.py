"""List the earlier f–I curves in the empty corner of the plot, with a button to remove each."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QToolButton, QWidget

from hhgui.ui.widgets.field_rows import drop_widget
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.line_sample import line_sample
from hhgui.ui.widgets.theme import Theme

MOST_ROWS = 8
_NAME_CHARACTERS = 50
_SAMPLE = QSize(26, 20)


def elided_name(name: str, metrics: QFontMetrics) -> str:
    """Return a curve's name, shortened with "…" to the width of a row of the legend.

    In "Squid giant axon · ḡNa 60" the text before the first " · " is shortened first, down to a
    quarter of the width, because what follows tells the curves apart.
    """
    head, dot, tail = name.partition(" · ")
    right = Qt.TextElideMode.ElideRight
    width = metrics.averageCharWidth() * _NAME_CHARACTERS
    room = width - metrics.horizontalAdvance(dot + tail)
    short = metrics.elidedText(head, right, max(room, width // 4))
    return metrics.elidedText(short + dot + tail, right, width)


@dataclass(frozen=True)
class LegendEntry:
    """A row of the legend; ``key`` identifies the curve when the user removes it."""

    key: object
    name: str
    pen: QPen
    removable: bool


class FiLegend(QFrame):
    """A small card with line samples and names; hidden if there are none."""

    removal_clicked = Signal(object)  # the entry's key

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("fi.legend")
        self.setAccessibleName("Curves in the plot")
        self._widgets: list[QWidget] = []
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(8, 4, 4, 4)
        self._rows.setHorizontalSpacing(7)
        self._rows.setVerticalSpacing(0)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Set the colours of the card."""
        card = QColor(theme.plot_background)
        self.setStyleSheet(
            f"#{self.objectName().replace('.', chr(92) + '.')} {{"
            f" background: rgba({card.red()}, {card.green()}, {card.blue()}, 225);"
            f" border: 1px solid {theme.grid}; border-radius: 4px; }}"
            f" QLabel {{ color: {theme.text}; }}"
        )

    def show_entries(self, entries: list[LegendEntry]) -> None:
        """Show these rows, at most MOST_ROWS, and how many more there are."""
        for widget in self._widgets:
            drop_widget(widget)
        self._widgets.clear()
        for row, entry in enumerate(entries[:MOST_ROWS]):
            self._add_row(row, entry)
        if len(entries) > MOST_ROWS:
            self._add(QLabel(f"and {len(entries) - MOST_ROWS} more"), MOST_ROWS, 1)
        self.setVisible(bool(entries))
        self.adjustSize()

    def _add_row(self, row: int, entry: LegendEntry) -> None:
        label = QLabel(textFormat=Qt.TextFormat.PlainText)
        label.setFont(self.font())  # a style sheet stops it from being inherited
        elided = elided_name(entry.name, self.fontMetrics())
        label.setText(elided)
        label.setToolTip(entry.name if elided != entry.name else "")
        sample = QLabel()
        sample.setPixmap(line_sample(entry.pen, _SAMPLE).pixmap(_SAMPLE))
        self._add(sample, row, 0)
        self._add(label, row, 1)
        if entry.removable:
            self._add(self._remove_button(entry), row, 2)

    def _add(self, widget: QWidget, row: int, column: int) -> None:
        self._widgets.append(widget)
        self._rows.addWidget(widget, row, column)
        widget.show()  # now, or adjustSize would not count it

    def _remove_button(self, entry: LegendEntry) -> QToolButton:
        button = QToolButton(autoRaise=True)
        button.setText("×")
        button.setFixedSize(20, 20)
        named(button, "fi.remove_curve", f"Remove the curve {entry.name}")
        button.setToolTip("Remove this curve")
        button.clicked.connect(lambda: self.removal_clicked.emit(entry.key))
        return button

    def event(self, event: QEvent) -> bool:
        # The plot under the card must not zoom or pan when the card is clicked.
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            event.accept()
            return True
        return super().event(event)
