"""Show the licences of hhgui and of the packages that it uses."""

from importlib import metadata
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QComboBox,
    QPlainTextEdit,
    QWidget,
)

from hhgui.paths import licence_dir
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.page import Page

OVERVIEW = "README.txt"
# The packages that hhgui depends on, and their dependencies.
PACKAGES = (
    "PySide6-Essentials", "shiboken6", "pyqtgraph", "numpy", "numba", "llvmlite", "platformdirs",
    "tomli-w", "cattrs", "attrs", "typing_extensions", "matplotlib", "contourpy", "cycler",
    "fonttools", "kiwisolver", "packaging", "pillow", "pyparsing", "python-dateutil", "six",
)  # fmt: skip
NOT_PACKAGED = """\
hhgui is free software under the MIT licence (the file LICENSE). Here it runs in a Python of yours,
which holds what it uses, each with its licence in the package's folder:

{packages}

Qt and Qt for Python (PySide6, Shiboken) are used under the GNU Lesser General Public License,
version 3: https://www.gnu.org/licenses/lgpl-3.0.html"""


def licence_texts() -> dict[str, str]:
    """Return the licence texts by title, the overview first, of the package or the installation."""
    folder = licence_dir()
    if folder is None:
        return {"Overview": NOT_PACKAGED.format(packages="\n".join(_installed()))}
    files = [path for path in sorted(folder.glob("*.txt"), key=_title) if path.name != OVERVIEW]
    return {_title(p): p.read_text("utf-8", "replace") for p in [folder / OVERVIEW, *files]}


def _title(path: Path) -> str:
    return "Overview" if path.name == OVERVIEW else path.stem


def _installed() -> list[str]:
    """Return the installed packages with version and licence."""
    lines = []
    for name in PACKAGES:
        try:
            fields = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        licence = fields["License-Expression"] or fields["License"] or "see its folder"
        first = next(filter(_has_words, licence.splitlines()), "see its folder")
        lines.append(f"  {name} {fields['Version']}: {first.strip()}")
    return lines


def _has_words(line: str) -> bool:
    """Return whether a line has any letters."""
    return any(map(str.isalnum, line))  # a licence may begin with a line of =====


class LicencesDialog(Page):
    """A dialog with one text at a time, chosen from a list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("licences.dialog", "Licences", parent, QSize(760, 560))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._texts = licence_texts()
        self._choice = named(QComboBox(), "licences.choice", "Whose licence")
        self._choice.addItems(list(self._texts))
        self._choice.currentTextChanged.connect(self._show)
        self._text = named(QPlainTextEdit(), "licences.text", "Licence")
        self._text.setReadOnly(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.fill(self._choice, self._text)
        self._show(self._choice.currentText())

    @Slot(str)
    def _show(self, title: str) -> None:
        self._text.setPlainText(self._texts[title])
