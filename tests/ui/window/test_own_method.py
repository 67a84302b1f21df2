"""A tab's own method and dt: an override of the run bar's, with one way back, in every tab."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QToolButton

from hhgui.engine.methods import Trial
from hhgui.ui.widgets.own_method import BACK, OWN
from tests.ui.controls import box, choose, type_in

TABS = {"experiment": "experiment", "fi": "fi", "measure": "measure"}


def used(desktop, name):
    """Return the method and dt of the tab's next computation."""
    page = desktop.window.pages[name]
    if name == "fi":
        return Trial(page.protocol.method, page.protocol.dt)
    return page.trial


@pytest.mark.parametrize("name", TABS)
def test_a_tab_takes_its_own_method_and_gives_it_back(desktop, qtbot, name):
    """Every tab has this button; the run bar is disabled meanwhile and follows again after it."""
    window, editor = desktop.window, desktop.editor
    window.show_tab(name)
    switch = window.findChild(QToolButton, f"{name}.own_method")
    method = window.findChild(QComboBox, f"{name}.method")
    bar = window.findChild(QComboBox, "method")
    assert (switch.text(), method.isVisible(), bar.isEnabled()) == (OWN, False, True)
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert (switch.text(), method.isVisible()) == (BACK, True)
    choose(window, f"{name}.method", "rk4")
    type_in(box(window, f"{name}.dt"), "0.05")
    editor.set_method("euler", 0.01)
    assert used(desktop, name) == Trial("rk4", 0.05)
    window.draw_frame()
    assert not bar.isEnabled()
    assert "Forward Euler, dt 0.01 ms" in switch.toolTip()
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    window.draw_frame()
    assert (used(desktop, name), method.isVisible(), bar.isEnabled()) == (
        Trial("euler", 0.01), False, True,
    )  # fmt: skip
    editor.set_method("rk4", 0.02)
    assert used(desktop, name) == Trial("rk4", 0.02)


def test_a_single_run_is_integrated_by_the_tabs_own_method(desktop, qtbot):
    """The run follows the override at once and says so; a protocol ends the override."""
    window, page = desktop.window, desktop.window.pages["experiment"]
    window.show_tab("experiment")
    qtbot.waitUntil(lambda: page.current is not None)
    choose(window, "experiment.method", "adaptive")
    qtbot.waitUntil(lambda: page.current.setup.method == "adaptive")
    assert desktop.editor.document.method == "crank-nicolson"
    desktop.guide.show_protocol("lab3-step")
    qtbot.waitUntil(lambda: page.current.setup.method == "euler")
    assert not page.own_method


def test_measure_integrates_by_its_own_method(desktop, qtbot):
    """A measurement says which method it was made with."""
    window, page = desktop.window, desktop.window.pages["measure"]
    window.show_tab("measure")
    choose(window, "measure.method", "rk4")
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: not page.running)
    assert page.shown.measured.subject.method == "rk4"


@pytest.mark.parametrize("name", TABS)
def test_a_session_keeps_a_tabs_own_method(desktop, name):
    """An opened session has the tab's own method, and the way back from it."""
    page = desktop.window.pages[name]
    switch = desktop.window.findChild(QToolButton, f"{name}.own_method")
    choose(desktop.window, f"{name}.method", "rk4")
    state = page.state()
    switch.click()
    assert not page.own_method
    page.restore(state)
    assert (page.own_method, used(desktop, name).method) == (True, "rk4")


def test_what_the_run_bar_does_not_set_is_grey(desktop):
    """A comparison has its own methods; only what shows the live neuron has its speed."""
    window, enabled = desktop.window, {}
    for name in window.pages:
        window.show_tab(name)
        enabled[name] = [
            window.findChild(QComboBox, each).isEnabled() for each in ("speed", "method")
        ]
    assert enabled["live"] == enabled["gating"] == enabled["dynamics"] == [True, True]
    assert enabled["integrators"] == enabled["clamp"] == [False, False]
    for name in TABS:
        assert enabled[name] == [False, True]
