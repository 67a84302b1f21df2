"""The Voltage clamp tab: staircase, sweeps, windows, results, kept families, files."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
)

from hhgui.analysis.clamp import family
from hhgui.document.session import state_from_table, table_from_state
from hhgui.experiments.clamp_presets import PRESETS
from hhgui.model.membrane import Membrane
from hhgui.storage.table_form import ATF
from hhgui.ui.clamp.plots import COMMAND, DIFFERENCE, TOTAL
from hhgui.ui.clamp.state import ClampState
from hhgui.ui.clamp.tab import ClampTab
from tests.refusals import refused
from tests.shipped import LIBRARY, SQUID
from tests.ui.clamp.controls import find
from tests.ui.controls import choose
from tests.ui.mouse import drag, move, place


@pytest.fixture(scope="module")
def shared_tab(shown_once):
    """The shown tab, which takes a third of a second to make and to paint, and its first state."""
    widget = ClampTab()
    widget.set_neuron(SQUID, 0.025)
    return shown_once(widget, 1000, 640), widget.state()


@pytest.fixture
def tab(shared_tab, settle):
    """The shown tab, of the squid giant axon, drawn, with the settings of a first start."""
    widget, first = shared_tab
    widget.set_neuron(SQUID, 0.025)
    widget.restore(first)
    find(widget, QComboBox, "output").setCurrentIndex(0)
    settle(widget)
    return widget


def drawn(tab, name):
    """Times and values of the present family in a pane."""
    group = tab.plots.panes[name].lines.groups[-1]
    return group.time, group.values


def words(tab):
    """The text of the results."""
    return find(tab, QLabel, "results").text()


def test_the_family_is_that_of_the_formula(tab, settle):
    """Each drawn sodium current is the closed form at its time and command."""
    time, values = drawn(tab, "Na")
    assert values.shape[0] == 17
    during = (time[0] >= 0.0) & (time[0] < 20.0)
    volts = np.linspace(-80.0, 80.0, 17)
    there = family(SQUID, -65.0, volts[:, None], 20.0).currents(0, time[0, during])[0]
    first = np.flatnonzero(during)[1:]  # at 0 ms the last of the holding is drawn too
    np.testing.assert_allclose(values[:, first], there[:, 1:], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("model", ["squid-dayan-abbott", "traub-miles-lab3", "cortical-pyramidal"])
@pytest.mark.parametrize("preset", list(PRESETS))
def test_each_protocol_is_drawn_and_evaluated_for_each_neuron(tab, settle, preset, model):
    """There are sweeps, a plot of results and, but for the ramp, a result with its value."""
    tab.set_neuron(LIBRARY[model], 0.025)
    choose(tab, "clamp.preset", preset)
    settle(tab)
    assert np.isfinite(drawn(tab, TOTAL)[1]).all()
    assert tab.clamped.rows.column(tab.staircase.varied_column[0]).size > 0
    find(tab, QComboBox, "output").setCurrentIndex(1)
    assert tab.figure() is not None
    if preset != "ramp":
        assert tab.clamped.results[0].value is not None


def test_an_edit_of_the_neuron_changes_the_sweeps_at_once(tab, settle):
    """Half of the sodium conductance gives half of its current."""
    before = drawn(tab, "Na")[1]
    tab.set_neuron(SQUID.with_current("Na", conductance=60.0), 0.025)
    settle(tab)
    np.testing.assert_allclose(drawn(tab, "Na")[1], before / 2.0, atol=1e-9)


def test_another_number_may_vary(tab, settle):
    """Marking the holding voltage lets it vary around its value and greys its field."""
    find(tab, QRadioButton, "varies.hold").click()
    settle(tab)
    assert tab.staircase.varied == "hold"
    assert tab.staircase.values.values.tolist() == list(range(-105, -24, 10))
    assert not find(tab, QDoubleSpinBox, "hold").isEnabled()
    assert find(tab, QDoubleSpinBox, "test").isEnabled()


def test_values_may_be_a_list(tab, settle, qtbot):
    """A typed list gives one sweep a value; from, to and step replace it again."""
    line = find(tab, QLineEdit, "values.list")
    qtbot.keyClicks(line, "-40, 0, 20")
    line.editingFinished.emit()
    settle(tab)
    assert drawn(tab, COMMAND)[1][:, 50].tolist() == [-40.0, 0.0, 20.0]
    find(tab, QDoubleSpinBox, "values.step").setValue(20.0)
    settle(tab)
    assert tab.staircase.values.values.tolist() == [-40.0, -20.0, 0.0, 20.0]
    assert line.text() == ""


def test_an_end_between_two_steps_says_which_value_is_the_last(tab, settle):
    """The field keeps what was typed; below it stands what is used, until both are one."""
    field, note = find(tab, QDoubleSpinBox, "values.to"), find(tab, QLabel, "values.note")
    field.setValue(57.0)
    assert field.value() == 57.0
    assert tab.staircase.values.values[-1] == 50.0
    assert note.isVisible()
    assert note.text() == "The last value is 50: 57 is no whole number of steps from −80."
    field.setValue(60.0)
    assert tab.staircase.values.values[-1] == 60.0
    assert not note.isVisible()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-40, x", "The list must be numbers separated by commas, e.g. 0.5, 1, 2."),
        ("-400, 0", "Test voltage must be from -150 to 150 mV, not -400."),
    ],
)
def test_a_list_that_can_not_be_used_says_why(tab, qtbot, text, problem):
    """The sentence is below the list, and the sweeps stay as they were."""
    before = tab.staircase
    line = find(tab, QLineEdit, "values.list")
    qtbot.keyClicks(line, text)
    line.editingFinished.emit()
    assert find(tab, QLabel, "problem").text() == problem
    assert tab.staircase == before


def test_too_many_sweeps_are_refused(tab):
    """A step of 0.1 mV would be 1601 sweeps."""
    find(tab, QDoubleSpinBox, "values.step").setValue(0.1)
    assert find(tab, QLabel, "problem").text() == "1601 sweeps are too many: at most 200."


def place_of(tab, pane, time):
    """The pixel of a time in the middle of a pane."""
    view = tab.plots.panes[pane].view
    (_, _), (low, high) = view.viewRange()
    return place(view, time, 0.5 * (low + high))


def pull(qtbot, tab, pane, start, stop):
    """Drag what is at one time of a pane to another time."""
    viewport = tab.plots.viewport()
    first, last = place_of(tab, pane, start), place_of(tab, pane, stop)
    move(viewport, first)
    drag(qtbot, viewport, first, last, pause_ms=20)


def test_sweeps_are_seen_in_the_window_in_which_they_are_measured(tab):
    """The shaded window covers the whole test stair, but none of the curves."""
    pane = tab.plots.panes["K"]
    picture = tab.plots.grab().toImage()
    at, values = drawn(tab, "K")
    sweep = int(np.argmax(values[:, -1]))
    time, value = 10.0, float(np.interp(10.0, at[sweep], values[sweep]))
    point = place(pane.view, time, value)
    ratio = picture.devicePixelRatio()
    near = {
        picture.pixelColor((point + QPoint(0, dy)) * ratio).name() for dy in (-2, -1, 0, 1, 2, 12)
    }
    assert len(near) > 1


def test_the_late_current_is_read_where_its_line_is_dragged_to(tab, settle, qtbot):
    """A drag from the end to about 10 ms reads the potassium current there."""
    pull(qtbot, tab, "K", 20.0, 10.0)
    settle(tab)
    at = tab.staircase.late_at
    assert at == pytest.approx(10.0, abs=0.3)
    late = family(SQUID, -65.0, [[80.0]], 20.0).currents(0, [at])[1, 0, 0]
    assert tab.clamped.rows.column("late_I_K")[-1] == pytest.approx(late, rel=1e-9)


def test_the_peak_is_looked_for_in_the_window(tab, settle, qtbot):
    """With the window's beginning dragged behind the peak, the peak is at that beginning."""
    pull(qtbot, tab, "Na", 0.0, 5.0)
    settle(tab)
    begin = tab.staircase.window_from
    assert begin == pytest.approx(5.0, abs=0.3)
    assert tab.clamped.rows.column("peak_time_Na")[8] == pytest.approx(begin)


