"""Find and use the controls of a window or panel, by their object names, as a user does."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLabel, QPushButton


def box(owner, name):
    """The spin box of that name, or None."""
    return owner.findChild(QDoubleSpinBox, name)


def button(owner, name):
    """The push button of that name, or None."""
    return owner.findChild(QPushButton, name)


def text(owner, name):
    """What the label of that name says."""
    return owner.findChild(QLabel, name).text()


def choose(owner, name, value):
    """Choose the entry of a dropdown that stands for this value."""
    combo = owner.findChild(QComboBox, name)
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())


def type_in(field, typed):
    """Type over what a field holds and press Return."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, typed)
    QTest.keyClick(field, Qt.Key.Key_Return)
