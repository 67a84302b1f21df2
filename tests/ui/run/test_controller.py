"""The jobs of the Single run tab: measurements in two parts, and a session's runs."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QCheckBox

from hhgui.document.setup import Setup
from hhgui.experiments.single_run import run_once
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from hhgui.ui.run.controller import marks, runs
from tests.shipped import SQUID
from tests.ui.controls import button, text

STEP = Stimulus((Step(10.0, 10.0, 40.0),))


def unheard(fraction):
    """Ignore a report of progress."""


@pytest.fixture
def setup():
    """The squid under a step of 10 µA/cm²."""
    return Setup(SQUID, SQUID, STEP)


def test_marks_come_from_the_trace_first_and_then_from_experiments(setup):
    """The peak is the trace's highest V; the pulse threshold needs an experiment."""
    run = run_once(setup)
    made = marks(run, 20.0, 0)(lambda: False, unheard)
    fast = next(made)
    assert fast.mark("peak").value == pytest.approx(np.max(run.column("V")), abs=0.5)
    assert fast.mark("excitability") is None
    with pytest.raises(StopIteration) as end:
        next(made)
    assert end.value.value.mark("excitability").value > 0.0


def test_several_runs_keep_their_order(setup):
    """Each covers the duration of its own setup."""
    done = runs((setup, replace(setup, duration=20.0)))(lambda: False, unheard)
    assert [run.times[-1] for run in done] == pytest.approx([50.0, 20.0])


def test_cancelled_there_are_no_runs(setup):
    """A cancelled job returns no run, not even those that were complete."""
    assert runs((setup, setup))(lambda: True, unheard) is None


@pytest.fixture
def unfollowing(desktop):
    """The window, whose Single run tab runs on request only."""
    follow = desktop.window.findChild(QCheckBox, "experiment.follow")
    follow.setChecked(False)
    yield desktop
    follow.setChecked(True)


def test_the_run_of_a_session_is_checked_as_any_other(unfollowing, qtbot):
    """The warning of a run too coarse comes back with it: nothing else tells that it is wrong."""
    window, sessions = unfollowing.window, unfollowing.sessions

    def run_by(method, dt):
        unfollowing.editor.set_method(method, dt)
        button(window, "experiment.run").click()
        qtbot.waitUntil(lambda: f"dt {dt:g} ms" in text(window, "experiment.read_out"))

    window.show_tab("experiment")
    run_by("exponential-euler", 0.5)
    qtbot.waitUntil(lambda: "inaccurate" in text(window, "experiment.read_out"))
    coarse = sessions.session()
    run_by("crank-nicolson", 0.025)
    sessions.show(coarse)
    qtbot.waitUntil(lambda: "dt 0.5 ms" in text(window, "experiment.read_out"))
    qtbot.waitUntil(lambda: "inaccurate" in text(window, "experiment.read_out"))
