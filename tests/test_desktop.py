"""The whole window with its threads."""

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import QLocale, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QDoubleSpinBox, QLineEdit, QWidget

from hhgui.document.fi_protocol import LAB_3, LAB_3_MODEL, FiProtocol
from hhgui.model.model_file import load_membrane
from hhgui.storage.trace_csv import read_traces_json, write_traces
from hhgui.ui.live.export_dialog import ExportChoice, export_of
from tests.ui.controls import box, choose
from tests.window_work import wait_until

WAIT = QDialog.exec  # which tests otherwise refuse
LONG_SWEEP = FiProtocol(0.0, 20.0, 2001, 50.0, 1050.0, 1050.0)


def recording_of(desktop):
    """The recording that the plots show."""
    return desktop.window.pages["live"].plots.recording


def test_the_trace_runs_after_the_start(qtbot, desktop):
    """The neuron runs and fires without any action of the user."""
    choose(desktop.window, "speed", 1.0)
    qtbot.waitUntil(lambda: recording_of(desktop).status.spikes > 0)
    assert desktop.window.frames_drawn > 0


def test_every_named_control_is_there(desktop):
    """Tests and assistive technology find the controls by the names they were promised."""
    names = (
        "model conductance.Na conductance.K conductance.L reversal.Na reversal.K reversal.L "
        "membrane.capacitance membrane.initial_voltage membrane.temperature stimulus.amplitude "
        "stimulus.start stimulus.stop stimulus.holding speed method dt tabs fi.start fi.cancel "
        "fi.export"
    )
    for name in names.split():
        widget = desktop.window.findChild(QWidget, name)
        assert widget is not None, name
        assert widget.accessibleName(), name
    for action in ("run", "step", "reset", "pulse", "export.csv"):
        assert desktop.window.findChild(QObject, action) is not None


def test_an_edit_keeps_the_state(qtbot, desktop):
    """V does not jump when a conductance is edited in mid-run."""
    qtbot.waitUntil(lambda: recording_of(desktop).total > 400)
    before = recording_of(desktop)
    box(desktop.window, "conductance.Na").setValue(60.0)
    at = before.total
    qtbot.waitUntil(lambda: before.total > at + 400)
    assert recording_of(desktop) is before
    _, rows = before.envelope(*before.span, 10**9)
    assert np.abs(np.diff(rows[0])).max() < 20.0


def test_a_model_of_one_current_shows_one(qtbot, desktop):
    """Choosing model 1 leaves a leak in the panel and starts a new recording of it."""
    desktop.panels.choose_model("lecture6-model1")
    qtbot.waitUntil(lambda: recording_of(desktop).membrane.id == "lecture6-model1")
    assert recording_of(desktop).names == ("V", "I_stim", "I_L")
    assert box(desktop.window, "conductance.Na") is None


def test_a_single_step_moves_one_dt(qtbot, desktop):
    """Step pauses and moves model time by dt."""
    desktop.window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: not desktop.running)
    before = recording_of(desktop).status.time
    desktop.window.actions_by_name["step"].trigger()
    qtbot.waitUntil(lambda: recording_of(desktop).status.time > before)
    assert recording_of(desktop).status.time == pytest.approx(before + 0.025)


def test_reset_goes_to_time_zero(qtbot, desktop):
    """Reset begins an empty recording at time zero."""
    qtbot.waitUntil(lambda: recording_of(desktop).status.time > 5.0)
    old = recording_of(desktop)
    desktop.window.actions_by_name["run"].trigger()
    desktop.window.actions_by_name["reset"].trigger()
    qtbot.waitUntil(lambda: recording_of(desktop) is not old)
    assert recording_of(desktop).status.time == 0.0


