"""The Help menu: the quick tour and the About box."""

import platform

import numpy as np
import pyqtgraph as pg
import PySide6
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QMessageBox,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from hhgui import __version__
from hhgui.model.resources import resource_dir

SOURCES = (
    "Hodgkin & Huxley 1952, J Physiol 117:500–544 · Dayan & Abbott 2001, Theoretical Neuroscience, "
    "ch. 5 · Traub & Miles 1991 · Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 2"
)


def show_tour(parent: QWidget) -> None:
    """A window beside the main one, so that the tour can be followed while reading."""
    dialog = QDialog(parent)
    dialog.setObjectName("tour.dialog")
    dialog.setWindowTitle("Quick tour")
    dialog.resize(560, 640)
    text = QTextBrowser()
    text.setOpenExternalLinks(True)
    text.setMarkdown((resource_dir() / "help" / "tour.md").read_text(encoding="utf-8"))
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.close)
    column = QVBoxLayout(dialog)
    column.addWidget(text)
    column.addWidget(buttons)
    dialog.show()


def show_about(parent: QWidget) -> None:
    """Versions, sources and licences."""
    versions = (
        f"Python {platform.python_version()} · Qt for Python {PySide6.__version__} · "
        f"pyqtgraph {pg.__version__} · NumPy {np.__version__}"
    )
    QMessageBox.about(
        parent,
        "About hhgui",
        f"<h3>hhgui {__version__}</h3><p>Play the Hodgkin–Huxley neuron.</p>"
        f"<p>{SOURCES}</p><p>{versions}</p>"
        "<p>hhgui is free software under the MIT licence; "
        "Qt for Python is used under the LGPL 3.</p>",
    )
