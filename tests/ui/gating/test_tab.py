"""The Gating tab: shown gates, comparison set, axes and edits."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLabel, QPushButton

from hhgui.model.edit import named_after, with_value
from hhgui.ui.gating.sets import COMPARED, MAIN, THERMAL
from hhgui.ui.gating.tab import GatingTab, temperature_text
from hhgui.ui.widgets.theme import DARK, LIGHT
from tests.shipped import LIBRARY, SQUID
from tests.ui.controls import choose

PYRAMIDAL = LIBRARY["cortical-pyramidal"]
MODEL_1, MODEL_6 = LIBRARY["lecture6-model1"], LIBRARY["lecture6-model6"]


@pytest.fixture
def tab(shown, settle):
    """The shown tab, of the squid giant axon, drawn."""
    widget = GatingTab()
    widget.set_library(LIBRARY.membranes.values())
    widget.set_membrane(SQUID, SQUID)
    shown(widget, 930, 560)
    settle(widget)
    return widget


def find(tab, kind, name):
    """A control of the tab by its name."""
    return tab.findChild(kind, f"gating.{name}")


def drawn(tab, role=MAIN):
    """Names of the drawn gates of that role."""
    return [each.gate.name for each in tab.plots.shown if each.role == role]


@pytest.fixture
def draws_of(tab, settle):
    """How often the plots are drawn after an action."""

    def count(action):
        seen = []
        tab.plots.curves_drawn.connect(lambda: seen.append(True))
        action()
        settle(tab)
        return len(seen)

    return count


def test_every_gate_is_shown_at_first(tab):
    """The squid's m, h and n are drawn, and each has a check box that is on."""
    assert drawn(tab) == ["m", "h", "n"]
    assert [find(tab, QCheckBox, f"show.{g}").isChecked() for g in "mhn"] == [True] * 3


def test_a_gate_can_be_hidden_and_stays_so(tab):
    """A hidden gate stays hidden when another set with a gate of that name is chosen."""
    find(tab, QCheckBox, "show.h").click()
    assert drawn(tab) == ["m", "n"]
    tab.set_membrane(PYRAMIDAL, PYRAMIDAL)
    assert drawn(tab) == ["m", "n"]
    find(tab, QCheckBox, "show.h").click()
    assert drawn(tab) == ["m", "h", "n"]


def test_check_boxes_follow_the_model(tab):
    """The gates of model 6 take the place of those before at once."""
    tab.set_membrane(MODEL_6, MODEL_6)
    assert drawn(tab) == ["a_act", "a_inact", "b"]
    assert find(tab, QCheckBox, "show.m") is None
    assert find(tab, QCheckBox, "show.a_inact").accessibleName() == "Show gate a_inact"


def test_a_second_set_is_chosen_from_the_library(tab):
    """The pyramidal cell's gates are drawn beside the squid's, and the title names it."""
    choose(tab, "gating.compare", PYRAMIDAL.id)
    assert tab.state().against == PYRAMIDAL.id
    assert drawn(tab, COMPARED) == ["m", "h", "n"]
    assert PYRAMIDAL.name in find(tab, QLabel, "title").text()


def test_a_second_set_can_be_set_and_taken_away(tab):
    """``compare_with`` shows and removes a comparison set, and the dropdown follows."""
    combo = find(tab, QComboBox, "compare")
    tab.compare_with(MODEL_6)
    assert (combo.currentText(), tab.state().against) == (MODEL_6.name, MODEL_6.id)
    assert drawn(tab, COMPARED) == ["a_act", "a_inact", "b"]
    tab.compare_with(None)
    assert (combo.currentText(), drawn(tab, COMPARED)) == ("nothing", [])
    assert tab.state().against == ""


def test_a_second_set_that_is_in_no_library_is_named(tab):
    """An edited one, say of a session."""
    tab.compare_with(replace(PYRAMIDAL, name="My neuron", capacitance=2.0))
    assert find(tab, QComboBox, "compare").placeholderText() == "My neuron"
    assert "My neuron" in find(tab, QLabel, "title").text()


def test_the_thermal_rates_come_and_go_by_a_switch(tab):
    """The rates are drawn for gate n and hidden with it."""
    find(tab, QCheckBox, "thermal").click()
    assert (tab.state().thermal, drawn(tab, THERMAL)) == (True, ["n"])
    find(tab, QCheckBox, "show.n").click()
    assert drawn(tab, THERMAL) == []
    tab.show_thermal(False)
    assert not find(tab, QCheckBox, "thermal").isChecked()


def test_rates_are_logarithmic_unless_switched(tab, settle):
    """A straight line for an exponential at first; one click makes it linear."""
    assert tab.plots.logarithmic
    find(tab, QCheckBox, "log").click()
    settle(tab)
    voltage, height = tab.plots.panes["beta"].curves[0].getData()
    np.testing.assert_allclose(height, 4.0 * np.exp(-(voltage + 65.0) / 18.0), rtol=1e-12)


def test_an_edit_is_announced_and_drawn(qtbot, tab):
    """An edit gives one new membrane and its curves."""
    with qtbot.waitSignal(tab.membrane_changed) as edited:
        find(tab, QDoubleSpinBox, "beta.rate").setValue(5.0)
    assert edited.args == [named_after(with_value(SQUID, "m.beta.rate", 5.0), SQUID)]
    assert tab.membrane == edited.args[0]
    assert tab.plots.shown[0].gate.beta.rate == 5.0