def test_divergence_stops_with_a_remedy_that_works(qtbot, desktop):
    """Forward Euler at 0.1 ms stops with a banner, and its button runs on."""
    choose(desktop.window, "speed", 1.0)
    box(desktop.window, "dt").setValue(0.1)
    choose(desktop.window, "method", "euler")
    banner = desktop.window.pages["live"].banner
    qtbot.waitUntil(banner.isVisible)
    assert "dt 0.1 ms is too large" in banner.text.text()
    stopped_at = recording_of(desktop).status.time
    banner.apply.click()
    qtbot.waitUntil(lambda: recording_of(desktop).status.time > stopped_at + 200)
    assert not banner.isVisible()
    assert desktop.window.bar.dt.value == 0.05


def test_the_sweep_tab_gives_lab_3(qtbot, desktop, seed_systems):
    """The preset and Start give the course's spike counts while Live runs."""
    desktop.window.findChild(QWidget, "fi.preset.lab3").click()
    qtbot.waitUntil(lambda: desktop.editor.document.membrane.id == LAB_3_MODEL)
    desktop.window.findChild(QWidget, "fi.start").click()
    tab = desktop.window.pages["fi"]
    qtbot.waitUntil(lambda: tab.curve is not None and tab.curve.complete)
    assert tab.curve.protocol == LAB_3
    assert [p.count for p in tab.curve.points] == seed_systems["lab3_fi"]["spike_counts"]
    assert desktop.running


def test_a_sweep_ends_at_once_when_cancelled(qtbot, desktop):
    """Cancel keeps the points that there are, and measures hardly any of the others."""
    tab = desktop.window.pages["fi"]
    desktop.window.tabs.setCurrentWidget(tab)
    tab.sweep_requested.emit(LONG_SWEEP)
    qtbot.waitUntil(lambda: tab.curve is not None and len(tab.curve.points) > 3)
    tab.cancel_requested.emit()
    qtbot.waitUntil(lambda: not tab.running)
    assert 3 < len(tab.curve.points) < LONG_SWEEP.points


def test_a_live_export_is_made_again_from_its_json(qtbot, desktop, tmp_path):
    """With edits, a dt change and a pulse in it, the JSON of a live export gives the same bytes."""
    choose(desktop.window, "speed", 1.0)
    qtbot.waitUntil(lambda: recording_of(desktop).status.time > 1100.0)
    box(desktop.window, "conductance.K").setValue(30.0)
    desktop.window.actions_by_name["pulse"].trigger()
    qtbot.wait(100)
    box(desktop.window, "dt").setValue(0.01)
    qtbot.wait(200)
    recording = recording_of(desktop)
    start, end = recording.span
    path = tmp_path / "live.csv"
    desktop.files.write(path, export_of(recording, ExportChoice(start, end, recording.names, 1)))
    qtbot.waitUntil(path.with_suffix(".json").exists)
    again = tmp_path / "again.csv"
    write_traces(again, read_traces_json(path.with_suffix(".json")))
    assert again.read_bytes() == path.read_bytes()
    shown = recording.envelope(start, end, 10**9)[1][0]
    table = np.loadtxt(path, delimiter=",", skiprows=1, usecols=1)
    assert table[: shown.size].astype(np.float32).tobytes() == shown[: table.size].tobytes()


