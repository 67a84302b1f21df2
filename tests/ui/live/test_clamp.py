"""The clamp of the live neuron, switched and held with keys and the mouse."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QToolButton
from scipy.integrate import solve_ivp

from hhgui.engine.replay import blocks, replay_of
from hhgui.model.quantity import CLAMP
from hhgui.model.stimulus.command import FIRST_COMMAND, Command
from hhgui.storage.session import save_session
from tests.ui.caught_up import live_has_caught_up
from tests.ui.controls import box, text

OLD_SESSION = Path(__file__).parents[2] / "data" / "sessions" / "1-plain.hh.json"


@pytest.fixture
def live(desktop):
    """The window with Live in front, at real time."""
    desktop.window.show_tab("live")
    desktop.window.bar.choose_speed(1.0)
    return desktop


def click(live, qtbot, kind, name):
    """Click a control with the mouse."""
    qtbot.mouseClick(live.window.findChild(kind, name), Qt.MouseButton.LeftButton)


def waits(live, qtbot, milliseconds):
    """Let so much model time pass once the last edit acts: the worker takes it a little later."""
    recording = live.window.recording
    qtbot.waitUntil(lambda: live_has_caught_up(live))
    end = recording.span[1] + milliseconds
    qtbot.waitUntil(lambda: recording.span[1] > end)


def rows_of(live):
    """Time and columns of the whole recording, in full precision."""
    recording = live.window.recording
    parts = [block for _, block in blocks(replay_of(recording, *recording.span))]
    return (
        np.concatenate([part.time for part in parts]),
        np.concatenate([part.columns for part in parts], axis=1),
        np.concatenate([np.full(part.time.size, part.clamped) for part in parts]),
        np.concatenate([part.spikes for part in parts]),
    )


def text_of(live, name):
    """The text of a label."""
    return text(live.window, name)


def rates(voltage):
    """The opening and closing rates (1/ms) of m, h and n at V (mV), as Hodgkin and Huxley print."""
    return np.array([
        [0.1 * (voltage + 40) / (1 - np.exp(-(voltage + 40) / 10)),
         4 * np.exp(-(voltage + 65) / 18)],
        [0.07 * np.exp(-(voltage + 65) / 20), 1 / (1 + np.exp(-(voltage + 35) / 10))],
        [0.01 * (voltage + 55) / (1 - np.exp(-(voltage + 55) / 10)),
         0.125 * np.exp(-(voltage + 65) / 80)],
    ])  # fmt: skip


def ionic_current(voltage, m, h, n):
    """The sum of the currents of the squid axon at V (mV) and its gates (µA/cm²)."""
    sodium, potassium = 120 * m**3 * h * (voltage - 50), 36 * n**4 * (voltage + 77)
    return sodium + potassium + 0.3 * (voltage + 54.387)


def steady_current(voltage):
    """The ionic current of the squid axon at rest at V (µA/cm²)."""
    opening, closing = rates(voltage).T
    return ionic_current(voltage, *opening / (opening + closing))


def free_axon(_, state, current):
    """The derivatives of V (mV), m, h and n by time (ms) under a current (µA/cm²)."""
    voltage, *gates = state
    opening, closing = rates(voltage).T
    slopes = opening * (1 - np.array(gates)) - closing * np.array(gates)
    return [current - ionic_current(voltage, *gates), *slopes]


def test_a_key_clamps_and_the_mouse_frees(live, qtbot):
    """V follows the command; each mode keeps its stimulus; the gates never jump."""
    window, editor = live.window, live.editor
    stimulus = editor.document.stimulus
    waits(live, qtbot, 30.0)
    qtbot.keyClick(window, Qt.Key.Key_V)
    assert editor.document.clamped
    assert window.findChild(QToolButton, "clamp.mode.voltage").isChecked()
    waits(live, qtbot, 150.0)
    assert box(window, "stimulus.amplitude").value() == 65.0
    assert box(window, "stimulus.holding").accessibleName().endswith("(mV)")
    click(live, qtbot, QToolButton, "clamp.mode.current")
    assert not editor.document.clamped
    assert box(window, "stimulus.amplitude").value() == 10.0
    assert editor.document.stimulus == stimulus
    waits(live, qtbot, 150.0)
    times, columns, clamped, spikes = rows_of(live)
    (on,), (off,) = (np.flatnonzero(np.diff(clamped.astype(int)) == step) for step in (1, -1))
    command = FIRST_COMMAND.current_at(times[clamped] - times[on + 1])
    assert columns[0, clamped] == pytest.approx(command, abs=1e-12)
    assert not ((spikes > times[on + 1]) & (spikes <= times[off])).any()
    assert spikes[-1] > times[off]
    steps = np.abs(np.diff(columns[2:5]))  # m can move by 0.1 in a step of 0.025 ms
    assert steps.max() < 0.15
    assert abs(columns[0, off + 1] - columns[0, off]) < 2.0
    assert columns[0, clamped].max() == 0.0


def test_what_is_clamped_says_so(live, qtbot):
    """Labels, key and status line name the clamp; the stimulus' own pane is back afterwards."""
    panes = live.window.pages["live"].plots.panes
    qtbot.keyClick(live.window, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: panes["stimulus"].quantities == (CLAMP,))
    assert panes["voltage"].spec.label == "V = command (mV)"
    assert panes["stimulus"].spec.label == "I clamp (µA/cm²)"
    assert "clamp" in panes["stimulus"].key.toPlainText()
    qtbot.waitUntil(lambda: "voltage clamp: V −65.00 mV, I " in text_of(live, "status.live"))
    qtbot.waitUntil(lambda: panes["stimulus"].view.viewRange()[1][1] > 1000.0)
    qtbot.keyClick(live.window, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: panes["voltage"].spec.label == "V (mV)")
    qtbot.waitUntil(lambda: panes["stimulus"].view.viewRange()[1][1] < 20.0)
    assert panes["stimulus"].key.toPlainText() == ""
    qtbot.waitUntil(lambda: "spike" in text_of(live, "status.live"))