def test_inward_currents_go_up_in_all_plots_or_in_none(tab, settle):
    """Ticked, every current and the result change their sign, the voltage does not."""
    before = {
        name: drawn(tab, name)[1] for name in tab.plots.panes if name not in ("L", DIFFERENCE)
    }
    find(tab, QComboBox, "output").setCurrentIndex(1)
    peak = tab.figure().panels[0].curves[0].y
    find(tab, QCheckBox, "inward_up").click()
    settle(tab)
    for name, values in before.items():
        sign = 1.0 if name == COMMAND else -1.0
        np.testing.assert_array_equal(drawn(tab, name)[1], sign * values)
    np.testing.assert_array_equal(tab.figure().panels[0].curves[0].y, -peak)


def test_the_text_says_where_the_half_of_the_gate_lies(tab, settle):
    """The peak conductance's half is not that of m∞, and the reason is given."""
    choose(tab, "clamp.preset", "activation")
    settle(tab)
    assert "half of m∞ −40.0" in words(tab)
    assert "inactivation has already closed some channels" in words(tab)


@pytest.mark.parametrize(
    ("preset", "key", "value", "said"),
    [
        ("iv", "test_duration", 0.2,
         "The step ends before the peak of I_Na: lengthen it"),
        ("inactivation", "conditioning_duration", 2.0,
         "The first pulse ends before h is steady: lengthen it"),
    ],
)  # fmt: skip
def test_a_pulse_that_is_too_short_says_so(tab, settle, preset, key, value, said):
    """Beside the result stands what misleads and what to change."""
    choose(tab, "clamp.preset", preset)
    settle(tab)
    assert "lengthen it" not in words(tab)
    find(tab, QDoubleSpinBox, key).setValue(value)
    settle(tab)
    assert said in words(tab)


