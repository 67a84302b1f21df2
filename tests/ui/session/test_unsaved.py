"""Work that is in no session file: the window marks it, and asks before it would go."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QFileDialog

from hhgui.cli import WindowWanted, command_line
from hhgui.desktop import Desktop
from hhgui.document.fi_protocol import FiProtocol
from hhgui.model.model_file import dump_membrane
from hhgui.storage.session import load_session, save_session
from hhgui.ui.session.unsaved import ask_about_unsaved
from tests.shipped import LIBRARY
from tests.ui.controls import box

WAIT = QDialog.exec  # which tests otherwise refuse
SMALL = FiProtocol(0.0, 10.0, 3, 10.0, 60.0, 60.0)


@pytest.fixture
def asking(new_desktop, monkeypatch):
    """A window whose user is there to answer."""
    monkeypatch.setattr(QDialog, "exec", WAIT)
    absent, new_desktop.sessions.ask = new_desktop.sessions.ask, ask_about_unsaved
    yield new_desktop
    new_desktop.sessions.ask = absent


def edit(desktop, value):
    """Edit the neuron."""
    box(desktop.window, "conductance.Na").setValue(value)


def answer(*names):
    """Press these buttons of the question once it is there."""

    def press():
        box = QApplication.activeModalWidget()
        for name in names:
            box.findChild(QAbstractButton, f"unsaved.{name}").click()

    QTimer.singleShot(0, press)


def test_the_title_marks_edits_until_they_are_saved_or_undone(asking, qtbot, tmp_path, monkeypatch):
    """A later edit of the same number is a step of its own: undo leads back to what was saved."""
    window, path = asking.window, tmp_path / "lab.hhgui"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    assert (window.windowTitle(), window.isWindowModified()) == (
        "Squid giant axon[*] – hhgui",
        False,
    )
    edit(asking, 80.0)
    assert window.windowTitle() == "Squid giant axon, changed[*] – hhgui"
    assert window.isWindowModified()
    window.actions_by_name["save.session"].trigger()
    qtbot.waitUntil(lambda: window.windowTitle() == "lab[*] – Squid giant axon, changed – hhgui")
    assert not window.isWindowModified()
    edit(asking, 90.0)
    assert window.isWindowModified()
    asking.editor.history.undo()
    assert not window.isWindowModified()
    assert asking.editor.document.membrane == load_session(path).document.membrane


def test_closing_asks_about_edits(asking, qtbot, tmp_path, monkeypatch):
    """Cancel leaves the window as it is; Save asks for a file, writes it and then closes."""
    path = tmp_path / "late.hhgui"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    edit(asking, 80.0)
    answer("cancel")
    assert not asking.window.close()
    assert asking.window.isVisible()
    answer("save")
    asking.window.close()
    qtbot.waitUntil(lambda: not asking.window.isVisible())
    assert load_session(path).document.membrane == asking.editor.document.membrane


def test_a_measured_curve_is_work_too(asking, qtbot):
    """Until it is removed. Who restores at every start is asked no more: nothing would be lost."""
    page = asking.window.pages["fi"]
    page.sweep_requested.emit(SMALL)
    qtbot.waitUntil(asking.window.isWindowModified)
    page.restore_curves(())
    assert not asking.window.isWindowModified()
    edit(asking, 80.0)
    answer("no_more", "discard")
    assert asking.window.close()
    assert asking.window.actions_by_name["session.restore"].isChecked()
    assert asking.sessions.may_close()


def test_another_session_is_opened_after_the_question(asking, qtbot, tmp_path):
    """Cancel keeps the edits; Don't save gives them up."""
    path = tmp_path / "other.hhgui"
    save_session(path, asking.sessions.session())
    edit(asking, 80.0)
    answer("cancel")
    asking.sessions.open_path(str(path))
    assert asking.editor.document.membrane.currents[0].conductance == 80.0
    answer("discard")
    asking.sessions.open_path(str(path))
    qtbot.waitUntil(lambda: asking.editor.document.membrane.currents[0].conductance == 120.0)
    qtbot.waitUntil(lambda: not asking.window.isWindowModified())


def test_a_file_given_at_the_start_is_opened(qapp, qtbot, tmp_path, monkeypatch, library):
    """``hhgui FILE`` is handed to the window: a model is the neuron, which is no unsaved work."""
    monkeypatch.chdir(tmp_path)
    for variable in ("XDG_DATA_HOME", "APPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "data"))
    mine = replace(library["lecture6-model1"], id="mine", name="Mine")
    (tmp_path / "mine.toml").write_text(dump_membrane(mine), encoding="utf-8")
    with pytest.raises(WindowWanted) as wanted:
        command_line(["mine.toml"])
    opened = Desktop(qapp, LIBRARY)
    qtbot.addWidget(opened.window)
    opened.start(wanted.value.file)
    assert (opened.editor.document.membrane, opened.window.windowTitle()) == (
        mine,
        "Mine[*] – hhgui",
    )
    opened.window.close()
