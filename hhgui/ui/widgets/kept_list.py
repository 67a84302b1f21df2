"""List kept runs or sweeps, which are drawn over each other, with their names and colours."""

from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hhgui.ui.widgets.field_rows import drop_widget
from hhgui.ui.widgets.labels import named, set_text
from hhgui.ui.widgets.line_sample import line_sample
from hhgui.ui.widgets.theme import LIGHT, Theme, curve_style

HUES = ("orange", "sky", "purple", "green", "vermillion", "yellow", "blue")
LINES = (Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine, Qt.PenStyle.DotLine)
_SAMPLE = QSize(26, 14)
_LONGEST_NAME = 60
_NAME_MARGINS = 10  # px that a line edit leaves beside its text
WIDTH_DIGITS = 34  # of the column that holds the list


class Kept(NamedTuple):
    """A kept run or sweep; ``color`` is the name of its hue in the theme."""

    name: str
    color: str
    visible: bool
    run: Any  # a SingleRun or a LiveSweep


def line_of(color: str) -> Qt.PenStyle:
    """Return the dash pattern that belongs to a hue, so that runs can be told apart in grey."""
    return LINES[HUES.index(color) % len(LINES)]


class NameEdit(QLineEdit):
    """A name that a double click or F2 makes editable; if it is too long its middle is left out.

    ``renamed(text)``: Emitted with the new name when the user has changed it.
    """

    renamed = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._name = name
        self.setMaxLength(_LONGEST_NAME)
        self.editingFinished.connect(self._take)
        self._set_editing(False)

    def begin(self) -> None:
        """Start editing the name."""
        self._set_editing(True)
        self.setText(self._name)
        self.setFocus()
        self.selectAll()

    def show_name(self, name: str) -> None:
        """Show a name that was set by the program."""
        self._name = name
        self._shorten()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isReadOnly():
            self._shorten()

    def _shorten(self) -> None:
        room = self.width() - _NAME_MARGINS
        self.setText(self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideMiddle, room))
        self.setCursorPosition(0)
        self.setToolTip(f"<p>{escape(self._name)}</p><p>Double-click or F2: rename</p>")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.isReadOnly():
            self.begin()
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.isReadOnly() and event.key() == Qt.Key.Key_F2:
            self.begin()
        elif not self.isReadOnly() and event.key() == Qt.Key.Key_Escape:
            self._set_editing(False)
            self.show_name(self._name)
        else:
            super().keyPressEvent(event)

    def _take(self) -> None:
        """Take the text as the name, if it has changed, and end editing."""
        if self.isReadOnly():
            return
        self._set_editing(False)
        given, before = self.text().strip(), self._name
        self.show_name(given or before)
        if self._name != before:
            self.renamed.emit(self._name)

    def _set_editing(self, editing: bool) -> None:
        self.setReadOnly(not editing)
        self.setFrame(editing)
        self.setBackgroundRole(QPalette.ColorRole.Base if editing else QPalette.ColorRole.Window)
        colors = self.palette()
        source = QPalette.ColorRole.AlternateBase
        ground = QColor(Qt.GlobalColor.transparent)
        colors.setColor(QPalette.ColorRole.Base, colors.color(source) if editing else ground)
        self.setPalette(colors)


class KeptRow(QFrame):
    """A row of the list: check box, colour, name, delete button and differences.

    For the present run, which is not kept, nothing can be edited.
    """

    renamed = Signal(str)
    visibility_changed = Signal(bool)
    color_chosen = Signal(str)
    deletion_clicked = Signal()

    def __init__(
        self, room: str, place: int, kept: Kept | None, theme: Theme, dashes: bool = True
    ) -> None:
        super().__init__()
        self._place, self._theme, self._dashes = place, theme, dashes
        self._own = f"{room}.kept.{place}" if kept else f"{room}.current"
        self.setObjectName(self._own)
        self._differences = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._differences.setObjectName(f"{self._own}.differences")
        self._differences.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(2, 1)
        if kept is None:
            sample = QLabel()
            pen = QPen(curve_style(theme, "V").color, 2.0)
            sample.setPixmap(line_sample(pen, _SAMPLE).pixmap(_SAMPLE))
            grid.addWidget(sample, 0, 1)
            grid.addWidget(QLabel("Current run"), 0, 2)
        else:
            self._add_controls(grid, kept)
        grid.addWidget(self._differences, 1, 2, 1, 2)

    def show_differences(self, text: str) -> None:
        """Show how this entry differs from the others."""
        set_text(self._differences, text)
        self._differences.setVisible(bool(text))

    def _add_controls(self, grid: QGridLayout, kept: Kept) -> None:
        eye = QCheckBox()
        eye.setChecked(kept.visible)
        named(eye, f"{self._own}.visible", f"Draw {kept.name}")
        eye.setToolTip("Draw it")
        eye.toggled.connect(self.visibility_changed)
        name = NameEdit(kept.name)
        named(name, f"{self._own}.name", f"Name of what was kept, {self._place + 1}")
        name.renamed.connect(self.renamed)
        delete = QToolButton()
        delete.setAutoRaise(True)
        delete.setText("×")
        named(delete, f"{self._own}.delete", f"Delete {kept.name}")
        delete.setToolTip("Delete it")
        delete.clicked.connect(self.deletion_clicked)
        grid.addWidget(eye, 0, 0)
        grid.addWidget(self._swatch(kept), 0, 1)
        grid.addWidget(name, 0, 2)
        grid.addWidget(delete, 0, 3)

    def _swatch(self, kept: Kept) -> QToolButton:
        """Return the button that shows and changes the colour."""
        button = QToolButton()
        button.setAutoRaise(True)
        button.setIconSize(_SAMPLE)
        named(button, f"{self._own}.colour", f"Colour of {kept.name}: {kept.color}")
        button.setToolTip("Choose another colour")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        button.setIcon(line_sample(self._pen(kept.color), _SAMPLE))
        menu = QMenu(button)
        for hue in HUES:
            icon = line_sample(self._pen(hue), _SAMPLE)
            action = menu.addAction(icon, hue.capitalize())
            action.triggered.connect(lambda _on, hue=hue: self.color_chosen.emit(hue))
        button.setMenu(menu)
        return button

    def _pen(self, hue: str) -> QPen:
        line = line_of(hue) if self._dashes else Qt.PenStyle.SolidLine
        return QPen(QColor(getattr(self._theme, hue)), 2.0, line)


