"""Kept sweeps lie behind the live traces, named by their differences."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QToolButton,
)

from hhgui.document.sweep import Sweep, sweep_name
from hhgui.engine.recording import Bookmark, Recording
from hhgui.engine.replay import Replay, Stretch
from hhgui.engine.simulation import Simulation
from hhgui.experiments.sweep_run import sweep_run
from hhgui.model.parameter import ModelError
from hhgui.model.quantity import CLAMP
from hhgui.model.stimulus.command import Command, played_from_dict
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from hhgui.report.facts import run_facts
from hhgui.report.repeat import repeat_sweep
from hhgui.storage.session import session_to_record
from hhgui.storage.session_reading import session_from_record
from hhgui.ui.figures.traces import figure_of_run
from hhgui.ui.live.export_dialog import ExportDialog
from hhgui.ui.live.kept import MOST_KEPT
from hhgui.ui.live.tab import LiveTab
from hhgui.ui.plots.shown_run import ShownRun
from hhgui.ui.widgets.theme import LIGHT
from tests.shipped import SQUID
from tests.ui.caught_up import live_has_caught_up
from tests.ui.controls import box, button


def kept(page):
    """Names of the kept sweeps in the list."""
    return [each.name for each in page.kept_list.runs]


def choose_kept(dialog):
    """Choose the kept sweeps as well, and accept."""
    dialog.kept_too.click()
    return QDialog.DialogCode.Accepted


def test_kept_sweeps_lie_behind_those_that_follow(desktop, sweeping, qtbot, monkeypatch, tmp_path):
    """Sweeps kept before and after an edit are in figure, session and restored window."""
    window, page, plots = desktop.window, sweeping, sweeping.plots
    qtbot.waitUntil(lambda: plots.trigger.before is not None)
    qtbot.keyClick(window, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: kept(page) == ["Squid giant axon"])
    box(window, "conductance.Na").setValue(60.0)
    qtbot.waitUntil(lambda: live_has_caught_up(desktop))
    edited = plots.recording.span[1]
    qtbot.waitUntil(lambda: (plots.trigger.before or 0.0) > edited)
    button(window, "live.keep").click()
    qtbot.waitUntil(lambda: kept(page) == ["Squid giant axon", "ḡNa 120 → 60"])
    assert window.isWindowModified()
    qtbot.waitUntil(lambda: plots.voltage.kept.data(1)[0].size > 100)
    times, volts = plots.voltage.kept.data(0)
    assert volts.max() > 30.0
    assert times[0] == pytest.approx(plots.onset_shown - 20.0, abs=0.1)  # onset over onset
    columns = [curve.column for curve in page.figure().panels[0].curves]
    assert columns == ["V_mV_Squid_giant_axon", "V_mV_gNa_120_60", "V_mV"]
    monkeypatch.setattr(ExportDialog, "exec", choose_kept)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "x.csv"), ""))
    window.actions_by_name["export.csv"].trigger()
    qtbot.waitUntil((tmp_path / "x.csv").exists)
    header = (tmp_path / "x.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")
    assert {*columns, "time_ms"} <= {*header}
    window.findChild(QCheckBox, "live.kept.0.visible").click()
    assert len(page.figure().panels[0].curves) == 2
    state, runs = page.state(), [each.run.run for each in page.kept_list.runs]
    stored = session_from_record(session_to_record(desktop.sessions.session()), "x")
    window.findChild(QToolButton, "live.kept.0.delete").click()
    assert kept(page) == ["ḡNa 120 → 60"]
    desktop.sessions.show(stored)
    qtbot.waitUntil(lambda: len(kept(page)) == 2)
    assert page.state().kept == state.kept
    again = [each.run.run for each in page.kept_list.runs]
    for run, before in zip(again, runs, strict=True):
        np.testing.assert_array_equal(run.values, before.values)
    for _ in range(MOST_KEPT):
        page.kept_sweeps.add(state.kept[0].sweep, runs[0])
    assert len(kept(page)) == MOST_KEPT
    page.keep()
    assert window.statusBar().currentMessage().startswith("8 sweeps are kept")


def orange_columns(widget):
    """Where the picture of a widget has the hue of a kept sweep, in pixels from the left."""
    image = widget.grab().toImage()
    want = QColor(LIGHT.orange)

    def near(x, y):
        color = image.pixelColor(x, y)
        parts = zip(color.getRgb()[:3], want.getRgb()[:3], strict=True)
        return all(abs(a - b) < 12 for a, b in parts)

    return [x for x in range(image.width()) if any(near(x, y) for y in range(20, 220))]


def test_a_kept_sweep_is_where_its_onset_is(shown):
    """A kept sweep moves with its onset, as one picture, or drawn anew where that is too long."""
    stimulus = Stimulus((Step(20.0, 10.0, 12.0),), repeat=100.0)
    recording, simulation = Recording(SQUID), Simulation(SQUID, stimulus)
    start = simulation.checkpoint()
    recording.add_bookmark(Bookmark(0, 1, 0, start))
    recording.append(simulation.advance(8000, every=1))
    tab = LiveTab()
    tab.set_theme(LIGHT)
    shown(tab, 930, 560)
    tab.set_recording(recording)
    tab.set_running(False)
    kept = Sweep(SQUID, Replay((Stretch(start, 3200),), 0.0, 80.0), 10.0)
    run = sweep_run(kept)
    # another hue of the same V, 30 mV higher: it lies beside the trace and not on it
    higher = replace(run, values=run.values + 30.0 * (np.arange(len(run.names)) == 0)[:, None])
    tab.plots.set_kept([(kept, ShownRun(higher, "orange"))])
    for span, first in (((0.0, 200.0), 100.0), ((150.0, 160.0), 150.0)):
        tab.plots.show_span(*span)
        tab.tick(None)
        tab.tick(None)
        rect = tab.plots.voltage.view.sceneBoundingRect()
        shares = [(time - span[0]) / (span[1] - span[0]) for time in (first, min(span[1], 180.0))]
        found = orange_columns(tab.plots)
        ends = [rect.left() + share * rect.width() for share in shares]
        assert [found[0], found[-1]] == pytest.approx(ends, abs=4.0)


def sweep(membrane, base, stimulus=None):
    """The first 10 ms of a neuron."""
    start = Simulation(membrane, stimulus).checkpoint()
    return Sweep(base, Replay((Stretch(start, 400),), 0.0, 10.0), None)


def test_a_sweep_is_named_by_what_differs(library):
    """The neuron from its set, the rest from the first sweep; equal names are numbered."""
    other = library["traub-miles-lab3"]
    warm = replace(SQUID, temperature=18.5)
    weak, strong = Stimulus((Step(5.0, 1.0, 5.0),)), Stimulus((Step(9.0, 1.0, 5.0),))
    first = sweep(warm, SQUID, weak)
    assert sweep_name(first, None, ()) == "T 6.3 → 18.5"
    assert sweep_name(sweep(SQUID, SQUID, strong), first, ()) == "step amplitude 5 → 9 µA/cm²"
    assert sweep_name(sweep(SQUID, SQUID, weak), first, ()) == SQUID.name
    assert sweep_name(sweep(SQUID, SQUID, weak), first, [SQUID.name]) == f"{SQUID.name} (2)"
    assert sweep_name(sweep(other, other, weak), first, ()) == other.name
    held = Command(holding=-40.0)
    clamped = sweep(SQUID, SQUID, held)
    assert sweep_name(clamped, first, ()) == "voltage clamp"
    assert sweep_name(first, clamped, ()) == "T 6.3 → 18.5, current clamp"
    other = sweep(SQUID, SQUID, replace(held, holding=-20.0))
    assert sweep_name(other, clamped, ()) == "holding voltage −40 → −20 mV"


def test_a_clamped_sweep_is_told_as_such():
    """The current is that of the clamp, the facts name the command, a record repeats it."""
    command = Command((Step(65.0, 2.0, 8.0),), -65.0)
    clamped = sweep(SQUID, SQUID, command)
    run = sweep_run(clamped)
    assert ShownRun(run).quantities["stimulus"] == (CLAMP,)
    assert run.column("I_Na").min() < -1400.0
    facts = dict(run_facts(run, SQUID))
    assert facts["Command voltage"] == "holding −65 mV; Step: 65 mV, 2–8 ms"
    assert not {"Stimulus", "Spikes", "A spike"} & set(facts)
    assert facts["Method"] == "ideal clamp: the gates follow the command, dt 0.025 ms"
    figure = figure_of_run([run], ("voltage", "stimulus"))
    assert figure.panels[1].y_label == "I clamp (µA/cm²)"
    again = repeat_sweep(clamped.replay)
    assert again.words[:2] == ("run", "--from-json")
    assert played_from_dict(json.loads(again.record)["stimulus"]) == command


def test_derived_quantities_are_those_of_the_neuron_of_each_row():
    """A sweep in which ḡNa was halved has the conductance of the moment."""
    currents = [replace(c, conductance=60.0) if c.name == "Na" else c for c in SQUID.currents]
    half = replace(SQUID, currents=tuple(currents))
    simulation = Simulation(SQUID)
    first = Stretch(simulation.checkpoint(), 200)
    simulation.advance(200)
    simulation.set_membrane(half)
    run = sweep_run(Sweep(SQUID, Replay((first, Stretch(simulation.checkpoint(), 200)), 0.0, 10.0)))
    open_fraction = run.column("m") ** 3 * run.column("h")
    np.testing.assert_allclose(run.column("g_Na")[:200], 120.0 * open_fraction[:200])
    np.testing.assert_allclose(run.column("g_Na")[200:], 60.0 * open_fraction[200:])


@pytest.mark.parametrize(
    ("replay", "onset", "key"),
    [((0.0, 0.0), None, "to_ms"), ((0.0, 1e6), None, "to_ms"), ((0.0, 10.0), 11.0, "onset_ms")],
)
def test_a_sweep_that_cannot_be_is_refused(replay, onset, key):
    """An invalid sweep, as in an edited file, raises ModelError."""
    stretch = Stretch(Simulation(SQUID).checkpoint(), 400)
    with pytest.raises(ModelError) as refused:
        Sweep(SQUID, Replay((stretch,), *replay), onset)
    assert refused.value.key == key
    with pytest.raises(ModelError, match="stretches"):
        Sweep(SQUID, Replay((replace(stretch, steps=10**12),), 0.0, 10.0))
