"""Put one layout into another without what PySide would leave behind.

For each item of the inner layout ``addLayout`` makes a Python object, which outlives the item: Qt
deletes an item with its widget, and PySide does not notice. It goes on taking the item's address
for that object, and when another object of the program comes to lie there, such as a step of undo,
its destruction may crash (PySide 6.10 to 6.11).
"""

from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLayout
from shiboken6 import Shiboken


def add_layout(outer: QBoxLayout | QGridLayout, inner: QLayout, *where: int) -> None:
    """Add a layout to another; where: as for ``addLayout``, a stretch, or row, column and spans."""
    outer.addLayout(inner, *where)  # type: ignore[call-overload]  # which does not know *where
    _forget_items(inner)


def _forget_items(layout: QLayout) -> None:
    """Release the Python objects of all items of a layout and of the layouts in it."""
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if isinstance(item, QLayout):
            _forget_items(item)
        elif item is not None:
            Shiboken.invalidate(item)
