"""Add, duplicate, remove and select the components of a stimulus."""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from hhgui.model.stimulus.command import COMMAND_KINDS, Command
from hhgui.model.stimulus.component import Component
from hhgui.model.stimulus.stimulus import KINDS, MOST_COMPONENTS
from hhgui.ui.stimulus.fields import kind_help, kind_title
from hhgui.ui.widgets.currents import in_unit
from hhgui.ui.widgets.labels import named

Widget = TypeVar("Widget", bound=QWidget)
_MOST_ROWS = 4  # more scroll: the neuron above must stay in sight


class ComponentBar(QWidget):
    """The heading of the panel, with its buttons.

    duplicate, remove: the buttons for the selected component. ``add_requested(kind)``: Emitted to
    add a component of this kind.
    """

    add_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._add = _button("+", "add", "Add a component: currents add up")
        self._add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._add.setMenu(self._make_menu())
        self.duplicate = _button("❐", "duplicate", "Duplicate the selected component")
        self.remove = _button("−", "remove", "Remove the selected component")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._title = QLabel()
        row.addWidget(self._title, 1)
        for each in (self._add, self.duplicate, self.remove):
            row.addWidget(each)

    def set_clamps(self, clamps: bool) -> None:
        """Show whether the components are those of a command voltage, which has fewer kinds."""
        self._title.setText("<b>Command voltage</b>" if clamps else "<b>Stimulus</b>")
        for kind, action in self._kinds.items():
            action.setEnabled(not clamps or kind in COMMAND_KINDS)

    def set_count(self, count: int) -> None:
        """Enable the buttons that apply to so many components."""
        self.remove.setEnabled(count > 0)
        self.duplicate.setEnabled(0 < count < MOST_COMPONENTS)
        self._add.setEnabled(count < MOST_COMPONENTS)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self._kinds: dict[str, QAction] = {}
        for kind in KINDS:
            action = self._kinds[kind] = menu.addAction(kind_title(kind))
            action.setObjectName(f"stimulus.add.{kind}")
            action.setToolTip(kind_help(kind))
            action.triggered.connect(lambda _on, k=kind: self.add_requested.emit(k))
        return menu


class ComponentList(QListWidget):
    """A row for each component; hidden if there are fewer than two.

    ``component_selected(index)``: Emitted when the user selects a component.
    """

    component_selected = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        _name(self, "components", "Components of the stimulus")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setUniformItemSizes(True)
        self.currentRowChanged.connect(self._on_row_changed)
        self.hide()

    def show_components(
        self, components: Sequence[Component], selected: int, clamps: bool = False
    ) -> None:
        """Show these components, of which one is selected, without emitting a signal.

        clamps: whether they are those of a command, in mV.
        """
        with QSignalBlocker(self):
            while self.count() > len(components):
                self.takeItem(self.count() - 1)
            while self.count() < len(components):
                self.addItem("")
            for row, component in enumerate(components):
                text = component_text(component, clamps)
                if self.item(row).text() != text:
                    self.item(row).setText(text)
                    self.item(row).setToolTip(text)
            self.setCurrentRow(selected)
        self.setVisible(len(components) > 1)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        rows = min(max(self.count(), 2), _MOST_ROWS)
        height = self.sizeHintForRow(0) if self.count() else self.fontMetrics().lineSpacing()
        return QSize(200, rows * height + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def _on_row_changed(self, row: int) -> None:
        if row >= 0:
            self.component_selected.emit(row)


def component_text(component: Component, clamps: bool = False) -> str:
    """Return a line that describes a component by its kind and numbers, in mV if ``clamps``."""
    label = component.label.partition(" (")[0]
    numbers = Command.summary_of(component) if clamps else component.summary
    return in_unit(f"{label}: {numbers}")


def _name(widget: Widget, name: str, title: str) -> Widget:
    return named(widget, f"stimulus.{name}", title)


def _button(text: str, name: str, help_text: str) -> QToolButton:
    button = _name(QToolButton(), name, help_text.partition(":")[0])
    button.setText(text)
    button.setToolTip(help_text)
    button.setAutoRaise(True)
    return button
