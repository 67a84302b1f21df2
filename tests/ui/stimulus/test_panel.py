"""The stimulus panel: its fields, its edits, and updates without signals."""

import pytest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
)

from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import KINDS, Stimulus
from hhgui.model.stimulus.waveforms import Pulses, Samples, Step, Train
from hhgui.ui.stimulus.panel import StimulusPanel
from tests.ui.controls import box, choose

STEP = Stimulus((Step(10.0, 10.0, 60.0),), holding=0.5, origin=123.0)


@pytest.fixture
def panel(shown):
    """A shown panel with a step."""
    widget = StimulusPanel()
    widget.set_stimulus(STEP)
    return shown(widget)


@pytest.mark.parametrize("kind", [k for k in KINDS if k != Samples.kind])
def test_each_kind_shows_its_own_fields(panel, kind):
    """Fields are generated from the kind's parameters; those of the kind before are gone."""
    choose(panel, "stimulus.kind", kind)
    names = {b.objectName().removeprefix("stimulus.") for b in panel.findChildren(QDoubleSpinBox)}
    assert names == {p.key for p in KINDS[kind].parameters} | {"holding", "repeat_every"}
    assert panel.stimulus.components[0].kind == kind


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("amplitude", 20.0, Stimulus((Step(20.0, 10.0, 60.0),), 0.5, 123.0)),
        ("stop", 70.0, Stimulus((Step(10.0, 10.0, 70.0),), 0.5, 123.0)),
        ("holding", 2.0, Stimulus((Step(10.0, 10.0, 60.0),), 2.0, 123.0)),
    ],
)
def test_one_edit_is_one_new_stimulus(panel, name, value, expected):
    """An edit announces the stimulus that differs in that number, once; the origin stays."""
    seen = []
    panel.stimulus_changed.connect(seen.append)
    box(panel, f"stimulus.{name}").setValue(value)
    assert seen == [expected]
    assert panel.stimulus == expected


@pytest.mark.parametrize(("name", "value", "last"), [("stop", 5.0, 60.0), ("start", 99.0, 10.0)])
def test_a_stop_before_the_start_is_refused(qtbot, panel, name, value, last):
    """The rule between two fields is answered beside the one edited; the last good value stays."""
    with qtbot.assertNotEmitted(panel.stimulus_changed):
        box(panel, f"stimulus.{name}").setValue(value)
    error = panel.findChild(QLabel, f"error.stimulus.{name}")
    assert error.isVisible()
    assert "stop must not be before start" in error.text()
    assert box(panel, f"stimulus.{name}").value() == last


def test_each_kind_remembers_its_numbers(panel):
    """A kind that is chosen again has the numbers it had before."""
    box(panel, "stimulus.amplitude").setValue(33.0)
    choose(panel, "stimulus.kind", "ramp")
    choose(panel, "stimulus.kind", "step")
    assert box(panel, "stimulus.amplitude").value() == 33.0


def test_none_leaves_the_holding_current(panel):
    """The kind None leaves no component and no field but the holding current's."""
    choose(panel, "stimulus.kind", "none")
    assert panel.stimulus == Stimulus((), 0.5, 123.0)
    assert box(panel, "stimulus.amplitude") is None


def test_a_count_stays_whole(panel):
    """A whole parameter reaches the component as an int."""
    choose(panel, "stimulus.kind", Train.kind)
    box(panel, "stimulus.count").setValue(7)
    assert isinstance(panel.stimulus.components[0].count, int)


def test_repeat_is_off_until_checked(panel):
    """The period acts only with its box checked."""
    assert not box(panel, "stimulus.repeat_every").isEnabled()
    panel.findChild(QCheckBox, "stimulus.repeat").setChecked(True)
    box(panel, "stimulus.repeat_every").setValue(250.0)
    assert panel.stimulus.repeat == 250.0
    panel.findChild(QCheckBox, "stimulus.repeat").setChecked(False)
    assert panel.stimulus.repeat is None
    assert box(panel, "stimulus.repeat_every").value() == 250.0


def test_syncing_emits_nothing(qtbot, panel):
    """Showing a stimulus emits no edit."""
    with qtbot.assertNotEmitted(panel.stimulus_changed):
        panel.set_stimulus(Stimulus((Pulses(),), repeat=200.0))
        panel.set_stimulus(Stimulus())
        panel.set_stimulus(Stimulus((Step(5.0),), holding=1.0))
    assert box(panel, "stimulus.amplitude").value() == 5.0


def test_same_kind_keeps_its_widgets(panel):
    """A stimulus of the same kind sets the fields' values and keeps the widgets."""
    before = box(panel, "stimulus.amplitude")
    panel.set_stimulus(Stimulus((Step(5.0),)))
    assert box(panel, "stimulus.amplitude") is before


def test_further_components_are_kept(panel):
    """The panel edits the first and leaves the others as they are."""
    panel.set_stimulus(Stimulus((Step(), Noise())))
    box(panel, "stimulus.amplitude").setValue(3.0)
    assert panel.stimulus.components == (Step(3.0), Noise())


def test_a_file_is_asked_for_and_the_stimulus_plays_on(qtbot, panel):
    """Until a file is read the dropdown shows the present kind, and a problem is beside it."""
    with qtbot.waitSignal(panel.file_requested) as asked:
        choose(panel, "stimulus.kind", "file")
    assert asked.args == [False]
    assert panel.findChild(QComboBox, "stimulus.kind").currentData() == "step"
    panel.refuse_file("a.csv: row 2 needs a time and a current")
    assert panel.findChild(QLabel, "error.stimulus.kind").isVisible()
    assert panel.stimulus == STEP


def test_a_current_that_was_read_takes_the_step_s_place(qtbot, panel):
    """The panel shows the name of the current; how long it lasts is said before."""
    choose(panel, "stimulus.kind", "file")
    samples = Samples((0.0, 10.0, 20.0, 30.0), (0.0, 5.0, 0.0), "/data/i.csv")
    with qtbot.waitSignals([panel.duration_fitted, panel.stimulus_changed], order="strict"):
        panel.take_file(samples)
    assert panel.stimulus.components == (samples,)
    assert any(label.text() == "i.csv" for label in panel.findChildren(QLabel))


def test_the_panel_fits_a_narrow_column(panel):
    """The panel needs at most 320 pixels for every kind."""
    for kind in KINDS:
        if kind != Samples.kind:
            choose(panel, "stimulus.kind", kind)
            panel.layout().activate()
            assert panel.minimumSizeHint().width() <= 320


def test_a_long_file_name_is_shortened(panel):
    """A long file name is elided and does not widen the panel."""
    samples = Samples((0.0, 1.0), (5.0,), "/data/" + 10 * "a-long-name-" + ".csv")
    panel.set_stimulus(Stimulus((samples,)))
    panel.layout().activate()
    assert panel.minimumSizeHint().width() <= 320
