"""Preferences outlast the dialog and reach what the window writes."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog

from hhgui.storage.table_form import CSV, TableForm
from hhgui.ui.live.export_dialog import ExportChoice, export_of
from hhgui.ui.window.preferences import FORMS, Preferences, apply_dialog_choice, table_form
from tests.ui.controls import choose


@pytest.mark.parametrize("word", FORMS)
def test_a_choice_of_tables_is_kept(qtbot, tmp_path, monkeypatch, word):
    """The choice is stored at once and shown when the dialog opens again."""
    monkeypatch.setattr("hhgui.ui.window.settings.user_data_dir", lambda: tmp_path)
    assert table_form() == CSV
    dialog = Preferences()
    qtbot.addWidget(dialog)
    choose(dialog, "preferences.tables", word)
    assert table_form() == FORMS[word][1]
    again = Preferences()
    qtbot.addWidget(again)
    assert again.findChild(QComboBox, "preferences.tables").currentData() == word


def test_file_dialogs_can_be_qts_own(qtbot, tmp_path, monkeypatch):
    """Qt's dialogs are shown from the next one on, and after the next start; and back again."""
    monkeypatch.setattr("hhgui.ui.window.settings.user_data_dir", lambda: tmp_path)
    qts_own = Qt.ApplicationAttribute.AA_DontUseNativeDialogs
    dialog = Preferences()
    qtbot.addWidget(dialog)
    box = dialog.findChild(QCheckBox, "preferences.native_dialogs")
    assert box.isChecked()
    box.setChecked(False)
    assert QCoreApplication.testAttribute(qts_own)
    QCoreApplication.setAttribute(qts_own, False)
    apply_dialog_choice()
    assert QCoreApplication.testAttribute(qts_own)
    box.setChecked(True)
    assert not QCoreApplication.testAttribute(qts_own)


def test_tables_of_the_window_have_the_chosen_form(desktop, qtbot, tmp_path, monkeypatch):
    """Semicolons and decimal commas; a name that ends in .atf is Axon text all the same."""
    monkeypatch.setattr(
        "hhgui.ui.window.file_commands.table_form", lambda: TableForm("csv", ";", ",")
    )
    live = desktop.window.pages["live"].plots
    qtbot.waitUntil(lambda: live.recording is not None and live.recording.total > 50)
    newest = live.recording.span[1]
    for name, begin in (("a.csv", "time_ms;V_mV\n"), ("a.atf", "ATF\t1.0\n0\t2\n")):
        export = export_of(live.recording, ExportChoice(0.0, newest, ("V",), 1))
        desktop.files.write(tmp_path / name, export)
        qtbot.waitUntil((tmp_path / name).exists)
        text = (tmp_path / name).read_text()
        assert text.startswith(begin)
        assert ("0,0;-65,0" in text) == (name == "a.csv")


def test_the_filter_that_is_chosen_gives_its_ending(desktop, monkeypatch):
    """A name without an ending gets that of the chosen file filter."""
    chosen = "Axon text for Clampex and Clampfit (*.atf)"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("/tmp/x", chosen))
    target = desktop.files._ask_target("Export", Path("/tmp/traces.csv"), "tables")
    assert target == Path("/tmp/x.atf")