def test_a_current_that_never_activates_says_so(tab, settle):
    """Held and stepped where its gates are shut, lab 3's sodium current has no half."""
    tab.set_neuron(LIBRARY["traub-miles-lab3"], 0.025)
    choose(tab, "clamp.preset", "activation")
    find(tab, QDoubleSpinBox, "values.to").setValue(-70.0)
    find(tab, QDoubleSpinBox, "values.step").setValue(5.0)
    settle(tab)
    assert "vary the voltage further" in words(tab)


def test_a_pane_can_be_hidden(tab, settle):
    """Unticked, the total current is not drawn and not in the figure."""
    find(tab, QCheckBox, "show.total").click()
    settle(tab)
    labels = [panel.y_label for panel in tab.figure().panels]
    assert labels == ["V (mV)", "I_Na (µA/cm²)", "I_K (µA/cm²)"]


def test_a_kept_family_is_drawn_behind_the_next_one(tab, settle):
    """The kept sweeps stay as they were when the neuron changes."""
    tab.keep()
    before = drawn(tab, "Na")[1]
    tab.set_neuron(SQUID.with_current("Na", conductance=60.0), 0.025)
    settle(tab)
    kept, present = tab.plots.panes["Na"].lines.groups
    np.testing.assert_array_equal(kept.values, before)
    np.testing.assert_allclose(present.values, before / 2.0, atol=1e-9)


def test_the_state_comes_back(tab, settle, qtbot):
    """Staircase, protocol, hidden panes, drawing and kept families are those of the session."""
    choose(tab, "clamp.preset", "tails")
    tab.keep()
    tab.keep()
    find(tab, QCheckBox, "difference").click()
    find(tab, QPushButton, "block.K").click()
    find(tab, QDoubleSpinBox, "conditioning").setValue(10.0)
    find(tab, QCheckBox, "inward_up").click()
    find(tab, QCheckBox, "show.K").click()
    state = state_from_table(ClampState, table_from_state(tab.state()))
    other = ClampTab()
    qtbot.addWidget(other)
    other.set_neuron(SQUID, 0.025)
    other.restore(state)
    assert other.state() == tab.state()
    assert other.staircase.conditioning == 10.0
    assert isinstance(other.state().kept[0].membrane, Membrane)


@pytest.mark.parametrize(
    ("values", "key"),
    [({"preset": "other"}, "preset"), ({"settings": {"hold": 999.0}}, "hold"),
     ({"blocked": {"Na": 200.0}}, "blocked"), ({"difference": (0, 1)}, "difference"),
     ({"families": ({"name": "x"},)}, "families[0].color"), ({"hidden": 3}, "hidden")],
)  # fmt: skip
def test_a_state_that_does_not_fit_is_refused(values, key):
    """The error names what is wrong."""
    with refused(key):
        state_from_table(ClampState, values)


def test_sweeps_are_exported_with_one_column_each(tab, tmp_path):
    """The table has a column of time and one a sweep and quantity, with the formula's numbers."""
    export = tab.numbers()
    path = tmp_path / "clamp.csv"
    from hhgui.storage.table_form import CSV

    export.write(path, CSV, lambda: False, lambda _: None)
    header = path.read_text().splitlines()[0].split(",")
    assert header[:3] == ["time_ms", "V_mV_-80_mV", "V_mV_-70_mV"]
    table = np.genfromtxt(path, delimiter=",", skip_header=1)
    assert table[[0, -1], 0].tolist() == [0.0, 25.0]
    column = header.index("I_Na_uA_per_cm2_0_mV")
    at = np.searchsorted(table[:, 0], 1.0)
    wanted = family(SQUID, -65.0, [[0.0]], 20.0).currents(0, [1.0])[0, 0, 0]
    assert table[at, column] == pytest.approx(wanted, rel=1e-9)


def test_sweeps_are_exported_for_clampfit(tab, tmp_path):
    """The header is that of Axon text files, with a column for each sweep."""
    path = tmp_path / "clamp.atf"
    tab.numbers().write(path, ATF, lambda: False, lambda _: None)
    lines = path.read_text().splitlines()
    assert lines[0] == "ATF\t1.0"
    assert lines[1] == f"0\t{1 + 17 * 5}"


