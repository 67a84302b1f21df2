"""Every protocol, chosen from the menu, gives the numbers of its source."""

from html import unescape

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
    """Pyramidal against squid; the thermal rates of potassium."""
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


def test_the_slip_of_the_slides_program(choose, qtbot):
    """Without the 0.1 in the rate of h the spike peaks at 42.43 mV, 2.998 ms after the start."""
    tab = choose("short-pulse-as-coded").pages["experiment"]
    qtbot.waitUntil(lambda: shows(tab, "short-pulse-as-coded"))
    voltage = tab.current.column("V")
    assert voltage.max() == pytest.approx(42.43, abs=0.02)
    assert tab.current.times[voltage.argmax()] == pytest.approx(2.998, abs=0.02)


def test_no_protocol_of_the_menu_is_left_out_here():
    """Each protocol of the menu has a test in this file."""
    tested = {*SINGLE_RUNS, *NOISES, "lab3-fi", "currents", "gating-pyramidal-squid",
              "thermal-potassium", "short-pulse-as-coded"}  # fmt: skip
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
