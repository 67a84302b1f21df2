"""The start of the program, before a window or a command."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from hhgui.app import main

ROOT = Path(__file__).parents[1]


def test_windows_wmi_is_never_asked(monkeypatch, capsys):
    """On Windows ``platform`` still names the processor, and its query to WMI is not made.

    Python 3.11 has no such query; a newer one's own functions answer here.
    """
    asked = []
    monkeypatch.setattr(platform, "_wmi_query", lambda *query: asked.append(query), raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("PROCESSOR_ARCHITECTURE", "AMD64")
    assert main(["run"]) == 2
    with pytest.raises(OSError, match="WMI"):
        platform._wmi_query("CPU", "Architecture")
    if hasattr(platform, "_get_machine_win32"):
        assert platform._get_machine_win32() == "AMD64"
    assert asked == []


@pytest.mark.parametrize(("value", "kept"), [(None, True), ("1", True), ("0", False)])
def test_an_administrator_can_turn_recovery_off(monkeypatch, value, kept):
    """HHGUI_KEEP_SESSIONS=0 stores no session for the next start, as on shared accounts."""
    monkeypatch.delenv("HHGUI_KEEP_SESSIONS", raising=False)
    if value is not None:
        monkeypatch.setenv("HHGUI_KEEP_SESSIONS", value)
    asked = []

    class AskedError(Exception):
        """Raised instead of opening a window."""

    def desktop(app, library, keeps_sessions):
        asked.append(keeps_sessions)
        raise AskedError

    monkeypatch.setattr("hhgui.desktop.Desktop", desktop)
    monkeypatch.setattr("hhgui.desktop.make_application", lambda: None)
    monkeypatch.setattr("hhgui.failures.install", lambda: None)
    with pytest.raises(AskedError):
        main([])
    assert asked == [kept]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["rnu"], 2, "invalid choice: 'rnu'"),
        (["--version"], 0, "hhgui 0."),
        (["models"], 0, None),
    ],
)
def test_a_windowed_program_answers_in_a_box(qapp, monkeypatch, arguments, status, message):
    """On Windows hhgui.exe has no stderr: a mistyped command is no silence. Scripts see no box."""
    shown = []
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr("hhgui.desktop.make_application", lambda: qapp)
    monkeypatch.setattr(QMessageBox, "exec", lambda box: shown.append(box.text()))
    assert main(arguments) == status
    assert len(shown) == (message is not None)
    assert message is None or message in shown[0]


def test_the_finder_s_files_are_opened():
    """macOS sends the path to the application, not to the command line; no other event is taken."""
    code = """
from PySide6.QtCore import QCoreApplication, QEvent, QUrl
from PySide6.QtGui import QFileOpenEvent
from hhgui.ui.window.application import Application
app = Application([])
app.file_opened.connect(print)
QCoreApplication.sendEvent(app, QFileOpenEvent(QUrl.fromLocalFile("/a b/é.hhgui")))
print(QCoreApplication.sendEvent(app, QFileOpenEvent(QUrl("https://example.org/"))))
QCoreApplication.sendEvent(app, QEvent(QEvent.Type.ApplicationPaletteChange))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8",
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["/a b/é.hhgui", "False"]
