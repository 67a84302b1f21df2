"""Several components of a stimulus: add, select, duplicate, remove, and their sum."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QListWidget, QToolButton

from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import KINDS, MOST_COMPONENTS, Stimulus
from hhgui.model.stimulus.waveforms import Paired, Ramp, Samples, Step
from hhgui.ui.stimulus.panel import StimulusPanel
from hhgui.ui.stimulus.preview import EMPTY_MS, StimulusPreview
from tests.ui.controls import box, choose

STEP, PAIR, NOISE = Step(5.0, 20.0, 80.0), Paired(), Noise(0.0, 1.5)


@pytest.fixture
def panel(shown):
    """A shown panel, as wide as the window gives it, with a step and a pair of pulses."""
    widget = StimulusPanel()
    widget.set_stimulus(Stimulus((STEP, PAIR), origin=9.0))
    widget.setFixedWidth(314)
    return shown(widget)


def rows(panel):
    """The list of components."""
    return panel.findChild(QListWidget, "stimulus.components")


def press(qtbot, panel, name):
    """Click the tool button ``stimulus.name``."""
    button = panel.findChild(QToolButton, f"stimulus.{name}")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_row_says_what_a_component_is(panel):
    """Kind, amplitude and times in one line, and the first is selected."""
    texts = [rows(panel).item(i).text() for i in range(rows(panel).count())]
    assert texts[0] == "Step: 5 µA/cm² · 20–80 ms"
    assert texts[1].startswith("Paired pulses: 20, 20 µA/cm² · 15 ms apart")
    assert rows(panel).currentRow() == 0
    assert box(panel, "stimulus.stop").value() == 80.0


def test_one_component_needs_no_list(panel):
    """A single component is described by its fields, and no list makes the panel higher."""
    panel.set_stimulus(Stimulus((STEP,)))
    assert not rows(panel).isVisible()


def test_choosing_a_row_shows_its_fields(qtbot, panel):
    """Choosing a component shows its fields and is no edit."""
    with qtbot.assertNotEmitted(panel.stimulus_changed):
        rows(panel).setCurrentRow(1)
    assert box(panel, "stimulus.second").value() == 20.0
    assert box(panel, "stimulus.stop") is None
    assert panel.findChild(QComboBox, "stimulus.kind").currentData() == "paired"


def test_the_chosen_component_is_edited(panel):
    """An edit gives one new stimulus; other components and the origin stay, the row follows."""
    seen = []
    panel.stimulus_changed.connect(seen.append)
    rows(panel).setCurrentRow(1)
    box(panel, "stimulus.amplitude").setValue(33.0)
    assert seen == [Stimulus((STEP, replace(PAIR, amplitude=33.0)), origin=9.0)]
    assert "33, 20" in rows(panel).item(1).text()


def test_another_kind_replaces_the_chosen_component(panel):
    """The dropdown changes the kind of the selected component only."""
    rows(panel).setCurrentRow(1)
    choose(panel, "stimulus.kind", "ramp")
    assert panel.stimulus.components == (STEP, Ramp())


@pytest.mark.parametrize("kind", [k for k in KINDS if k != Samples.kind])
def test_adding_appends_a_component_and_chooses_it(panel, kind):
    """The menu offers every kind; the new component is appended and chosen."""
    panel.findChild(QAction, f"stimulus.add.{kind}").trigger()
    assert panel.stimulus.components == (STEP, PAIR, KINDS[kind]())
    assert rows(panel).currentRow() == 2


def test_adding_to_nothing_is_the_first(panel):
    """The first component can be added to a stimulus without components."""
    panel.set_stimulus(Stimulus())
    panel.findChild(QAction, "stimulus.add.step").trigger()
    assert panel.stimulus.components == (Step(),)


def test_what_is_added_is_not_cut_short(panel):
    """The period grows so that the new component ends within it, in the same edit."""
    panel.set_stimulus(Stimulus((STEP,), repeat=100.0))
    seen = []
    panel.stimulus_changed.connect(seen.append)
    panel.findChild(QAction, "stimulus.add.noise").trigger()
    assert len(seen) == 1
    assert seen[0].repeat >= Noise().stop


def test_duplicating_chooses_the_copy(qtbot, panel):
    """The copy comes last; editing it leaves the original."""
    press(qtbot, panel, "duplicate")
    box(panel, "stimulus.stop").setValue(90.0)
    assert panel.stimulus.components == (STEP, PAIR, replace(STEP, stop=90.0))


def test_removing_goes_down_to_nothing(qtbot, panel):
    """The selected component goes, another is shown; at the end there is nothing to remove."""
    rows(panel).setCurrentRow(1)
    press(qtbot, panel, "remove")
    assert panel.stimulus.components == (STEP,)
    press(qtbot, panel, "remove")
    assert panel.stimulus == Stimulus(origin=9.0)
    assert not panel.findChild(QToolButton, "stimulus.remove").isEnabled()


def test_no_more_than_are_allowed(panel):
    """With the most components the button that adds one is disabled."""
    panel.set_stimulus(Stimulus((STEP,) * MOST_COMPONENTS))
    assert not panel.findChild(QToolButton, "stimulus.add").isEnabled()
    assert not panel.findChild(QToolButton, "stimulus.duplicate").isEnabled()


def test_an_undone_edit_keeps_the_row(panel):
    """Other numbers of the same kinds keep the row; other kinds choose the first."""
    rows(panel).setCurrentRow(1)
    panel.set_stimulus(Stimulus((STEP, replace(PAIR, second=7.0))))
    assert rows(panel).currentRow() == 1
    assert box(panel, "stimulus.second").value() == 7.0
    panel.set_stimulus(Stimulus((STEP, NOISE)))
    assert rows(panel).currentRow() == 0


def test_many_components_scroll(panel):
    """The list stays four rows high and the panel narrow."""
    panel.set_stimulus(Stimulus((STEP,) * 4))
    four = rows(panel).sizeHint().height()
    panel.set_stimulus(Stimulus((STEP,) * 40))
    panel.layout().activate()
    assert rows(panel).sizeHint().height() == four
    assert panel.minimumSizeHint().width() <= 320


def curve(preview):
    """Times and currents that the preview draws."""
    return preview.getPlotItem().listDataItems()[0].getData()


def test_the_preview_draws_the_sum(panel):
    """Highest where step and pulse meet: the second pulse at 25 ms on the step of 20 to 80 ms."""
    times, current = curve(panel.findChild(StimulusPreview, "stimulus.preview"))
    assert current.max() == 25.0
    assert np.all((times[current == 25.0] >= 25.0) & (times[current == 25.0] < 26.0))


def test_the_preview_follows_an_edit(panel):
    """The preview shows an edit at once, before the next display tick."""
    box(panel, "stimulus.amplitude").setValue(-40.0)
    preview = panel.findChild(StimulusPreview)
    low, high = preview.getViewBox().viewRange()[1]
    assert curve(preview)[1].min() == -40.0
    assert low < -40.0 < 20.0 < high


@pytest.mark.parametrize(
    ("stimulus", "stop"),
    [(Stimulus((STEP,), repeat=250.0), 250.0), (Stimulus((STEP,)), 84.0), (Stimulus(), EMPTY_MS)],
)
def test_the_preview_shows_a_period_or_all(qtbot, stimulus, stop):
    """A repeated stimulus is drawn for one period, another until after its end."""
    preview = StimulusPreview()
    qtbot.addWidget(preview)
    preview.set_stimulus(stimulus)
    assert preview.getViewBox().viewRange()[0] == [0.0, stop]


def test_noise_is_a_band_and_says_so(panel):
    """Mean ± sd, with a hint; without noise neither."""
    preview = panel.findChild(StimulusPreview)
    assert "sd" not in preview.toolTip()
    panel.set_stimulus(Stimulus((replace(NOISE, mean=2.0),)))
    assert preview.getViewBox().viewRange()[1][1] > 3.5
    assert "noise as mean ± sd" in preview.toolTip()
    assert curve(preview)[1].max() == 2.0
