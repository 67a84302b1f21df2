"""An error in any phase of any worker is reported, loses nothing, and ends no thread."""

import pytest

from hhgui.document.fi_protocol import FiProtocol
from hhgui.engine.simulation import Simulation
from hhgui.experiments import comparison
from hhgui.jobs import simulation as simulation_worker
from hhgui.ui.fi import controller as fi_controller
from hhgui.ui.run import controller as run_controller
from tests.ui.controls import box, text


@pytest.fixture
def breaks(desktop, monkeypatch):
    """Make a function raise at its next call, and work again after it."""
    for name in ("live", "experiment"):  # what a test before this one broke
        desktop.window.pages[name].banner.text.setText("")

    def once(owner, name):
        real, calls = getattr(owner, name), []

        def broken(*args, **named):
            if not calls:
                calls.append(1)
                raise RuntimeError("injected")
            return real(*args, **named)

        monkeypatch.setattr(owner, name, broken)

    return once


def recording(desktop):
    """The recording that the plots show."""
    return desktop.window.pages["live"].plots.recording


def goes_on(desktop, qtbot):
    """Run continues the same recording."""
    kept = recording(desktop)
    rows = kept.total
    desktop.window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: desktop.running)
    qtbot.waitUntil(lambda: recording(desktop).total > rows + 100)
    assert recording(desktop) is kept


@pytest.mark.parametrize("phase", ["advance", "set_membrane", "set_stimulus", "set_method"])
def test_the_live_run_survives(desktop, qtbot, breaks, phase):
    """A banner reports the error; the recording is whole, and Run continues it."""
    qtbot.waitUntil(lambda: recording(desktop).total > 200)
    rows = recording(desktop).total
    breaks(Simulation, phase)
    edit = {"set_membrane": ("conductance.Na", 80.0), "set_stimulus": ("stimulus.amplitude", 12.0),
            "set_method": ("dt", 0.01)}.get(phase)  # fmt: skip
    if edit is not None:
        box(desktop.window, edit[0]).setValue(edit[1])
    banner = desktop.window.pages["live"].banner
    qtbot.waitUntil(lambda: "injected" in banner.text.text())
    qtbot.waitUntil(lambda: not desktop.running)
    assert recording(desktop).total >= rows
    goes_on(desktop, qtbot)
    worker = desktop.controllers["live"].worker
    assert worker.simulation.membrane == desktop.editor.document.membrane
    assert worker.simulation.dt == desktop.editor.document.dt


def test_reset_and_the_accuracy_check_survive(desktop, qtbot, breaks):
    """A reset or an accuracy check that fails does not end the simulation's thread."""
    breaks(simulation_worker, "accuracy_problem")
    box(desktop.window, "conductance.Na").setValue(80.0)
    banner = desktop.window.pages["live"].banner
    qtbot.waitUntil(lambda: "injected" in banner.text.text())
    goes_on(desktop, qtbot)
    breaks(simulation_worker, "Recording")
    banner.text.setText("")
    desktop.window.actions_by_name["reset"].trigger()
    qtbot.waitUntil(lambda: "injected" in banner.text.text())
    desktop.window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: desktop.running)


def test_a_sweep_fails_and_the_next_works(desktop, qtbot, breaks):
    """After a sweep that fails the tab says why, and the next sweep succeeds."""
    small = FiProtocol(0.0, 10.0, 3, 10.0, 60.0, 60.0)
    breaks(fi_controller, "fi_points")
    tab = desktop.window.pages["fi"]
    tab.sweep_requested.emit(small)
    qtbot.waitUntil(lambda: not tab.running)
    assert "injected" in text(tab, "fi.result")
    tab.sweep_requested.emit(small)
    qtbot.waitUntil(lambda: tab.curve is not None and tab.curve.complete)


def test_a_single_run_and_its_marks_fail_and_work_again(desktop, qtbot, breaks):
    """The kept and shown runs stay."""
    tab = desktop.window.pages["experiment"]
    desktop.window.show_tab("experiment")
    qtbot.waitUntil(lambda: tab.current is not None)
    before = tab.current
    breaks(run_controller, "run_once")
    tab.run_requested.emit()
    qtbot.waitUntil(lambda: "injected" in tab.banner.text.text())
    assert tab.current is before
    tab.run_requested.emit()
    qtbot.waitUntil(lambda: tab.current is not before)


def test_a_comparison_fails_and_the_next_works(desktop, qtbot, breaks):
    """After a comparison that fails the next one starts again with the reference."""
    breaks(comparison, "extreme_rows")
    tab = desktop.window.pages["integrators"]
    tab.run()
    qtbot.waitUntil(lambda: not tab.running)
    tab.run()
    qtbot.waitUntil(lambda: bool(tab.results) and tab.results[0].reference)
