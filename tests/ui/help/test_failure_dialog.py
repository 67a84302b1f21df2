from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from hhgui.failures import Failure
from hhgui.ui.help import failure_dialog
from hhgui.ui.help.failure_dialog import FailureDialogs

FAILURE = Failure(
    "Something went wrong in the window: KeyError: 'V'", "Traceback …\nKeyError: 'V'", "key", 1,
    Path("/home/x/logs/hhgui.log"),
)  # fmt: skip
OTHER = replace(FAILURE, summary="Something else: <b>bold</b>", key="other")


@pytest.fixture
def dialogs(qtbot):
    """The dialogs of a window."""
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return FailureDialogs(window)


@pytest.fixture
def clock(monkeypatch):
    """The seconds that the dialogs believe have passed."""
    now = [100.0]
    monkeypatch.setattr(failure_dialog, "monotonic", lambda: now[0])
    return now


def shown(dialogs, kind, name):
    """A part of the dialog that is open."""
    return dialogs.dialog.findChild(kind, name)


def test_it_says_what_happened_and_where_the_log_is(dialogs):
    """A sentence, the log's path, the traceback; every part has its name."""
    dialogs.show_failure(FAILURE)
    assert shown(dialogs, QLabel, "failure.text").text().startswith(f"{FAILURE.summary}.\n")
    assert str(FAILURE.log) in shown(dialogs, QLabel, "failure.log").text()
    assert shown(dialogs, QPlainTextEdit, "failure.details").toPlainText() == FAILURE.details
    for name in ("failure.copy", "failure.folder"):
        assert shown(dialogs, QPushButton, name).accessibleName()
    assert not dialogs.dialog.isModal()


def test_copy_takes_everything(dialogs):
    """Sentence, path of the log and details are put on the clipboard."""
    dialogs.show_failure(FAILURE)
    shown(dialogs, QPushButton, "failure.copy").click()
    copied = QGuiApplication.clipboard().text()
    assert all(text in copied for text in (FAILURE.summary, str(FAILURE.log), FAILURE.details))


def test_the_log_folder_opens(dialogs, monkeypatch):
    """The button opens the folder the log is in."""
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    dialogs.show_failure(FAILURE)
    shown(dialogs, QPushButton, "failure.folder").click()
    assert opened == [str(FAILURE.log.parent)]


def test_a_missing_log_is_said(dialogs):
    """If no log can be written, the dialog says so and offers no folder."""
    dialogs.show_failure(replace(FAILURE, log=None))
    assert "could not be written to a log file" in shown(dialogs, QLabel, "failure.log").text()
    assert not shown(dialogs, QPushButton, "failure.folder").isEnabled()


def test_one_dialog_at_a_time(dialogs):
    """A second failure waits until the first is closed, as text and not as HTML."""
    dialogs.show_failure(FAILURE)
    first = dialogs.dialog
    dialogs.show_failure(OTHER)
    assert dialogs.dialog is first
    first.close()
    assert dialogs.dialog.key == "other"
    text = shown(dialogs, QLabel, "failure.text")
    assert "<b>bold</b>" in text.text()
    assert text.textFormat().name == "PlainText"
    dialogs.dialog.close()
    assert dialogs.dialog is None


def test_the_same_failure_is_counted(dialogs):
    """While it is shown, the same failure changes its number only."""
    dialogs.show_failure(FAILURE)
    dialogs.show_failure(replace(FAILURE, count=17))
    assert "This happened 17 times." in shown(dialogs, QLabel, "failure.text").text()
    dialogs.dialog.close()
    assert dialogs.dialog is None


def test_a_storm_that_was_dismissed_stays_away(dialogs, clock):
    """A timer that fails 60 times a second does not open its dialog again and again."""
    dialogs.show_failure(FAILURE)
    dialogs.dialog.close()
    for _ in range(600):
        clock[0] += 1 / 60
        dialogs.show_failure(FAILURE)
    assert dialogs.dialog is None


def test_the_same_failure_after_a_pause_is_shown_again(dialogs, clock):
    """A click that failed, dismissed, and failed again later is seen again."""
    dialogs.show_failure(FAILURE)
    dialogs.dialog.close()
    clock[0] += 3.0
    dialogs.show_failure(replace(FAILURE, count=2))
    assert dialogs.dialog.key == FAILURE.key


def test_a_flood_of_different_failures_is_bounded(dialogs):
    """Of a hundred different failures some twenty wait to be read; the rest is in the log."""
    for number in range(100):
        dialogs.show_failure(replace(FAILURE, key=str(number)))
    seen = 0
    while dialogs.dialog is not None:
        dialogs.dialog.close()
        seen += 1
    assert seen == 21