def test_a_german_locale_changes_no_number(qtbot, desktop, tmp_path):
    """Fields and exports keep their decimal point where the system writes commas."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German))
    try:
        field = box(desktop.window, "conductance.L")
        field.setValue(0.25)
        assert field.text() == "0.25"
        qtbot.waitUntil(lambda: recording_of(desktop).total > 100)
        path = tmp_path / "comma.csv"
        desktop.files.write(path, desktop.window.pages["live"].numbers())
        qtbot.waitUntil(path.with_suffix(".json").exists)
    finally:
        QLocale.setDefault(before)
    table = pd.read_csv(path)
    assert all(kind == np.float64 for kind in table.dtypes)
    assert list(table)[:3] == ["time_ms", "V_mV", "I_stim_uA_per_cm2"]


def test_a_failed_export_says_why(qtbot, desktop, tmp_path, monkeypatch):
    """A folder as target is refused with a message, and nothing is left behind."""
    warnings = []
    monkeypatch.setattr(
        "hhgui.ui.window.file_commands.QMessageBox.warning", lambda *args: warnings.append(args[-1])
    )
    target = tmp_path / "folder.csv"
    target.mkdir()
    qtbot.waitUntil(lambda: recording_of(desktop).total > 10)
    desktop.files.write(target, desktop.window.pages["live"].numbers())
    qtbot.waitUntil(lambda: bool(warnings))
    assert "folder.csv" in warnings[0]
    assert list(tmp_path.iterdir()) == [target]


def test_a_broken_model_file_changes_nothing(desktop, tmp_path, monkeypatch):
    """One message names file and key; the neuron stays."""
    warnings = []
    path = tmp_path / "broken.toml"
    path.write_text('[model]\nid = "x"\nname = "X"\n[membrane]\ncapacitance = -1\ncurrent = []\n')
    monkeypatch.setattr(
        "hhgui.ui.window.file_commands.QFileDialog.getOpenFileName", lambda *args: (str(path), "")
    )
    monkeypatch.setattr(
        "hhgui.ui.window.file_commands.QMessageBox.warning", lambda *args: warnings.append(args[-1])
    )
    before = desktop.editor.document.membrane
    desktop.files.ask_model()
    assert "broken.toml" in warnings[0]
    assert desktop.editor.document.membrane == before


def test_a_saved_model_is_listed_and_loads(qtbot, desktop, tmp_path, monkeypatch):
    """Save as writes the present values, and the neuron is the saved one from then on."""
    monkeypatch.setattr("hhgui.ui.window.file_commands.user_models_dir", lambda: tmp_path)
    box(desktop.window, "conductance.K").setValue(21.5)

    def fill():
        dialog = desktop.window.findChild(QDialog, "save_model.dialog")
        dialog.findChild(QLineEdit, "save_model.name").clear()
        QTest.keyClicks(dialog.findChild(QLineEdit, "save_model.name"), "My neuron")
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    monkeypatch.setattr(QDialog, "exec", WAIT)
    QTimer.singleShot(0, fill)
    desktop.window.actions_by_name["save.model"].trigger()
    combo = desktop.window.findChild(QComboBox, "model")
    qtbot.waitUntil(lambda: combo.currentData() == "my-neuron")
    saved = load_membrane(tmp_path / "my-neuron.toml")
    assert (saved.name, saved.source, saved.notes) == ("My neuron", "", "")
    assert desktop.editor.document.base == desktop.editor.document.membrane == saved
    assert saved.currents[1].conductance == 21.5
    desktop.editor.history.undo()
    assert desktop.editor.document.membrane.name == "Squid giant axon, changed"


def test_an_edit_is_in_one_of_the_next_frames(qtbot, desktop):
    """The block that is being computed may come first; the frames after it show the edit."""
    choose(desktop.window, "speed", 1.0)
    field = box(desktop.window, "stimulus.holding")
    curve = desktop.window.pages["live"].plots.panes["stimulus"].curves[0]
    desktop.window.findChild(QComboBox, "stimulus.kind").setCurrentIndex(0)
    wait_until(lambda: curve.getData()[1].size)
    for number in range(20):
        wanted, before = np.float32(1.0 + number % 2), desktop.window.frames_drawn
        field.setValue(float(wanted))
        wait_until(lambda value=wanted: curve.getData()[1][-1:].tolist() == [value])  # may be empty
        assert desktop.window.frames_drawn - before <= 5


def test_the_curve_follows_the_knobs(qtbot, desktop):
    """Of a hundred edits in a burst the last is measured, and most of the others are left out."""
    desktop.window.findChild(QWidget, "fi.preset.lab3").click()
    choose(desktop.window, "fi.method", "crank-nicolson")
    desktop.window.tabs.setCurrentWidget(desktop.window.pages["fi"])
    follow = desktop.window.findChild(QWidget, "fi.follow")
    follow.click()
    tab = desktop.window.pages["fi"]
    qtbot.waitUntil(lambda: tab.curves_followed > 0)
    field = box(desktop.window, "conductance.Na")
    for number in range(5):
        before = tab.curves_followed
        field.setValue(51.0 + number)
        qtbot.waitUntil(lambda count=before: tab.curves_followed > count)
        assert tab.curve.membrane == desktop.editor.document.membrane
    before = tab.curves_followed
    for number in range(100):
        field.setValue(60.0 + 0.1 * number)
    edited = desktop.editor.document.membrane
    qtbot.waitUntil(lambda: tab.curve.complete and tab.curve.membrane == edited)
    assert tab.curves_followed - before <= 3
    assert len(tab.curves) == 1
    follow.click()  # not part of a session


def test_inaccurate_settings_are_called_so(qtbot, desktop):
    """The status line warns of plain exponential Euler at 0.5 ms."""
    box(desktop.window, "stimulus.holding").setValue(10.0)
    method = desktop.window.findChild(QComboBox, "method")
    method.setCurrentIndex(method.findData("exponential-euler"))
    box(desktop.window, "dt").setValue(0.5)
    label = desktop.window.accuracy
    qtbot.waitUntil(lambda: "inaccurate here" in label.text())
    assert "half the dt" in label.toolTip()
    method.setCurrentIndex(method.findData("crank-nicolson"))
    box(desktop.window, "dt").setValue(0.025)
    qtbot.waitUntil(lambda: label.text() == "")
    assert label.toolTip() == ""


def test_undo_takes_an_edit_back_everywhere(qtbot, desktop):
    """Undo restores the value in the panel, in the menu and in the running neuron."""
    box = desktop.window.findChild(QDoubleSpinBox, "conductance.Na")
    box.setValue(80.0)
    undo = desktop.window.actions_by_name["undo"]
    assert undo.text() == "&Undo ḡNa 120 → 80"
    undo.trigger()
    assert box.value() == 120.0
    assert not undo.isEnabled()
    worker = desktop.controllers["live"].worker
    qtbot.waitUntil(lambda: worker.simulation.membrane == desktop.editor.document.membrane)
    desktop.window.actions_by_name["redo"].trigger()
    assert box.value() == 80.0


def test_paused_resetting_the_axes_cuts_no_curve_off(qtbot, desktop):
    """The range grows again to what is drawn, though no new row comes."""
    qtbot.waitUntil(lambda: recording_of(desktop).span[1] > 30.0)
    desktop.window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: not desktop.running)
    plots = desktop.window.pages["live"].plots
    for reset in (desktop.window.actions_by_name["reset.axes"].trigger,
                  plots.panes["currents"].view.reset_requested.emit):  # fmt: skip
        reset()
        desktop.window.draw_frame()
        low, high = plots.panes["currents"].view.viewRange()[1]
        drawn = [curve.getData()[1] for curve in plots.panes["currents"].curves]
        assert low <= min(float(y.min()) for y in drawn)
        assert high >= max(float(y.max()) for y in drawn) > 100.0


def test_the_voltage_stays_when_every_plot_is_switched_off(qtbot, desktop):
    """The plot of V can not be switched off, and it goes on."""
    for action in desktop.window.actions_by_name.panes.values():
        action.setChecked(False)
    plots = desktop.window.pages["live"].plots
    assert plots.laid_out == ["voltage"]
    curve = plots.voltage.curves[0]
    qtbot.waitUntil(lambda: curve.getData()[0].size > 0)  # it is empty after a reset
    before = curve.getData()[0][-1]
    qtbot.waitUntil(lambda: bool((curve.getData()[0][-1:] > before).any()))
