"""Every protocol, chosen from the menu, gives the numbers of its source."""

from html import unescape

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest

from hhgui.content.protocols import load_protocols
from tests.shipped import LIBRARY

PROTOCOLS = {p.id: p for p in load_protocols(LIBRARY)}
SINGLE_RUNS = {
    "lab3-step": "lab3_step",
    "short-pulse": "short_pulse",
    **{f"pulses-model{n}": f"lecture6_model{n}" for n in range(1, 8)},
}
NOISES = {
    "noise-correct-capacitance": "lecture7_corrected_noise",
    "noise-as-printed": "lecture7_as_printed_noise",
}
CLASSICAL = {*(f"hh-1952-fig-{n}" for n in (12, 20, 21, 22)), "hh-1952-strength-duration"}


@pytest.fixture
def fact(facts):
    """A fact by its name."""
    return facts.__getitem__


@pytest.fixture
def choose(desktop, qtbot):
    """Pick an entry of Simulation, Protocols; its tab is in front and says what it asks."""

    def pick(protocol_id):
        entry = desktop.window.findChild(QAction, f"protocol.{protocol_id}")
        entry.trigger()
        protocol = PROTOCOLS[protocol_id]
        qtbot.waitUntil(lambda: not desktop.guide.busy)
        assert desktop.window.front.name == protocol.setup.tab
        assert desktop.editor.document.membrane == protocol.setup.membrane
        assert protocol.name in unescape(desktop.window.note.text.text())
        return desktop.window

    return pick


def shows(tab, protocol_id):
    """Whether the Single run tab shows the run of this protocol, not an earlier one."""
    wanted = PROTOCOLS[protocol_id].setup
    return tab.current is not None and (
        tab.current.setup.membrane, tab.current.setup.stimulus, tab.current.setup.duration
    ) == (wanted.membrane, wanted.stimulus, wanted.duration)  # fmt: skip


@pytest.mark.parametrize("protocol_id", SINGLE_RUNS)
def test_a_single_run_has_the_references_spikes(choose, qtbot, seed_systems, protocol_id):
    """The count is the reference's, and each time agrees to 1e-3 ms."""
    tab = choose(protocol_id).pages["experiment"]
    qtbot.waitUntil(lambda: shows(tab, protocol_id))
    spikes = seed_systems[SINGLE_RUNS[protocol_id]]["spike_times_ms"]
    assert tab.current.spikes.tolist() == pytest.approx(spikes, abs=1e-3)


def test_the_lab_curve_is_measured_at_once(choose, qtbot, seed_systems):
    """The protocol of lab 3 starts its sweep, which gives the lab course's counts."""
    tab = choose("lab3-fi").pages["fi"]
    qtbot.waitUntil(lambda: tab.curve is not None and tab.curve.complete)
    assert [p.count for p in tab.curve.points] == seed_systems["lab3_fi"]["spike_counts"]


@pytest.mark.parametrize("protocol_id", NOISES)
def test_the_noise_table_is_the_references(choose, qtbot, seed_systems, protocol_id):
    """Each method and dt stays finite as in the reference, with its number of spikes."""
    tab = choose(protocol_id).pages["integrators"]
    qtbot.waitUntil(lambda: len(tab.results) > 1 and not tab.running)
    known = seed_systems[NOISES[protocol_id]]["results"]
    for result in tab.results[1:]:
        method = result.trial.method.replace("-", "_")
        expected = known[f"{method} dt={result.trial.dt:g}"]
        assert result.finite == expected["finite"]
        assert result.spike_count == expected["spikes"]


def test_the_currents_lie_below_the_voltage(choose, qtbot):
    """The protocol shows voltage, stimulus and currents, from top to bottom."""
    window = choose("currents")
    qtbot.waitUntil(lambda: shows(window.pages["experiment"], "currents"))
    assert window.pages["experiment"].plots.shown_panes[:2] == ("voltage", "stimulus")
    assert "currents" in window.pages["experiment"].plots.shown_panes


def test_gating_curves_are_compared_and_dashed(choose, qtbot):
    """The pyramidal cell is compared with the squid; potassium's thermal rates are dashed."""
    gating = choose("gating-pyramidal-squid").pages["gating"]
    qtbot.waitUntil(lambda: gating.state().against != "")
    assert gating.state().against == "squid-dayan-abbott"
    choose("thermal-potassium")
    qtbot.waitUntil(lambda: gating.state().thermal)


def test_a_protocol_is_one_step_to_undo(choose, desktop):
    """Neuron, stimulus, method and dt come back together."""
    before = desktop.editor.document
    choose("short-pulse")
    assert desktop.window.actions_by_name["undo"].text().endswith(PROTOCOLS["short-pulse"].name)
    desktop.window.actions_by_name["undo"].trigger()
    assert desktop.editor.document == before


def test_a_protocol_is_undone_and_redone_before_it_is_shown(desktop, qtbot):
    """Undo right after the choice takes back this protocol, not the step before; redo brings it."""
    act = desktop.window.actions_by_name
    desktop.editor.edit(threshold=-12.0)
    before, setup = desktop.editor.document, PROTOCOLS["short-pulse"].setup
    desktop.window.findChild(QAction, "protocol.short-pulse").trigger()
    assert desktop.editor.document == before
    act["undo"].trigger()
    assert desktop.editor.document == before
    act["redo"].trigger()
    qtbot.waitUntil(lambda: not desktop.guide.busy)
    assert desktop.editor.document.stimulus == setup.stimulus
    assert desktop.window.front.name == setup.tab


