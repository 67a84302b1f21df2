"""After a random sequence of user actions the simulation runs the last settings.

HHGUI_STORMS sets how many.
"""

import os
import random
import sys
import threading

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDoubleSpinBox

from hhgui.content.protocols import load_protocols
from hhgui.engine.methods import METHODS
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Pulses, Sine, Step
from tests.shipped import LIBRARY
from tests.window_work import wait_until

STIMULI = (
    Stimulus(holding=7.0),
    Stimulus((Step(8.0, 5.0, 45.0),), repeat=60.0),
    Stimulus((Pulses(), Sine(), Noise())),
    Stimulus(tuple(Step(0.5, float(n), n + 30.0) for n in range(30))),
)
PROTOCOLS = [protocol.id for protocol in load_protocols(LIBRARY)]
ROUNDS = 2  # how often a storm does each thing
STORMS = int(os.environ.get("HHGUI_STORMS", "1"))


class Storm:
    """The user's actions, one method each, in an order that the seed defines."""

    def __init__(self, desktop, seed):
        self.desktop, self.window = desktop, desktop.window
        self.dice = random.Random(seed)
        self.models = list(desktop.panels.library.membranes)

    def blow(self):
        """Carry out every action twice, in a random order, and after each events for a while."""
        kinds = ROUNDS * [name for name in dir(self) if name.startswith("do_")]
        self.dice.shuffle(kinds)
        for kind in kinds:
            getattr(self, kind)()
            QTest.qWait(self.dice.choice((0, 0, 0, 5, 30)))
        wait_until(lambda: not self.desktop.guide.busy)  # a protocol is an edit when it is applied

    def do_turn_a_knob(self):
        fields = self.window.neuron.findChildren(QDoubleSpinBox)
        box = self.dice.choice(fields)
        box.setValue(box.value() * self.dice.uniform(0.9, 1.1))

    def do_edit_a_rate(self):
        boxes = self.window.pages["gating"].findChildren(QDoubleSpinBox)
        fields = [box for box in boxes if box.isEnabled()]
        if fields:
            self.dice.choice(fields).setValue(self.dice.choice((-40.0, 0.0, 1.0, 3.0, 1e-300)))

    def do_play_another_stimulus(self):
        self.desktop.editor.edit(stimulus=self.dice.choice(STIMULI))

    def do_choose_a_method(self):
        box = self.window.findChild(QComboBox, "method")
        box.setCurrentIndex(self.dice.randrange(len(METHODS)))

    def do_choose_dt(self):
        dt = self.dice.choice((0.01, 0.025, 0.1, 1.0))
        self.window.findChild(QDoubleSpinBox, "dt").setValue(dt)

    def do_choose_a_model(self):
        self.desktop.panels.choose_model(self.dice.choice(self.models))

    def do_show_a_protocol(self):
        self.desktop.guide.show_protocol(self.dice.choice(PROTOCOLS))

    def do_walk_through_a_lesson(self):
        panel = self.window.lessons
        self.window.show_lessons(True)
        if panel.step is None:
            panel.open_lesson(self.dice.choice(panel._lessons).id)
        else:
            panel.findChild(QAbstractButton, "lesson.next").click()

    def do_undo(self):
        self.window.actions_by_name["undo"].trigger()

    def do_redo(self):
        self.window.actions_by_name["redo"].trigger()

    def do_show_a_tab(self):
        self.window.show_tab(self.dice.choice(list(self.window.pages)))

    def do_click(self):
        names = ("experiment.marks", "experiment.keep", "experiment.run", "fi.cancel", "fi.follow",
                 "integrators.cancel", "gating.thermal", "experiment.show.currents")  # fmt: skip
        self.window.findChild(QAbstractButton, self.dice.choice(names)).click()

    def do_trigger(self):
        names = ("run", "step", "reset", "pulse", "cursors", "reset.axes")
        self.window.actions_by_name[self.dice.choice(names)].trigger()


@pytest.fixture
def caught(monkeypatch):
    """Every uncaught exception, in any thread."""
    found = []
    monkeypatch.setattr(sys, "excepthook", lambda _type, error, _trace: found.append(error))
    monkeypatch.setattr(threading, "excepthook", lambda args: found.append(args.exc_value))
    return found


@pytest.mark.parametrize("seed", range(1, 1 + STORMS))
def test_after_a_storm_the_worker_has_the_last_word(qtbot, caught, new_desktop, seed):
    """The worker's neuron, stimulus, method and dt equal the document's."""
    storm = Storm(new_desktop, seed)
    storm.blow()
    worker, editor = new_desktop.controllers["live"].worker, new_desktop.editor
    editor.edit(stimulus=Stimulus(holding=seed / 7.0), dt=0.0125)

    def agrees():
        shown = editor.document
        simulated = worker._membrane, worker._stimulus.components, worker._stimulus.holding
        return (*simulated, worker._method, worker._dt) == (
            shown.membrane, (), seed / 7.0, shown.method, 0.0125,
        )  # fmt: skip

    qtbot.waitUntil(agrees)
    assert new_desktop.window.neuron.membrane == new_desktop.window.pages["gating"].membrane
    assert new_desktop.window.stimulus.stimulus == editor.document.stimulus
    assert caught == []


def step_by_step(history, index):
    """Undo or redo up to this step, one at a time, as a user who holds the key down."""
    while history.index() != index:
        history.undo() if history.index() > index else history.redo()
        QTest.qWait(0)


def test_undoing_all_of_a_storm_leads_back(qtbot, caught, new_desktop):
    """Undoing every step gives the first document, and redoing every step the last."""
    storm, history = Storm(new_desktop, 4), new_desktop.editor.history
    first = new_desktop.editor.document
    storm.blow()
    last = new_desktop.editor.document
    here = history.index()
    step_by_step(history, 0)
    assert new_desktop.editor.document == first
    step_by_step(history, here)
    assert new_desktop.editor.document == last
    live = new_desktop.controllers["live"].worker
    qtbot.waitUntil(lambda: live._membrane == last.membrane)
    assert caught == []
