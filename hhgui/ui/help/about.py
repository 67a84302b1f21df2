"""Show versions, sources and licences in the About box."""

import platform
import sys
from importlib import metadata

from PySide6.QtCore import Qt, Slot, qVersion
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from hhgui import __version__
from hhgui.ui.help.licences import LicencesDialog
from hhgui.ui.widgets.app_icon import app_icon
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.page import Page

SOURCES = (
    "Hodgkin & Huxley 1952, J Physiol 117:500–544 · Dayan & Abbott 2001, Theoretical Neuroscience, "
    "ch. 5 · Traub & Miles 1991 · Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 2"
)
# What computes and draws, as imported and as installed. Loading numba only to ask its version
# would take half a second, and the packaged app has no list of what is installed.
PARTS = {
    "PySide6": "PySide6-Essentials",
    "pyqtgraph": "pyqtgraph",
    "numpy": "numpy",
    "numba": "numba",
    "llvmlite": "llvmlite",
}


def versions() -> str:
    """Return the versions in use, one per line, for reports of problems."""
    lines = [
        f"hhgui {__version__}" + (" (packaged)" if getattr(sys, "frozen", False) else ""),
        f"Python {platform.python_version()}",
        f"Qt {qVersion()}",
        *(f"{module} {_version(module, name)}" for module, name in PARTS.items()),
        f"{platform.system()} {platform.release()} {platform.machine()}",
    ]
    return "\n".join(lines)


def _version(module: str, distribution: str) -> str:
    found = getattr(sys.modules.get(module), "__version__", None)
    if found is None:
        try:
            found = metadata.version(distribution)
        except metadata.PackageNotFoundError:
            found = "(not loaded yet)"
    return str(found)


class AboutDialog(Page):
    """Says what hhgui is, with its sources and licences."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("about.dialog", "About hhgui", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        head = QWidget()
        top = QHBoxLayout(head)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(16)
        picture = QLabel()
        picture.setPixmap(app_icon().pixmap(64, 64))
        top.addWidget(picture, alignment=Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._text(), stretch=1)
        self._add_buttons(self.fill(head))

    def _text(self) -> QLabel:
        text = QLabel(
            f"<h3>hhgui {__version__}</h3><p>Play the Hodgkin–Huxley neuron.</p>"
            f"<p>{SOURCES}</p><p>{' · '.join(versions().splitlines()[1:])}</p>"
            "<p>hhgui is free software under the MIT licence. It uses Qt for Python under the "
            "GNU LGPL, version 3, and other free software, each under its own licence.</p>"
        )
        text.setObjectName("about.text")
        text.setWordWrap(True)
        text.setMinimumWidth(420)
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return text

    def _add_buttons(self, buttons: QDialogButtonBox) -> None:
        for name, title, slot in (
            ("about.licences", "&Licences…", self._show_licences),
            ("about.copy", "&Copy versions", self._copy_versions),
        ):
            button = named(QPushButton(title), name, title.replace("&", ""))
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)

    @Slot()
    def _show_licences(self) -> None:
        LicencesDialog(self).open()

    @Slot()
    def _copy_versions(self) -> None:
        QApplication.clipboard().setText(versions())