def test_the_slip_of_the_slides_program(choose, qtbot):
    """Without the 0.1 in the rate of h the spike peaks at 42.43 mV, 2.998 ms after the start."""
    tab = choose("short-pulse-as-coded").pages["experiment"]
    qtbot.waitUntil(lambda: shows(tab, "short-pulse-as-coded"))
    voltage = tab.current.column("V")
    assert voltage.max() == pytest.approx(42.43, abs=0.02)
    assert tab.current.times[voltage.argmax()] == pytest.approx(2.998, abs=0.02)


@pytest.fixture
def classical(choose, qtbot):
    """Pick a figure of the paper, and wait for what Measure finds: results, and the table."""

    def pick(protocol_id):
        tab = choose(protocol_id).pages["measure"]
        wanted = PROTOCOLS[protocol_id].setup
        qtbot.waitUntil(lambda: tab.shown is not None and not tab.running)
        measured = tab.shown.measured
        assert measured.experiment.id == wanted.experiment
        return {result.key: result.value for result in measured.results}, measured

    return pick


def test_figure_12_fires_from_7_mv_on(classical, fact):
    """6 mV dies away, and the threshold lies at 6.507 mV."""
    results, measured = classical("hh-1952-fig-12")
    assert measured.rows.column("displacement").tolist() == [6.0, 7.0, 15.0, 90.0]
    assert (measured.rows.column("peak") > 0.0).tolist() == [False, True, True, True]
    assert results["threshold"] == pytest.approx(fact("displacement_threshold")["value"], abs=0.01)


def test_figure_20_is_refractory_then_recovers(classical):
    """Early shocks add no spike: V falls straight back from their jump; the last fires in full."""
    _, measured = classical("hh-1952-fig-20")
    after = []
    for trace, interval in zip(measured.traces, measured.rows.column("value"), strict=True):
        shock_over = trace.time > 1.0 + interval + 0.15
        after.append(trace.values[shock_over].max() - trace.values[shock_over][0])
    assert max(after[:2]) < 1.0
    assert after[-1] > 20.0
    assert measured.rows.column("peak")[-1] > measured.rows.column("peak")[0] + 2.0


def test_figure_21_is_linear_for_small_shocks_only(classical):
    """Of ±3 mV the traces mirror each other; of ±6 mV they do not, and 6.5 mV nearly fires."""
    results, measured = classical("hh-1952-fig-21")
    rest = -64.9964
    by_shift = dict(zip(measured.rows.column("displacement"), measured.traces, strict=True))
    for shift, alike in ((3.0, True), (6.0, False)):
        up, down = by_shift[shift].values - rest, rest - by_shift[-shift].values
        at_3_ms = np.searchsorted(by_shift[shift].time, 3.0)
        assert (abs(up[at_3_ms] - down[at_3_ms]) < 1.5) == alike
    assert not measured.rows.column("fired").any()
    assert 6.5 < results["threshold"] < 6.51


def test_figure_22_fires_after_the_release(classical, fact):
    """The peak is 47.06 mV at 6.559 ms with E_L −54.4 mV, a hair more with −54.387."""
    results, _ = classical("hh-1952-fig-22")
    peak, time = fact("anode_break_clamp")["value"]["peak"]
    assert results["peak"] == pytest.approx(peak, abs=0.1)
    assert results["peak_time"] == pytest.approx(time, abs=0.01)


def test_the_strength_duration_curve_has_the_papers_ends(classical, fact):
    """Rheobase, chronaxie and the charge of the shortest pulse are the paper's."""
    results, measured = classical("hh-1952-strength-duration")
    assert results["rheobase"] == pytest.approx(fact("rheobase_single_spike")["value"], rel=5e-3)
    assert results["chronaxie"] == pytest.approx(fact("chronaxie")["value"], abs=0.01)
    assert measured.rows.column("charge")[0] == pytest.approx(6.5, abs=0.05)


def test_no_protocol_of_the_menu_is_left_out_here():
    """Each protocol of the menu has a test in this file."""
    tested = {*SINGLE_RUNS, *NOISES, "lab3-fi", "currents", "gating-pyramidal-squid",
              "thermal-potassium", "short-pulse-as-coded", *CLASSICAL}  # fmt: skip
    assert tested == set(PROTOCOLS)


def test_a_demonstration_is_one_key_and_one_step_of_undo(desktop, qtbot):
    """F5 is taken, so the fourth is F7: a warm axon, which runs in the live tab."""
    window, before = desktop.window, desktop.editor.document
    window.show_tab("gating")
    QTest.keyClick(window, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: not desktop.guide.busy)
    assert desktop.editor.document.membrane.temperature == 18.5
    assert (window.front.name, desktop.editor.history.count()) == ("live", 1)
    qtbot.waitUntil(lambda: desktop.running)
    desktop.editor.history.undo()
    assert desktop.editor.document == before
