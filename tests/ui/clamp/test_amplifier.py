"""The real amplifier of the Voltage clamp tab, computed in its own thread."""

import numpy as np
import pytest
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QLabel

from hhgui.ui.widgets.kept_list import KeptList
from tests.ui.clamp.controls import find
from tests.window_work import wait_until


def switch_on(tab):
    """Switch the amplifier on and wait for its family."""
    find(tab, QCheckBox, "amplifier").click()
    wait_until(lambda: not tab.clamped.record.is_ideal)


def test_v_differs_from_the_command_and_the_error_is_told(tab, settle):
    """With 1 MΩ before 1000 µm² the squid's clamp loses control, and what to do is said."""
    switch_on(tab)
    settle(tab)
    command, voltage = tab.plots.panes["command"].lines.groups
    assert np.abs(command.values - voltage.values).max() > 10.0
    words = find(tab, QLabel, "results").text()
    assert "from the command in the sweep at" in words
    assert "The clamp has lost control: V is more than 10 mV from the command at the peak" in words
    assert "compensate or lower the series resistance" in words


@pytest.fixture
def another_has_ended(tab, desktop):
    """Switch the amplifier on and begin the family of another resistance; return what awaits it."""

    def ended():
        wait_until(lambda: not desktop.controllers["clamp"].runner.running)

    switch_on(tab)
    ended()
    find(tab, QDoubleSpinBox, "series_resistance").setValue(2.0)
    assert desktop.controllers["clamp"].runner.running
    return ended


def test_full_compensation_makes_the_clamp_ideal(tab, another_has_ended):
    """At 100 % nothing is left of the resistance; a family begun before is not shown any more."""
    find(tab, QDoubleSpinBox, "compensation").setValue(100.0)
    assert tab.clamped.record.is_ideal
    another_has_ended()
    assert tab.clamped.record.is_ideal


def test_switched_off_the_amplifiers_numbers_stay(tab, another_has_ended):
    """The clamp is ideal at once and stays so, and the resistance is there when it is on again."""
    find(tab, QCheckBox, "amplifier").click()
    assert tab.clamped.record.is_ideal
    another_has_ended()
    assert tab.clamped.record.is_ideal
    assert tab.state().settings["series_resistance"] == 2.0
    assert not tab.state().amplifier


def test_a_seal_that_leaks_too_much_says_what_is_allowed(tab):
    """The reason is beside the amplifier, and the sweeps stay."""
    switch_on(tab)
    find(tab, QDoubleSpinBox, "area").setValue(1.0)
    find(tab, QDoubleSpinBox, "seal_conductance").setValue(1000.0)
    problem = find(tab, QLabel, "amplifier.problem")
    wait_until(lambda: "must be from 0 to 10000 mS/cm²" in problem.text())


def test_the_scale_leaves_the_charging_out(tab, settle):
    """The axis of the total current fits the ionic one, or with one click all of it."""
    switch_on(tab)
    settle(tab)
    view = tab.plots.panes["total"].view
    fitted = view.viewRange()[1][1]
    find(tab, QCheckBox, "ionic_scale").click()
    settle(tab)
    assert view.viewRange()[1][1] > 1.5 * fitted
    assert view.viewRange()[1][1] >= tab.plots.curves.total.max()


def test_a_family_behind_an_amplifier_comes_back_with_the_session(tab, desktop):
    """A kept family is computed again in its thread, and is listed with its name."""
    switch_on(tab)
    tab.keep()
    kept = tab.state().families
    session = desktop.sessions.session()
    tab.findChild(KeptList).set_runs(())
    desktop.sessions.show(session)
    wait_until(lambda: not desktop.sessions.busy)
    wait_until(lambda: len(tab.findChild(KeptList).runs) == 1)
    assert tab.state().families == kept
    assert not tab.findChild(KeptList).runs[0].run.record.is_ideal


def test_quarter_pulses_are_subtracted_with_one_click(tab, settle):
    """The charging of the membrane is gone from the recorded current."""
    switch_on(tab)
    settle(tab)
    before = tab.plots.curves.total.max()
    find(tab, QCheckBox, "subtraction").click()
    wait_until(lambda: tab.clamped.staircase.subtraction == "P/4")
    settle(tab)
    assert tab.plots.curves.total.max() < 0.6 * before
