"""Use the controls of the Dynamics tab, and point at its plots, as a user does."""

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QComboBox


def choose(page, name, value):
    """Choose an entry of a list by its data."""
    box = page.findChild(QComboBox, f"dynamics.{name}")
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def place(plot, x, y):
    """The place of a point of a diagram or plane in the plot's viewport."""
    return plot.mapFromScene(plot.view.mapViewToScene(QPointF(x, y)))
