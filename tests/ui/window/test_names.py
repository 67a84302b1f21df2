"""The names by which tests and assistive technology find every control of the window."""

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QWidget,
)

CONTROLS = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QAbstractSlider)
CONTRACT = [
    "model",
    "membrane.capacitance",
    "stimulus.amplitude",
    "run",
    "reset",
    "speed",
    "method",
    "dt",
    "tabs",
    "fi.start",
    "fi.cancel",
    "fi.export",
    "export.csv",
]


@pytest.fixture
def visited(desktop, settle):
    """The window after each of its tabs was in front, so that all it builds late is built."""
    window = desktop.window
    for page in window.pages.values():
        window.tabs.setCurrentWidget(page)
        settle(window)
    return desktop


def is_part_of_qt(widget):
    """Whether Qt or pyqtgraph made the control as a part of another, which has the name."""
    parents = []
    parent = widget.parentWidget()
    while parent is not None:
        parents.append(parent)
        parent = parent.parentWidget()
    return (
        isinstance(widget, QScrollBar)
        or widget.objectName().startswith("qt_")
        or any(isinstance(parent, CONTROLS) for parent in parents)
        or (
            type(widget).__module__.startswith("PySide6")
            and any(
                type(parent).__name__ in {"QTabBar", "ViewBoxMenu", "QMenu"} for parent in parents
            )
        )
    )


def test_every_control_has_a_name_and_an_accessible_name(visited):
    """A button that shows its text, or an action's, is read aloud by it."""
    controls = [
        widget
        for widget in visited.window.findChildren(QWidget)
        if isinstance(widget, CONTROLS) and not is_part_of_qt(widget)
    ]
    assert len(controls) > 100
    unnamed = [
        (type(widget).__name__, widget.parentWidget().objectName(), widget.toolTip())
        for widget in controls
        if not widget.objectName()
    ]
    silent = [
        widget.objectName()
        for widget in controls
        if not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
    ]
    assert unnamed == []
    assert silent == []


def test_the_names_of_the_contract_are_there(visited):
    """Those that others' tests rely on, with a conductance and a reversal for each current."""
    window = visited.window
    found = {child.objectName() for child in window.findChildren(QObject)}
    currents = [current.name for current in visited.editor.document.membrane.currents]
    assert currents
    wanted = {*CONTRACT}
    wanted |= {f"{what}.{name}" for what in ("conductance", "reversal") for name in currents}
    assert wanted <= found, wanted - found


def test_every_named_action_has_a_text(visited):
    """A menu or a screen reader shows nothing else of an action."""
    actions = visited.window.findChildren(QAction)
    named = {action.objectName(): action.text() for action in actions if action.objectName()}
    named.pop("_q_qlineeditclearaction", None)  # Qt's own cross in a search field
    assert {"run", "reset", "export.csv"} <= named.keys()
    assert [name for name, text in named.items() if not text] == []
