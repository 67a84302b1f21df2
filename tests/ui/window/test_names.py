"""The names by which tests and assistive technology find every control of the window."""

import re
from pathlib import Path

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

from hhgui.experiments.catalogue import EXPERIMENTS

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


# What appears only with a result, a problem or an earlier curve.
LATER = {
    "lesson.picture", "protocol.problem", "field.menu", "field.vary", "measure.map.open",
    "experiment.kept.<n>.visible", "experiment.kept.<n>.colour", "experiment.kept.<n>.name",
    "experiment.kept.<n>.delete", "experiment.kept.<n>.differences", "fi.remove_curve",
    "live.kept.<n>.visible", "live.kept.<n>.colour", "live.kept.<n>.name", "live.kept.<n>.delete",
    "clamp.kept.<n>.visible", "clamp.kept.<n>.colour", "clamp.kept.<n>.name",
    "clamp.kept.<n>.delete", "clamp.kept.<n>.differences",
    "dynamics.kept.<n>.visible", "dynamics.kept.<n>.colour", "dynamics.kept.<n>.name",
    "dynamics.kept.<n>.delete", "dynamics.kept.<n>.differences",
    "live.kept.<n>.differences", "stimulus.add.<kind>", "plot.menu", "<name>.slider",
    "pinned.<name>", "pin.<name>", "ink", "annotate.note",
}  # fmt: skip


def documented():
    """The names in docs/architecture.md by the row of their table.

    ``experiment.`` is the prefix of what follows it in its row; ``.name`` replaces the last part of
    the name before it.
    """
    text = (Path(__file__).parents[3] / "docs" / "architecture.md").read_text(encoding="utf-8")
    table, rows = text.partition("## Names")[2], {}
    for where, cell in re.findall(r"^\| ([^|`]+) \| (.*`.*) \|$", table, re.MULTILINE):
        names, prefix = [], ""
        for token in re.findall(r"`([^`]+)`", cell):
            if token.startswith("."):
                names.append(names[-1].rpartition(".")[0] + token)
            elif token.endswith("."):
                prefix = token
            else:
                names.append(prefix + token)
        rows[where] = names
    return rows


def is_named(name, found):
    """Whether a name, in which ``<n>`` stands for any text, is one of those found."""
    pattern = re.compile(re.sub(r"<\w+>", ".+", re.escape(name)))
    return any(pattern.fullmatch(each) for each in found)


@pytest.fixture
def visited(shared_desktop, settle):
    """The window after each of its tabs was in front, so that all it builds late is built."""
    window = shared_desktop.window
    for page in window.pages.values():
        window.tabs.setCurrentWidget(page)
        settle(window)
    return shared_desktop


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
    """The object names that others rely on are there, two of them for each current."""
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


def test_the_documented_names_are_those_of_the_window(visited):
    """Each name in docs/architecture.md is one of the window's, and each control's is there.

    Dialogs are not part of the window.
    """
    rows = documented()
    assert len(rows) > 15
    children = visited.window.findChildren(QObject)
    found = {child.objectName() for child in children}
    for experiment in ("strength-duration", "integrators"):  # with a grid, with trials
        visited.window.pages["measure"].show_experiment(EXPERIMENTS[experiment]())
        found |= {child.objectName() for child in visited.window.findChildren(QWidget)}
    own = [
        name
        for where, names in rows.items()
        if not where.endswith("dialog") and where not in ("help", "preferences", "failures")
        for name in names
    ]
    assert [name for name in own if name not in LATER and not is_named(name, found)] == []
    controls = {
        child.objectName()
        for child in children
        if isinstance(child, QAction) or (isinstance(child, CONTROLS) and not is_part_of_qt(child))
    }
    unknown = {name for name in controls if not any(is_named(own_name, [name]) for own_name in own)}
    assert unknown - {"", "_q_qlineeditclearaction"} == set()
