"""A stimulus from a file: it is read beside the window, and may come too late."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QListWidget

from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Samples, Step
from hhgui.ui.stimulus.controller import StimulusController
from hhgui.ui.stimulus.panel import StimulusPanel


@pytest.fixture
def panel(qtbot):
    """A panel with a step and a controller that reads for it."""
    widget = StimulusPanel()
    qtbot.addWidget(widget)
    controller = StimulusController(widget)
    widget.set_stimulus(Stimulus((Step(),)))
    widget.show()
    yield widget
    controller.runner.cancel()
    controller.runner.finish()


@pytest.fixture
def pick(monkeypatch, tmp_path, panel):
    """Write a file and choose it in the dropdown as the user does."""

    def choose(text):
        path = tmp_path / "current.csv"
        if text is not None:
            path.write_text(text)
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
        kinds = panel.findChild(QComboBox, "stimulus.kind")
        kinds.setCurrentIndex(kinds.findData("file"))

    return choose


def is_reading(panel):
    """Whether the panel says that it reads."""
    texts = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    return any(text.startswith("reading") for text in texts)


def test_a_file_is_read_beside_the_window(qtbot, panel, pick):
    """Until it is read the panel says so and the stimulus plays on; then its name is shown."""
    with qtbot.waitSignal(panel.stimulus_changed, timeout=20_000):
        pick("time_ms,I\n0,0\n10,5\n")
        assert is_reading(panel)
        assert panel.stimulus.components == (Step(),)
        assert panel.findChild(QComboBox, "stimulus.kind").currentData() == "step"
    assert panel.stimulus.components[0].values == (0.0, 5.0)
    assert not is_reading(panel)
    assert any(label.text() == "current.csv" for label in panel.findChildren(QLabel))


@pytest.mark.parametrize("text", [None, "", "a,b\nx,y\n", "0,1\n0,2\n"])
def test_a_bad_file_is_answered_and_the_stimulus_stays(qtbot, panel, pick, text):
    """What is wrong with the file is said beside the dropdown, which goes back."""
    pick(text)
    error = panel.findChild(QLabel, "error.stimulus.kind")
    qtbot.waitUntil(error.isVisible, timeout=20_000)
    assert "current.csv" in error.text() or "times must rise" in error.text()
    assert panel.findChild(QComboBox, "stimulus.kind").currentData() == "step"
    assert panel.stimulus.components == (Step(),)
    assert not is_reading(panel)


@pytest.mark.parametrize("change", ["edit", "stimulus"])
def test_an_edit_meanwhile_forgets_the_file(qtbot, panel, pick, change):
    """What was wanted last counts."""
    pick("0,0\n10,5\n")
    if change == "edit":
        panel.findChild(QAction, "stimulus.add.ramp").trigger()
    else:
        panel.set_stimulus(Stimulus((Step(1.0),)))
    kept = panel.stimulus
    assert not is_reading(panel)
    qtbot.wait(100)
    assert panel.stimulus == kept


def test_a_file_can_be_added(qtbot, panel, pick, monkeypatch, tmp_path):
    """From the menu, beside what is there."""
    path = tmp_path / "more.csv"
    path.write_text("0,0\n10,5\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(panel.stimulus_changed, timeout=20_000):
        panel.findChild(QAction, "stimulus.add.file").trigger()
    assert [type(c) for c in panel.stimulus.components] == [Step, Samples]
    text = panel.findChild(QListWidget, "stimulus.components").item(1).text()
    assert text == "From a file: more.csv · 0–20 ms"