class KeptList(QScrollArea):
    """The list of everything that is kept, below a row for the present run if ``current``.

    ``changed()``: Emitted when what is kept, or how it is shown, has changed.
    """

    changed = Signal()

    def __init__(self, room: str, title: str, current: bool = False, dashes: bool = True) -> None:
        """Create the list; room: the beginning of the objectNames; title: the accessible name.

        current: whether there is a row for the present run, which is not kept; dashes: whether what
        is kept is drawn in the dash pattern of its hue.
        """
        super().__init__()
        self._room, self._current, self._dashes = room, current, dashes
        self.setObjectName(f"{room}.runs")
        self.setAccessibleName(title)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.runs: tuple[Kept, ...] = ()
        self._theme = LIGHT
        self._rows: list[KeptRow] = []
        self._kept_so_far = 0
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        self.setWidget(inside)
        self._build()

    @property
    def rows_height(self) -> int:
        """Return the height (px) that the list needs to show all its rows."""
        return sum(row.sizeHint().height() + self._column.spacing() for row in self._rows)

    def keep(self, run: object, name: str = "") -> None:
        """Add a run under a name, "" for a new one, in the first colour that is free."""
        self._kept_so_far += 1
        taken = [kept.color for kept in self.runs]
        hue = min(HUES, key=taken.count)
        name = name[:_LONGEST_NAME] or f"Run {self._kept_so_far}"
        self.set_runs((*self.runs, Kept(name, hue, True, run)))

    def set_runs(self, runs: Sequence[Kept]) -> None:
        """Replace everything that is kept, and list it."""
        if not self.runs and not runs:  # as of most tabs when a session is opened
            return
        self.runs = tuple(runs)
        self._kept_so_far = max(self._kept_so_far, len(self.runs))
        self._build()
        self.changed.emit()

    def show_differences(self, texts: Sequence[str]) -> None:
        """Show for each row, from the top, how it differs from the others."""
        for row, text in zip(self._rows, texts, strict=False):
            row.show_differences(text)

    def set_theme(self, theme: Theme) -> None:
        """Set the colours of the line samples."""
        self._theme = theme
        self._build()

    def _build(self) -> None:
        for row in self._rows:
            drop_widget(row)
        entries = [None, *self.runs] if self._current else self.runs
        first = -1 if self._current else 0
        self._rows = [
            KeptRow(self._room, place, kept, self._theme, self._dashes)
            for place, kept in enumerate(entries, first)
        ]
        for place, row in enumerate(self._rows):
            self._column.insertWidget(place, row)
            row.show_differences("")
            if place + first >= 0:
                self._connect(row, place + first)

    def _connect(self, row: KeptRow, place: int) -> None:
        row.renamed.connect(lambda name: self._replace(place, name=name))
        row.visibility_changed.connect(lambda on: self._replace(place, visible=on))
        row.color_chosen.connect(lambda hue: self._replace(place, color=hue, rebuild=True))
        row.deletion_clicked.connect(lambda: self._delete(place))

    def _replace(self, place: int, *, rebuild: bool = False, **values: Any) -> None:
        """Change fields of the entry at index ``place``; rebuild: whether to make all rows anew."""
        runs = list(self.runs)
        runs[place] = runs[place]._replace(**values)
        self.runs = tuple(runs)
        if rebuild:
            self._build()
        self.changed.emit()

    def _delete(self, place: int) -> None:
        self.set_runs([kept for i, kept in enumerate(self.runs) if i != place])