def test_hold_here_holds_v_where_it_is_and_undo_lets_go(live, qtbot):
    """The command is V of that moment to the last bit; one step of undo gives all back."""
    before = live.editor.document
    waits(live, qtbot, 23.0)
    click(live, qtbot, QPushButton, "live.hold_voltage")
    qtbot.waitUntil(lambda: live.editor.document.clamped)
    held = live.editor.document.command
    assert held.components == ()
    waits(live, qtbot, 30.0)
    times, columns, clamped, _ = rows_of(live)
    first = int(np.argmax(clamped))
    assert (columns[0, clamped] == held.holding).all()
    step = times[first - 1 : first + 1]
    current = before.stimulus.current_at(step.mean())
    state = columns[[0, 2, 3, 4], first - 1]
    free = solve_ivp(free_axon, step, state, args=(current,), rtol=1e-10, atol=1e-12)
    # A step of Crank–Nicolson errs by up to 0.04 mV in the upstroke, where V moves by 5 mV.
    assert held.holding == pytest.approx(free.y[0, -1], abs=0.05)
    assert live.editor.history.undoText().startswith("hold at ")
    qtbot.keyClick(live.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert live.editor.document == before
    qtbot.waitUntil(lambda: live_has_caught_up(live))


def test_hold_this_current_keeps_the_neuron_there(live, qtbot):
    """The current of the clamp becomes the holding current, and V stays where it was held."""
    live.editor.edit(command=Command(holding=-70.0), clamped=True)
    waits(live, qtbot, 100.0)
    click(live, qtbot, QPushButton, "live.hold_current")
    qtbot.waitUntil(lambda: not live.editor.document.clamped)
    assert live.editor.document.command == Command(holding=-70.0)
    assert live.editor.document.stimulus.components == ()
    assert live.editor.document.stimulus.holding == pytest.approx(steady_current(-70.0), abs=2e-3)
    waits(live, qtbot, 60.0)
    _, columns, clamped, _ = rows_of(live)
    released = np.flatnonzero(clamped)[-1] + 1
    assert columns[0, released:] == pytest.approx(-70.0, abs=0.01)


def test_pulse_begins_the_commands_step(live, qtbot):
    """Of a command that does not repeat, P plays the step again."""
    live.editor.edit(command=replace(FIRST_COMMAND, repeat=None), clamped=True)

    def steps():
        _, columns, clamped, _ = rows_of(live)
        return [np.count_nonzero(np.diff(columns[0, clamped]) == by) for by in (65.0, -65.0)]

    waits(live, qtbot, 150.0)
    assert steps() == [1, 1]
    qtbot.keyClick(live.window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: steps() == [2, 2])


def test_other_tabs_keep_the_current(live, qtbot):
    """A single run is of the stimulus; the panel shows it there and says what Live does."""
    window = live.window
    qtbot.keyClick(window, Qt.Key.Key_V)
    note = window.findChild(QLabel, "stimulus.note")
    assert not note.isVisible()
    window.show_tab("experiment")
    assert note.isVisible()
    assert "clamped" in note.text()
    assert window.stimulus.stimulus == live.editor.document.stimulus
    assert not window.findChild(QToolButton, "clamp.mode.voltage").isEnabled()
    assert not window.actions_by_name["hold.voltage"].isEnabled()
    box(window, "stimulus.amplitude").setValue(12.0)
    assert live.editor.document.stimulus.components[0].amplitude == 12.0
    assert live.editor.document.command == FIRST_COMMAND
    assert live.editor.document.setup(50.0).command is None
    window.show_tab("live")
    assert window.stimulus.stimulus == FIRST_COMMAND


def test_the_panel_edits_the_command_in_mv(live, qtbot):
    """Numbers and kinds are the command's; no noise is offered; a level off the tables is told."""
    window, editor = live.window, live.editor
    qtbot.keyClick(window, Qt.Key.Key_V)
    box(window, "stimulus.holding").setValue(-80.0)
    assert editor.document.command.holding == -80.0
    assert editor.history.undoText() == "holding voltage −65 → −80 mV"
    kinds = window.findChild(QComboBox, "stimulus.kind")
    offered = [kinds.model().item(row).isEnabled() for row in range(kinds.count())]
    assert [kinds.itemData(row) for row, on in enumerate(offered) if not on] == [
        "noise", "smoothed-noise", "file",
    ]  # fmt: skip
    kinds.setCurrentIndex(kinds.findData("ramp"))
    assert editor.document.command.components[0].kind == "ramp"
    amplitude = box(window, "stimulus.amplitude")
    assert amplitude.accessibleName() == "to (mV)"
    amplitude.setValue(299.0)
    error = window.findChild(QLabel, "error.stimulus.kind")
    assert "leaves −150…150 mV" in error.text()
    qtbot.waitUntil(lambda: not window.pages["live"].running)
    banner = window.pages["live"].findChild(QLabel, "banner.text")
    qtbot.waitUntil(lambda: "the command left" in banner.text())


def test_a_session_clamps_again(live, qtbot, tmp_path):
    """An opened session clamps bar, menu, panel and neuron; one from before clamps lets go."""
    command = Command(holding=-30.0)
    path = tmp_path / "clamped.hhgui"
    live.editor.edit(command=command, clamped=True)
    save_session(path, live.sessions.session())
    live.sessions.open_path(shutil.copy(OLD_SESSION, tmp_path))
    qtbot.waitUntil(lambda: not live.editor.document.clamped)
    assert live.editor.document.command == FIRST_COMMAND
    qtbot.waitUntil(lambda: live_has_caught_up(live))
    assert not live.window.actions_by_name["clamp.voltage"].isChecked()
    live.sessions.open_path(str(path))
    qtbot.waitUntil(lambda: live.editor.document.clamped)
    assert live.window.actions_by_name["clamp.voltage"].isChecked()
    assert live.window.findChild(QToolButton, "clamp.mode.voltage").isChecked()
    assert live.window.stimulus.stimulus == command
    waits(live, qtbot, 1.0)
    assert live.window.recording.latest_voltage == -30.0
