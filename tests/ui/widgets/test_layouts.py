"""Layouts in layouts: no Python object is left that takes a freed address for its own."""

from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import (
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QVBoxLayout,
    QWidget,
)

import hhgui
from hhgui.ui.widgets.layouts import add_layout


def item_objects():
    """The Python objects for items made by Qt, which do not notice when it deletes the items.

    Layouts do, as all QObjects.
    """
    return [
        each for each in shiboken6.getAllValidWrappers()
        if isinstance(each, QLayoutItem) and not isinstance(each, QLayout)
        and not shiboken6.createdByPython(each)
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [QHBoxLayout, QGridLayout, QFormLayout])
def test_no_object_stands_for_an_item_of_an_added_layout(qtbot, kind):
    """All items are forgotten, also those of a layout in the added one; the widgets are there."""
    window = QWidget()
    qtbot.addWidget(window)
    before = len(item_objects())
    outer, inner, innermost = QVBoxLayout(window), QVBoxLayout(), kind()
    labels = [QLabel(text) for text in "abc"]
    innermost.addWidget(labels[0])
    innermost.addWidget(labels[1])
    inner.addWidget(labels[2])
    inner.addStretch(1)
    add_layout(inner, innermost)
    add_layout(outer, inner, 1)
    assert len(item_objects()) == before
    assert all(label.window() is window for label in labels)
    shiboken6.delete(labels[0])
    assert innermost.count() == 1


def test_no_object_stands_for_an_item_of_the_window(desktop, settle):
    """A widget of any tab can be deleted without a trace."""
    for name in desktop.window.pages:
        desktop.window.show_tab(name)
        settle(desktop.window)
    assert item_objects() == []


def test_every_layout_is_added_by_add_layout():
    """PySide's own method is called in one place."""
    folder = Path(hhgui.__file__).parent
    users = [path.name for path in folder.rglob("*.py") if ".addLayout(" in path.read_text("utf-8")]
    assert users == ["layouts.py"]