def test_the_echo_of_an_edit_draws_nothing_more(tab, settle, draws_of):
    """The membrane that comes back from the document after an edit is not drawn again."""
    find(tab, QDoubleSpinBox, "beta.rate").setValue(5.0)
    settle(tab)
    assert draws_of(lambda: tab.set_membrane(tab.membrane, SQUID)) == 0


def test_a_conductance_draws_nothing(tab, draws_of):
    """An edit of a conductance redraws no curve, and is kept by the next edit of a rate."""
    edited = SQUID.with_current("Na", conductance=100.0)
    assert draws_of(lambda: tab.set_membrane(edited, SQUID)) == 0
    find(tab, QDoubleSpinBox, "power").setValue(2)
    assert tab.membrane.currents[0].conductance == 100.0


def test_syncing_emits_nothing(qtbot, tab):
    """Showing a set or a switch emits no edit."""
    with qtbot.assertNotEmitted(tab.membrane_changed):
        tab.set_membrane(MODEL_1, MODEL_1)
        tab.set_membrane(PYRAMIDAL, PYRAMIDAL)
        tab.compare_with(SQUID)
        tab.show_thermal(True)
        tab.set_library([SQUID])


@pytest.mark.parametrize(
    ("membrane", "words"),
    [
        (SQUID, "curves at 6.3 °C, where the rates hold as written"),
        (replace(SQUID, temperature=16.3),
         "curves at 16.3 °C: rates × 3 of those written for 6.3 °C"),
        (PYRAMIDAL, "the rates do not depend on temperature"),
    ],
)  # fmt: skip
def test_the_temperature_of_the_curves_is_said(membrane, words):
    """The tab shows the temperature and the factor on the rates (Q10 = 3)."""
    assert temperature_text(membrane) == words


def test_warmth_is_drawn(tab, settle):
    """τ_h's peak at −65 mV's side shrinks to a third at 16.3 °C."""
    voltage, cold = tab.plots.panes["time_constant"].curves[1].getData()
    tab.set_membrane(replace(SQUID, temperature=16.3), SQUID)
    settle(tab)
    _, warm = tab.plots.panes["time_constant"].curves[1].getData()
    assert cold[voltage == -65.0] == pytest.approx(8.5, abs=0.05)
    np.testing.assert_allclose(warm, cold / 3.0, rtol=1e-12)


def test_the_live_voltage_is_marked_and_written(tab):
    """The live voltage is marked in the plots and written in words below them."""
    tab.set_live_voltage(-63.24)
    assert find(tab, QLabel, "live").text() == "┃ live V −63.2 mV"
    tab.set_live_voltage(float("nan"))
    assert find(tab, QLabel, "live").text() == ""


def test_a_hidden_tab_takes_the_live_voltage_when_it_is_shown(qtbot, tab):
    """While hidden nothing moves; then it is where the neuron is."""
    tab.hide()
    tab.set_live_voltage(-40.0)
    assert find(tab, QLabel, "live").text() == ""
    with qtbot.waitExposed(tab):
        tab.show()
    qtbot.waitUntil(lambda: find(tab, QLabel, "live").text() == "┃ live V −40.0 mV")
    assert tab.plots.panes["alpha"].marker.voltage == -40.0


def test_another_set_comes_with_fresh_axes(tab):
    """A zoom does not outlast the set that it was made for."""
    view = tab.plots.panes["alpha"].view
    view.setXRange(-70.0, -50.0, padding=0)
    tab.set_membrane(MODEL_6, MODEL_6)
    assert view.viewRange()[0] == [-120.0, 60.0]


def test_the_axes_are_reset_by_a_button(qtbot, tab):
    """The button brings the voltage axis back to −120…60 mV."""
    view = tab.plots.panes["alpha"].view
    view.setXRange(-70.0, -50.0, padding=0)
    qtbot.mouseClick(find(tab, QPushButton, "reset_axes"), Qt.MouseButton.LeftButton)
    assert view.viewRange()[0] == [-120.0, 60.0]


def test_saving_is_asked_for(qtbot, tab):
    """A click on Save only emits save_requested."""
    with qtbot.waitSignal(tab.save_requested):
        qtbot.mouseClick(find(tab, QPushButton, "save"), Qt.MouseButton.LeftButton)


def test_a_membrane_without_gates_is_answered(tab):
    """For model 1, which has no gates, the tab shows a sentence and no curve."""
    tab.set_membrane(MODEL_1, MODEL_1)
    assert find(tab, QLabel, "description").text() == "This membrane has no gates."
    assert tab.plots.shown == ()


def test_every_control_has_a_name(tab):
    """Every control has an accessible name."""
    controls = [*tab.findChildren(QPushButton), *tab.findChildren(QCheckBox),
                *tab.findChildren(QComboBox), *tab.findChildren(QDoubleSpinBox)]  # fmt: skip
    assert len(controls) > 15
    for control in controls:
        assert control.objectName().startswith(("gating.", "reset.gating."))
        assert control.accessibleName() or control.text()


def test_both_themes_colour_the_plots(tab):
    """The background of the plots is that of the chosen theme."""
    for theme in (LIGHT, DARK):
        tab.set_theme(theme)
        assert tab.plots.backgroundBrush().color().name() == theme.window


def test_the_tab_fits_a_small_window(tab, settle):
    """With every set it needs no more than 930 by 560 pixels, and the plots have most of it."""
    for membrane in LIBRARY.membranes.values():
        tab.set_membrane(membrane, membrane)
        settle(tab)
        hint = tab.minimumSizeHint()
        assert (hint.width() <= 930, hint.height() <= 560) == (True, True)
        assert tab.plots.width() >= 500
