"""The action Run starts, and ends, what the tab in front computes."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from hhgui.document.fi_protocol import FiProtocol
from hhgui.experiments.frequency_current import FrequencyCurrent
from hhgui.ui.fi.state import FiState

LONG_SWEEP = FiProtocol(0.0, 20.0, 2001, 50.0, 4950.0, 5000.0)


def test_run_acts_on_the_tab_in_front(desktop, qtbot):
    """Space measures an f–I curve there, and stops it; the live run goes on behind it."""
    window, fi = desktop.window, desktop.window.pages["fi"]
    button = window.findChild(QToolButton, "run.button")
    qtbot.waitUntil(lambda: button.text() == "Pause")  # a frame after the live run has begun
    window.show_tab("fi")
    assert button.text() == "Run"
    fi.restore(FiState(FrequencyCurrent.of(LONG_SWEEP).settings()))
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: fi.running and button.text() == "Stop")
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: not fi.running and button.text() == "Run")
    assert desktop.running
    window.show_tab("live")
    assert button.text() == "Pause"
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not desktop.running and button.text() == "Run")


def test_the_comparison_and_the_single_run_have_the_same_button(desktop, qtbot):
    """Each starts, and a comparison ends, by the Run action."""
    window, act = desktop.window, desktop.window.actions_by_name
    window.show_tab("integrators")
    act["run"].trigger()
    assert window.pages["integrators"].running
    act["run"].trigger()
    qtbot.waitUntil(lambda: not window.pages["integrators"].running)
    single = window.pages["experiment"]
    window.show_tab("experiment")
    qtbot.waitUntil(lambda: single.current is not None)
    before = single.current
    act["run"].trigger()
    qtbot.waitUntil(lambda: single.current is not before)


def test_what_does_not_apply_is_grey(desktop):
    """Step, Reset and Pulse are of the live run; there is nothing to run in Gating."""
    act = desktop.window.actions_by_name
    enabled = {}
    for name in desktop.window.pages:
        desktop.window.show_tab(name)
        enabled[name] = [act[each].isEnabled() for each in ("run", "step", "reset", "pulse")]
    assert enabled["live"] == [True, True, True, True]
    assert enabled["gating"] == [False, False, False, False]
    for name in ("experiment", "fi", "integrators"):
        assert enabled[name] == [True, False, False, False]
