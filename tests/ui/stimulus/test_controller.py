"""Currents from files in the window: read beside it, asked about where the file leaves it open."""

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QWidget,
)

from hhgui.document.document import Document
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from hhgui.ui.editor import Editor
from hhgui.ui.stimulus import controller
from hhgui.ui.stimulus.controller import StimulusController
from hhgui.ui.stimulus.panel import StimulusPanel
from tests.shipped import SQUID
from tests.storage.currents.test_current_files import FILES, RAMP, STEP, TIMES
from tests.ui.controls import button, choose

START = Stimulus((Step(),))
NEEDS = {
    "seconds_pA.csv": {"area": "1000"}, "neg_time.csv": {"time_offset": "20"},
    "ramp_knots.csv": {"interpolate": "linear"},
}  # fmt: skip


class Window(QWidget):
    """The part of the window that the controller needs."""

    def __init__(self):
        super().__init__()
        self.stimulus, self.said = StimulusPanel(), []
        QHBoxLayout(self).addWidget(self.stimulus)
        self.stimulus.set_stimulus(START)

    def say(self, text):
        """Keep a notice that the window would show."""
        self.said.append(text)


@pytest.fixture
def window(qtbot):
    """A shown window with a step."""
    widget = Window()
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.fixture
def files(window):
    """The controller, its thread ended at last."""
    made = StimulusController(window, Editor(Document(SQUID, SQUID, START)))
    yield made
    made.runner.cancel()
    made.runner.finish()


@pytest.fixture
def gate(monkeypatch):
    """Reading waits until it is set."""
    opened, event = controller.open_table, threading.Event()

    def wait(*given):
        assert event.wait(20.0)
        return opened(*given)

    monkeypatch.setattr(controller, "open_table", wait)
    yield event
    event.set()


def write(folder, text):
    """A file of a current."""
    path = folder / "i.csv"
    path.write_text(text)
    return path


def is_reading(window):
    """Whether the panel says that it reads."""
    texts = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    return any(text.startswith("reading i.csv") for text in texts)


def answered(qtbot, files):
    """Wait until the dialog knows what its fields make of the file."""
    dialog = files.dialog
    qtbot.waitUntil(lambda: not dialog._wait.isActive() and not files.runner.running)
    return dialog


def fill(dialog, fields):
    """Give the fields as the user does."""
    for key, value in fields.items():
        line = dialog.findChild(QLineEdit, f"import.{key}")
        if line is not None:
            line.setText(value)
            line.textEdited.emit(value)
        else:
            choose(dialog, f"import.{key}", value)