def test_a_lesson_shows_its_clamp(tab):
    """The settings of the command line's voltage clamp become a staircase."""
    from hhgui.document.setup import Setup

    settings = {"protocol": "inactivation", "commands": [-100.0, -60.0], "test": -10.0}
    tab.show_setup(
        Setup(SQUID, SQUID, tab="clamp", experiment="voltage-clamp", settings=settings), True
    )
    assert tab.staircase.varied == "conditioning"
    assert tab.staircase.test == -10.0
    assert find(tab, QComboBox, "preset").currentData() == "inactivation"


def test_the_mouse_reads_the_nearest_sweep(tab, settle, qtbot):
    """Pointing at a pane names the sweep and its value."""
    view = tab.plots.panes["K"].view
    at = place(view, 15.0, drawn(tab, "K")[1].max())
    tab.plots._point_at(at + QPoint(0, 1))
    assert "80 mV" in find(tab, QLabel, "read_out").text()


def test_a_neuron_without_a_sodium_current_has_panes_of_its_own(tab, settle):
    """The panes, tick boxes and results follow the currents of the neuron."""
    tab.set_neuron(LIBRARY["lecture6-model3"], 0.025)
    settle(tab)
    names = [c.name for c in LIBRARY["lecture6-model3"].currents]
    assert list(tab.plots.panes) == [COMMAND, TOTAL, DIFFERENCE, *names]
    assert find(tab, QCheckBox, f"show.{names[0]}") is not None


def test_ttx_leaves_the_potassium_current_alone(tab, settle):
    """A click blocks sodium, says so in colour and in words, and a second one washes it out."""
    potassium = drawn(tab, "K")[1]
    find(tab, QPushButton, "block.Na").click()
    settle(tab)
    assert not drawn(tab, "Na")[1].any()
    np.testing.assert_array_equal(drawn(tab, "K")[1], potassium)
    assert find(tab, QLabel, "left.Na").text() == "ḡ 120 → 0 mS/cm²"
    assert "TTX 100 %" in find(tab, QLabel, "title").text()
    assert "No I_Na flows at these voltages" in words(tab)
    find(tab, QPushButton, "wash").click()
    settle(tab)
    assert drawn(tab, "Na")[1].any()


def test_a_current_is_blocked_in_part(tab, settle):
    """30 % of TEA leaves 70 % of the potassium current."""
    before = drawn(tab, "K")[1]
    find(tab, QDoubleSpinBox, "blocked.K").setValue(30.0)
    settle(tab)
    np.testing.assert_allclose(drawn(tab, "K")[1], 0.7 * before, rtol=1e-12, atol=1e-12)
    assert tab.state().blocked == {"K": 30.0}


def test_control_minus_ttx_is_the_sodium_current(tab, settle):
    """Of two kept families the difference of the total currents is drawn and told."""
    sodium = drawn(tab, "Na")[1]
    tab.keep()
    find(tab, QPushButton, "block.Na").click()
    settle(tab)
    tab.keep()
    find(tab, QCheckBox, "difference").click()
    settle(tab)
    assert tab.plots.panes[DIFFERENCE].item.scene() is not None
    np.testing.assert_allclose(drawn(tab, DIFFERENCE)[1], sodium, atol=1e-9)
    assert [kept.name for kept in tab.state().kept] == [
        "Control · Na/K family (I–V)", "TTX 100 % · Na/K family (I–V)",
    ]  # fmt: skip
    assert "Difference: at most 1469 µA/cm² in size, in the sweep at 80 mV" in words(tab)


def test_families_of_other_commands_have_no_difference(tab, settle):
    """The reason is below the choice, with what to do."""
    tab.keep()
    choose(tab, "clamp.preset", "tails")
    settle(tab)
    tab.keep()
    find(tab, QCheckBox, "difference").click()
    problem = find(tab, QLabel, "difference.problem").text()
    assert problem == "Their commands differ: keep two families of one staircase."
    assert tab.plots.panes[DIFFERENCE].item.scene() is None


def test_a_kept_family_that_can_not_be_computed_is_dropped_with_its_reason(tab):
    """A session names a current that the neuron does not have; everything else comes back."""
    family_of_calcium = {"name": "Ca", "color": 0, "visible": True, "membrane": SQUID,
                         "settings": {"current": "Ca"}}  # fmt: skip
    said = []
    tab.noticed.connect(said.append)
    tab.restore(ClampState({"hold": -80.0}, families=(family_of_calcium,)))
    assert said[0].startswith("Kept families are left out: Current must be one of Na, K, L")
    assert tab.state().families == ()
    assert tab.staircase.hold == -80.0
