"""Find and use the controls of the Voltage clamp tab as a user does."""

from PySide6.QtWidgets import QComboBox


def find(tab, kind, name):
    """A control of the tab by its name."""
    return tab.findChild(kind, f"clamp.{name}")


def choose(tab, preset):
    """Choose a protocol as the user does."""
    box = find(tab, QComboBox, "preset")
    box.setCurrentIndex(box.findData(preset))
    box.activated.emit(box.currentIndex())
