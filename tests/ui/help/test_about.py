"""The About box and the licences: what they say, in a clone and in the packaged app."""

import sys
from importlib import metadata

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QPlainTextEdit

import hhgui
from hhgui.ui.help.about import AboutDialog, versions
from hhgui.ui.help.licences import LicencesDialog, licence_texts
from hhgui.ui.widgets.app_icon import SIZES, app_icon
from tests.ui.controls import button, text


@pytest.fixture
def packaged(tmp_path, monkeypatch):
    """A packaged app with two licences beside the overview."""
    folder = tmp_path / "licences"
    folder.mkdir()
    for name in ("README", "zlib1g", "Python"):
        (folder / f"{name}.txt").write_text(f"text of {name}", encoding="utf-8")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    return folder


def test_the_about_box_names_version_sources_and_licences(qtbot):
    """Who reads it learns what runs here, from which papers, and under which terms."""
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    said = text(dialog, "about.text")
    for wanted in (f"hhgui {hhgui.__version__}", "J Physiol 117:500", "MIT", "GNU LGPL, version 3"):
        assert wanted in said


@pytest.mark.parametrize(
    ("line", "package"), [("numpy", "numpy"), ("PySide6", "PySide6-Essentials")]
)
def test_versions_are_the_installed_ones(line, package):
    """Each part stands on a line with the version that pip knows."""
    assert f"{line} {metadata.version(package)}" in versions().splitlines()


def test_copying_puts_the_versions_on_the_clipboard(qtbot):
    """The versions can be pasted into a report."""
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    button(dialog, "about.copy").click()
    assert QApplication.clipboard().text() == versions()


def test_the_licences_open_from_the_about_box(qtbot):
    """A button of the About box opens the list of licences."""
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    button(dialog, "about.licences").click()
    assert dialog.findChild(LicencesDialog).isVisible()


def test_a_clone_lists_what_it_uses():
    """Run from source, the overview has the packages with their licences, and Qt's terms."""
    (found,) = licence_texts().values()
    assert f"numpy {metadata.version('numpy')}: BSD" in found
    assert "GNU Lesser General Public License" in found


def test_the_packaged_app_shows_its_files(qtbot, packaged):
    """The overview is first, and each file can be chosen."""
    dialog = LicencesDialog()
    qtbot.addWidget(dialog)
    choice = dialog.findChild(QComboBox, "licences.choice")
    assert [choice.itemText(i) for i in range(choice.count())] == ["Overview", "Python", "zlib1g"]
    choice.setCurrentText("zlib1g")
    assert dialog.findChild(QPlainTextEdit, "licences.text").toPlainText() == "text of zlib1g"


def test_the_icon_has_every_size(qapp):
    """The icon has every size that a task bar may want."""
    found = {size.width() for size in app_icon().availableSizes()}
    assert found == set(SIZES)