def test_a_file_is_read_beside_the_window(qtbot, window, files, gate, tmp_path, monkeypatch):
    """While a file is read the panel says so, and the stimulus plays on."""
    path = write(tmp_path, "time_ms,I_uA_per_cm2\n0,0\n10,5\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    choose(window, "stimulus.kind", "file")
    assert is_reading(window)
    assert window.stimulus.stimulus == START
    with qtbot.waitSignal(window.stimulus.stimulus_changed):
        gate.set()
    assert window.stimulus.stimulus.components[0].values == (0.0, 5.0)
    assert not is_reading(window)
    assert window.said == [
        "i.csv: each row holds until the next; interpolate=linear draws straight lines"
    ]


@pytest.mark.parametrize("change", ["cancel", "edit", "stimulus"])
def test_a_file_is_forgotten(qtbot, window, files, gate, tmp_path, change):
    """Cancelled, or because something else was wanted meanwhile."""
    files.read(write(tmp_path, "t,I\n0,0\n10,5\n"))
    qtbot.waitUntil(lambda: is_reading(window))
    if change == "cancel":
        button(window, "stimulus.file.cancel").click()
    elif change == "edit":
        window.findChild(QAction, "stimulus.add.ramp").trigger()
    else:
        window.stimulus.set_stimulus(Stimulus((Step(1.0),)))
    kept = window.stimulus.stimulus
    assert not is_reading(window)
    gate.set()
    qtbot.waitUntil(lambda: not files.runner.running)
    assert window.stimulus.stimulus == kept


@pytest.mark.parametrize(
    ("text", "problem"),
    [("t,I\n0,1\n2,1\n1,1\n", "row 4: time 1 ms is before 2 ms in row 3"), ('{"a": 1}', "is JSON"),
     ("t,I\n0,1\n0,x\n1,2\n", "row 3: 'x' is not a number")],
)  # fmt: skip
def test_a_file_that_is_no_current_is_answered(qtbot, window, files, tmp_path, text, problem):
    """The problem is shown beside the dropdown, and the stimulus stays."""
    files.read(write(tmp_path, text))
    error = window.findChild(QLabel, "error.stimulus.kind")
    qtbot.waitUntil(error.isVisible)
    assert problem in error.text()
    assert window.stimulus.stimulus == START
    assert not is_reading(window)


@pytest.mark.parametrize("file", sorted(FILES.iterdir()), ids=lambda file: file.name)
def test_sixteen_files_come_through_the_dialog(qtbot, window, files, file):
    """For each file the dialog asks for what is open, and the current is the right one."""
    files.read(file, asks=True)
    qtbot.waitUntil(lambda: files.dialog is not None)
    dialog, use = files.dialog, button(files.dialog, "import.use")
    assert use.isEnabled() == (file.name not in NEEDS)
    fill(dialog, NEEDS.get(file.name, {}))
    answered(qtbot, files)
    assert use.isEnabled(), dialog.problem.text()
    use.click()
    samples = window.stimulus.stimulus.components[0]
    expected = RAMP if file.name == "ramp_knots.csv" else STEP
    np.testing.assert_allclose(samples.current_at(TIMES), expected, rtol=1e-9, atol=1e-9)
    assert files.dialog is None


def test_the_dialog_opens_where_the_file_leaves_it_open(qtbot, window, files, tmp_path):
    """The dialog asks what is open without the command line's keys, and answers what is typed."""
    files.read(write(tmp_path, "t_ms;a;b\n0;1,5;4\n1;2,5;5\n2;0;6\n"))
    qtbot.waitUntil(lambda: files.dialog is not None)
    assert files.dialog.problem.text() == "i.csv calls no column the injected current"
    fill(files.dialog, {"current": "2", "unit": "nA", "area": "1e4", "scale": "ten"})
    qtbot.waitUntil(lambda: "scale must be a number" in files.dialog.problem.text())
    fill(files.dialog, {"scale": "0,1", "interpolate": "hold"})
    answered(qtbot, files)
    assert files.dialog.current.samples.values == pytest.approx((1.5, 2.5, 0.0), rel=1e-12)
    files.dialog.reject()
    assert window.stimulus.stimulus == START
    assert not is_reading(window)


def test_another_separator_reads_the_file_again(qtbot, window, files, tmp_path):
    """A wrong separator shows the problem, and the right one reads the file again."""
    files.read(write(tmp_path, "t_ms,I_uA_per_cm2\n0,1\n1,2\n"), asks=True)
    qtbot.waitUntil(lambda: files.dialog is not None)
    fill(files.dialog, {"separator": ";"})
    answered(qtbot, files)
    assert "needs a time and a current under this separator" in files.dialog.problem.text()
    assert not button(files.dialog, "import.use").isEnabled()
    fill(files.dialog, {"separator": ""})
    answered(qtbot, files)
    assert files.dialog.current.samples.values == (1.0, 2.0)
    files.dialog.reject()


@pytest.mark.parametrize("button", ["Yes", "No"])
def test_a_dropped_file_is_offered_as_stimulus(qtbot, window, files, tmp_path, monkeypatch, button):
    """A dropped file becomes the stimulus only if the user accepts."""
    asked = []

    def question(_parent, title, text):
        asked.append((title, text))
        return QMessageBox.StandardButton[button]

    monkeypatch.setattr(QMessageBox, "question", question)
    files.offer(str(write(tmp_path, "time_ms,I_uA_per_cm2\n0,1\n1,2\n")))
    assert asked[0][0] == "Use as stimulus?"
    assert asked[0][1].startswith("i.csv is no session and no model.")
    if button == "Yes":
        qtbot.waitUntil(lambda: window.stimulus.stimulus != START)
    assert not files.runner.running
    assert (window.stimulus.stimulus == START) == (button == "No")


def test_the_dialog_lists_tables_of_every_ending():
    """The dialog filters tables by all their endings and offers any other file too."""
    for ending in ("*.csv", "*.txt", "*.tsv", "*.dat", "*.atf", "*.npz", ";;All files (*)"):
        assert ending in controller.FILTER
    assert Path("a.csv").suffix in controller.SUFFIXES
